"""The report: counted by kind, worded on demand, masked where personal."""

import json

import numpy as np
import pytest

from training_data.cells import Cells
from training_data.report import Counts, Finding, Report, Severity
from training_data.source import Source, letters


def finding(
    column, texts, code="range.above", severity=Severity.REFUSE, table="trainings", **facts
):
    cells = Cells.of(texts)
    source = Source(f"{table}.csv", table, (column,), (cells,), np.arange(2, len(texts) + 2))
    places = np.arange(len(texts))
    return Finding(code, severity, source.file, table, column, source, places, cells, facts=facts)


def report_of(*findings, **counts):
    sources = tuple({id(f.source): f.source for f in findings if f.source}.values())
    return Report(counts or {"trainings": Counts(3, 2, 1)}, findings, sources)


def test_a_problem_says_what_where_found_and_what_to_do():
    (problem,) = finding("hours", ["-3"], limit=0.0).problems()
    assert problem.text.en == (
        "Column 'hours' of table 'trainings' must be greater than 0. Found -3 in row 2."
    )
    assert problem.remedy.en == "Correct the source file and send this row again."
    assert json.loads(json.dumps(problem.as_json()))["row"] == 2


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([], 0),
        ([finding("hours", ["-3"], limit=0.0)], 1),
        ([finding("hours", ["500.000"], "number.doubtful", Severity.WARN)], 0),
        ([Finding("file.unknown", Severity.WARN, "x.csv")], 0),
        ([Finding("file.empty", Severity.REFUSE, "x.csv")], 1),
    ],
)
def test_only_what_was_refused_changes_the_exit_code(findings, expected):
    assert report_of(*findings).exit_code == expected


@pytest.mark.parametrize(
    ("accepted", "lacking"),
    [
        (("employees", "trainings"), ()),
        (("employees", "jobs"), ()),
        (("employees",), ("trainings|jobs",)),
        (("trainings",), ("employees",)),
        (("units",), ("employees", "trainings|jobs")),
    ],
)
def test_it_says_which_tables_are_lacking_before_anybody_can_be_ranked(accepted, lacking):
    report = report_of(**{name: Counts(1, 1) for name in accepted}, feedback=Counts(1, 0, 1))
    assert report.lacking == lacking
    assert report.rankable is (not lacking)
    for name in lacking:
        assert name in report.text("id")


def test_long_and_crooked_values_are_shown_short_and_on_one_line():
    (problem,) = finding("hours", ["a\x00b\n" + "c" * 500], limit=0.0).problems()
    assert problem.value.startswith("a b ccc")
    assert len(problem.value) == 61


def test_every_kind_is_listed_with_its_count_and_few_examples():
    many = finding("hours", ["-1"] * 500, limit=0.0)
    few = finding("name", ["Rahasia"], "cell.required", table="employees")
    data = report_of(many, few).as_json(examples=5)
    assert [(p["code"], p["count"], len(p["examples"])) for p in data["problems"]] == [
        ("range.above", 500, 5),
        ("cell.required", 1, 1),
    ]
    assert "Rahasia" not in json.dumps(data)


def test_the_short_text_counts_what_it_leaves_out():
    text = report_of(finding("hours", ["-1"] * 500, limit=0.0)).text("en", examples=2)
    assert text.count("must be greater than 0") == 2
    assert "498 more rows" in text


@pytest.mark.parametrize(
    ("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_lettered_as_in_a_spreadsheet(place, name):
    assert letters(place) == name
