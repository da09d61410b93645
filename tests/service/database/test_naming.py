"""Decisions about names stay, one per agency, kind and spelling."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from service.database.naming import decided_codes, list_decisions, save_decision

DAY = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


def decide(engine: Engine, code: str | None, *, agency: str = "A", by: str = "Rani") -> None:
    save_decision(
        engine,
        agency=agency,
        kind="job",
        key="kasubbagumpeg",
        name="Kasubbag Umpeg",
        code=code,
        by=by,
        now=DAY,
    )


def test_a_decision_says_who_decided_what_and_when(engine: Engine) -> None:
    decide(engine, "J-1")
    (one,) = list_decisions(engine, "A")
    assert (one.name, one.code, one.decided_by, one.at) == ("Kasubbag Umpeg", "J-1", "Rani", DAY)


def test_a_later_decision_takes_the_place_of_the_earlier(engine: Engine) -> None:
    decide(engine, "J-1")
    decide(engine, None, by="Budi")
    assert decided_codes(engine, "A") == {"job": {"kasubbagumpeg": None}}
    assert [one.decided_by for one in list_decisions(engine, "A")] == ["Budi"]


def test_decisions_of_another_agency_are_not_ours(engine: Engine) -> None:
    decide(engine, "J-1", agency="B")
    assert decided_codes(engine, "A") == {}
