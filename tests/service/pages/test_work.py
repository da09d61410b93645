"""The page of the periodic work says first whether somebody has to look after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from service.jobs import Job
from service.pages.contexts import Shell
from service.pages.render import render
from service.pages.work_views import work_page
from service.work import Ranking, Try, Work

BEGUN = datetime(2026, 4, 3, 19, tzinfo=UTC)
JAKARTA = timezone(timedelta(hours=7))
NOW = (BEGUN + timedelta(seconds=90)).astimezone(JAKARTA)


def attempt(state: str, **rest) -> Try:
    ended = None if state == "running" else BEGUN + timedelta(minutes=3)
    held = dict.fromkeys(("problem", "stage", "done", "total", "generation"))
    return Try(1, "nightly", state, BEGUN, ended, **{**held, **rest})


WORK = Work(True, BEGUN, timedelta(seconds=60), "02:00", True, {}, (), ())


@pytest.mark.parametrize(
    ("work", "well", "said"),
    [
        (WORK, True, "is alive and waits"),
        (replace(WORK, tries=(attempt("running"),)), True, "is at work"),
        (replace(WORK, tries=(attempt("published"),)), True, "is alive and waits"),
        (replace(WORK, tries=(attempt("failed"),)), False, "last try failed"),
        (replace(WORK, tries=(attempt("held"),)), False, "held back"),
        (replace(WORK, held=False), False, "No worker holds"),
        (replace(WORK, beat_at=BEGUN - timedelta(minutes=5)), False, "no sign of life"),
    ],
)
def test_the_verdict_comes_first(work, well, said):
    page = work_page(work, NOW)
    assert page.well is well
    assert said in page.verdict.en


def test_times_are_those_of_the_agency_and_progress_is_a_share():
    running = attempt("running", stage="rank", done=30, total=120)
    page = work_page(replace(WORK, tries=(running,)), NOW)
    assert page.percent == 25
    assert page.running.begun.hour == 2
    html = render("work.html", Shell("en", "auto", "selaras", "/pemeringkatan"), page)
    assert "4 April 2026, 02:00" in html
    assert "30 of 120" in html


def test_a_problem_is_a_sentence_where_it_needs_no_values():
    lost, other = attempt("lost", problem="worker.lost"), attempt("failed", problem="no.such.code")
    page = work_page(replace(WORK, tries=(lost, other)), NOW)
    assert page.tries[0].problem.id.startswith("Pekerja yang menjalankannya mati")
    assert "no.such.code" in page.tries[1].problem.en
    assert page.tries[0].minutes == 3


def test_generations_are_listed_with_what_became_of_them():
    one = Ranking(7, "published", date(2026, 4, 3), 65_000, 1_300_000, "m" * 64, BEGUN, BEGUN)
    failed = Ranking(8, "failed", date(2026, 4, 4), None, None, "m" * 64, BEGUN, None)
    page = work_page(replace(WORK, rankings=(failed, one)), NOW)
    html = render("work.html", Shell("id", "auto", "selaras", "/pemeringkatan"), page)
    assert "Tidak dipakai" in html
    assert "1.300.000" in html


def asked(state: str, **rest) -> Job:
    held = dict.fromkeys(("stage", "done", "total", "result", "problem", "ended_at"))
    return Job(3, "ranking", state, {}, created_at=BEGUN, **{**held, **rest})


def drawn(work: Work, *given, **more) -> str:
    shell = Shell("id", "auto", "selaras", "/pemeringkatan")
    return render("work.html", shell, work_page(work, NOW, *given, **more))


BUTTON = '<form method="post" action="/pemeringkatan">'


def test_a_ranking_that_was_asked_for_is_seen_at_work_and_not_asked_for_twice():
    html = drawn(WORK, asked("running", stage="rank", done=30, total=120), may_ask=True)
    assert "sedang dikerjakan" in html
    assert 'value="25"' in html
    assert BUTTON not in html


def test_a_ranking_that_is_done_leads_to_its_suggestions_and_can_be_asked_for_again():
    html = drawn(WORK, asked("done", result={"generation": 9, "people": 2}), may_ask=True)
    assert "Pemutakhiran nomor 9 sudah terbit" in html
    assert BUTTON in html


def test_whoever_may_not_ask_is_offered_no_button():
    assert BUTTON not in drawn(WORK, asked("done"))
    assert "Permintaan pengguna" not in drawn(WORK)
