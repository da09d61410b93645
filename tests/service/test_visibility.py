"""The visibility matrix says what the offices agreed, and a mistake in it is refused."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path

import pytest

import service
from service.visibility import Grade, Right, matrix, parse

FILE = Path(service.__file__).with_name("visibility.toml")

# The agreed matrix once more, as it was read from the source: a slip in one copy shows.
# S self, + yes, D for a stated purpose, A aggregates, - nothing.
COLUMNS = "employee supervisor pk head bpsdm career discipline panel leader auditor administrator"
AGREED = """
identity            S + + + + + + + + D -
history             S + + + + + - + + D -
levels              S + + + + + - D A D -
assessment_report   S - - - - D - D - D -
suggestions         S + + + + + - - A D -
decline_reason      S + + A + - - - - D -
role_ideas          S - - - - - - - - - -
job_candidates      - - - D - + - + + D -
talent              S - - D - + - D D D -
performance         S + + + - + - D D D -
discipline_verdict  S - - - - + + + D D -
discipline_detail   S - - - - - + D D D -
service_left        S + + + - + - + + D -
aggregates          - A A A A A - - A A -
audit               S - - - - D D - - + -
audit_integrity     - - - - - - - - - + +
operations          - - - - + + - - - + +
endorsement         - + - + - - - - - - -
training_decision   - - - + + - - - - - -
post_decision       - - - - - + - - + - -
imports             - - - - + + - - - - -
rerankings          - - - - + + - - - - +
seats               - - - - + - - - - - -
vacancies           - - - - - + - - - - -
petition            S - + - + + - - - D -
nomination          - - + + - - - - - - -
seat_verification   - - - - + - - - - - -
"""
LETTERS = {
    "S": Grade.SELF,
    "+": Grade.YES,
    "D": Grade.PURPOSE,
    "A": Grade.AGGREGATE,
    "-": Grade.NO,
}


@pytest.fixture
def document():
    return copy.deepcopy(tomllib.loads(FILE.read_text(encoding="utf-8")))


def test_the_file_says_what_was_agreed():
    rows = [line.split() for line in AGREED.strip().splitlines()]
    for place, role in enumerate(COLUMNS.split(), start=1):
        assert matrix().grades[role] == {row[0]: LETTERS[row[place]] for row in rows}, role


def test_the_administrator_sees_that_the_work_runs_and_nobody_whatever_they_state():
    works = {Right.WORK, Right.RANK, Right.AUDIT_INTEGRITY}
    for purpose in (False, True):
        for own in (False, True):
            assert matrix().rights("administrator", purpose=purpose, own=own) == works


def test_a_purpose_only_adds_rights():
    for role in matrix().grades:
        without = matrix().rights(role, purpose=False, own=False)
        assert without <= matrix().rights(role, purpose=True, own=False)


def test_nobody_but_the_person_reads_posts_without_reading_candidates():
    for role, grades in matrix().grades.items():
        for purpose in (False, True):
            reads = Right.ROLES in matrix().rights(role, purpose=purpose, own=False)
            enough = {Grade.YES, Grade.PURPOSE} if purpose else {Grade.YES}
            assert reads == (grades["job_candidates"] in enough), role


def test_an_employee_sees_themselves_and_no_list():
    assert matrix().rights("employee", purpose=True, own=False) == frozenset()
    own = matrix().rights("employee", purpose=False, own=True)
    lists = {
        Right.SEARCH,
        Right.TRAINING_CANDIDATES,
        Right.JOB_CANDIDATES,
        Right.FAIRNESS,
        Right.GAP_MAP,
        Right.GROUP_REASONS,
        Right.WORK,
        Right.ENDORSE,
        Right.DECIDE_TRAINING,
        Right.DECIDE_ROLE,
        Right.IMPORT,
        Right.RANK,
        Right.ALLOCATE_SEATS,
        Right.ALLOCATE_POSTS,
        Right.PETITIONS,
        Right.NOMINATE,
        Right.VERIFY_SEATS,
        Right.AUDIT,
        Right.AUDIT_INTEGRITY,
    }
    assert own == set(Right) - lists


def test_nobody_answers_for_somebody_else():
    for role in matrix().grades:
        rights = matrix().rights(role, purpose=True, own=False)
        assert not rights & {Right.ANSWER_TRAINING, Right.ANSWER_ROLE}, role


def test_one_office_for_several_sees_what_any_of_them_does_but_for_what_is_named(document):
    joined = document["joined"]["hr"]
    for datum, grade in matrix().grades["hr"].items():
        offices = max(matrix().grades[role][datum] for role in joined["roles"])
        assert grade == (Grade.NO if datum in joined["without"] else offices)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["data"]["talent"].pop("panel"),
        lambda d: d["data"]["talent"].update(panel="sometimes"),
        lambda d: d["rights"].pop("search"),
    ],
)
def test_a_missing_or_unknown_cell_is_refused(document, spoil):
    spoil(document)
    with pytest.raises(KeyError):
        parse(document)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["data"]["talent"].update(gardener="yes"),
        lambda d: d["rights"].update(shout={"needs": [["talent"]]}),
        lambda d: d["rights"]["search"].update(needs=[["shoe_size"]]),
        lambda d: d["joined"]["hr"].update(without=["shoe_size"]),
    ],
)
def test_a_name_the_product_does_not_know_is_refused(document, spoil):
    spoil(document)
    with pytest.raises(ValueError, match="unknown"):
        parse(document)
