"""Candidates for a post: by rank seniority, never by score, and no more than a reader may know."""

import pytest

from recommender.errors import UnknownItem
from recommender.reports.nominees import AT_MOST, PEOPLE, Nominees, Post
from recommender.reports.records import Recorder
from recommender.reports.sight import Sight
from training_data.messages import text


@pytest.fixture(scope="module")
def post(engine):
    """The post that is open to most people."""
    codes = engine.snapshot.jobs.index.codes
    return Post.of(engine, max(codes, key=lambda code: len(engine.open_to("role", code))))


@pytest.fixture(scope="module")
def found(engine, recorder, post):
    return Nominees(engine, recorder, post)


def column(table, head):
    place = [c.head for c in table.columns].index(text(f"report.col.{head}"))
    return [row[place] for row in table.rows]


def test_those_who_suit_best_are_named_in_order_of_seniority(found, engine, post):
    best = {one.employee_id for one in engine.candidates("role", post.job, AT_MOST)}
    assert {one.holder.employee_id for one in found.people} == best
    people = engine.snapshot.people
    grades = [
        int(people.grade[one.row]) for one in found.people if people.grade_scale[one.row] == 0
    ]
    assert len(grades) > 2
    assert grades == sorted(grades, reverse=True)
    since = [(-int(people.grade[o.row]), people.grade_since[o.row]) for o in found.people]
    assert since == sorted(since)


def test_no_score_and_no_place_by_score_stands_in_the_list(found, engine, post):
    micros = {f"{one.micro / 1e6:.2f}" for one in engine.candidates("role", post.job, AT_MOST)}
    told = " ".join(str(cell) for row in found.table().rows for cell in row)
    assert not any(micro.replace(".", ",") in told for micro in micros)


def test_the_columns_are_those_of_practice_and_the_last_is_for_the_panel(found):
    table = found.table()
    assert table.columns[1:] == PEOPLE
    assert set(column(table, "deliberation")) == {None}


def test_what_a_reader_may_not_know_is_not_on_the_sheet(engine, post):
    blind = Recorder(engine, Sight.of(()))
    found = Nominees(engine, blind, post)
    table, hidden = found.table(), {text("report.hidden")}
    for head in ("ratings", "jpm", "box", "record", "retirement"):
        assert set(column(table, head)) == hidden, head
    assert found.pages() == []
    seeing = Nominees(engine, Recorder(engine), post).table()
    for head in ("ratings", "jpm", "record", "retirement"):
        assert not set(column(seeing, head)) & hidden, head


def test_behind_the_list_stands_a_page_per_person_with_the_standard(found, engine, post):
    pages = found.pages()
    assert len(pages) == len(found.people)
    for one, (_, (_, table)) in zip(found.people, pages, strict=True):
        standard = engine.standard_of(one.holder.employee_id, post.job)
        assert len(table.rows) == len(standard.rows)


def test_a_vacancy_stands_for_its_post(engine):
    vacancy = engine.dataset.table("vacancies").to_pylist()[0]
    post = Post.of(engine, vacancy["vacancy_code"])
    assert (post.job, post.unit) == (vacancy["job_code"], vacancy["unit_code"])
    with pytest.raises(UnknownItem):
        Post.of(engine, "NOWHERE")


def test_too_few_names_are_said_to_be_too_few(engine, recorder, post):
    one = Nominees(engine, recorder, post, engine.employee_ids[:0])
    assert text("report.note.few", least=3) in one.table().notes
    high = next(t for t in (Post.of(engine, c) for c in engine.snapshot.jobs.index.codes)
                if t.high)  # fmt: skip
    few = Nominees(engine, recorder, high, engine.employee_ids[:0])
    assert text("report.note.few_high", least=3) in few.table().notes
