"""Stage serve: scenarios of filled vacancies side by side; in: results and rows, out: contexts.

For whoever reads candidates: who would move from which unit stands by name, in no order of a score,
with how many others there are to choose from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.jobs import Job
from service.pages.scenario_views import Names, Unit, group_changes
from service.pages.vacancy_views import limit_words
from training_data.messages import Text, text

MOST = 5
"""Scenarios beside each other: more than fit on a page are not compared but listed."""
FIGURES: tuple[tuple[str, Unit], ...] = (
    ("seats", "number"), ("empty", "number"), ("score", "number"), ("ready", "number"),
    ("units", "number"), ("gap", "percent"),
)  # fmt: skip


@dataclass(frozen=True)
class Mover:
    """Somebody who would move.

    Attributes:
        ref: where the viewer reads the person.
        unit: that is left; empty where it is not known.
    """

    name: str
    ref: str | None
    unit: str
    confirm: bool = False


@dataclass(frozen=True)
class Filling:
    """One vacancy in one scenario.

    Attributes:
        there: the scenario knows it; ``closed`` and was asked not to fill it.
        seats: there are; ``others`` how many people besides could be chosen.
    """

    there: bool = False
    closed: bool = False
    seats: int = 0
    people: tuple[Mover, ...] = ()
    others: int = 0


@dataclass(frozen=True)
class PostRow:
    """One vacancy in every scenario; ``differs`` where not all give it to the same people."""

    code: str
    title: str
    fillings: tuple[Filling, ...]
    differs: bool


@dataclass(frozen=True)
class PostsSide:
    """Scenarios side by side.

    Attributes:
        numbers: of the jobs.
        changes: of each scenario after the first, what it asks that the first did not.
        limits: how many may leave a unit, in each.
        figures: label, unit and a value of each scenario.
        units: unit and how many people leave it in each scenario.
    """

    numbers: tuple[int, ...]
    changes: tuple[tuple[int, tuple[Text, ...]], ...]
    limits: tuple[Text | None, ...]
    figures: tuple[tuple[Text, Unit, tuple[float | None, ...]], ...]
    posts: tuple[PostRow, ...]
    units: tuple[tuple[str, tuple[int, ...]], ...]


def posts_side(
    jobs: Sequence[Job],
    rows: Sequence[Iterable[Mapping[str, str]]],
    names: Names,
    person: Callable[[Mapping[str, str]], Mover],
) -> PostsSide:
    """Put scenarios side by side.

    Parameters:
        rows: the people named for each vacancy, of each scenario.
        person: row → whom it names.
    """
    results = [dict(job.result or {}) for job in jobs]
    named = [_by_vacancy(some) for some in rows]
    return PostsSide(
        tuple(job.number for job in jobs),
        tuple((job.number, post_changes((jobs[0], job), names)) for job in jobs[1:]),
        tuple(limit_words(result.get("leaving")) for result in results),
        tuple(
            (text(f"pages.posts.figure.{name}"), unit, tuple(_figure(r, name) for r in results))
            for name, unit in FIGURES
        ),
        _posts(jobs, results, named, names, person),
        _units(results, names),
    )


def post_changes(jobs: tuple[Job, Job], names: Names) -> tuple[Text, ...]:
    """Say what the second scenario asks that the first did not."""
    first, second = (dict(job.asked.get("constraints", {})) for job in jobs)
    limits = [limit_words((job.result or {}).get("leaving")) for job in jobs]
    found = [
        text("pages.posts.change.closed", code=code)
        for code in second.get("closed", ())
        if code not in first.get("closed", ())
    ]
    found += [
        text("pages.posts.change.opened", code=code)
        for code in first.get("closed", ())
        if code not in second.get("closed", ())
    ]
    for place, code in ((1, "pages.posts.change.new"), (0, "pages.posts.change.new_gone")):
        asked = [list(one.get("posts", ())) for one in (first, second)]
        found += [
            text(code, title=names.job(new["job_code"]), seats=new.get("seats", 1))
            for new in asked[place]
            if new not in asked[1 - place]
        ]
    found += _seats(jobs, names)
    if limits[0] != limits[1] and limits[1] is not None:
        found.append(limits[1])
    ready = [float(asked.get("ready") or 0) for asked in (first, second)]
    if ready[0] != ready[1]:
        found.append(text("pages.posts.change.ready", before=ready[0], after=ready[1]))
    return (*found, *group_changes(first, second, names))


def _seats(jobs: tuple[Job, Job], names: Names) -> list[Text]:
    one, other = ({s["code"]: s for s in (job.result or {}).get("sessions", ())} for job in jobs)
    return [
        text(
            "pages.posts.change.seats",
            title=names.item(other[code]["item_code"]),
            code=code,
            before=before["seats"],
            after=other[code]["seats"],
        )
        for code, before in one.items()
        if code in other and before["seats"] != other[code]["seats"]
    ]


def _figure(result: Mapping[str, Any], name: str) -> float | None:
    if name == "empty":
        return float(sum(one["seats"] for one in result.get("unfilled", ())))
    if name == "units":
        units = result.get("leaving", {}).get("units", ())
        return float(sum(one["left"] > 0 for one in units))
    found: float | None = result.get(name)
    return 100 * found if name == "gap" and found is not None else found


def _posts(
    jobs: Sequence[Job],
    results: Sequence[Mapping[str, Any]],
    named: Sequence[Mapping[str, Sequence[Mapping[str, str]]]],
    names: Names,
    person: Callable[[Mapping[str, str]], Mover],
) -> tuple[PostRow, ...]:
    sessions = [{s["code"]: s for s in result.get("sessions", ())} for result in results]
    items = {code: one["item_code"] for some in sessions for code, one in some.items()}
    found = []
    for code in sorted(items):
        fillings = tuple(
            _filling(code, some.get(code), rows.get(code, ()), job, person)
            for some, rows, job in zip(sessions, named, jobs, strict=True)
        )
        chosen = {
            frozenset(r["employee_id"] for r in rows.get(code, ()) if r["chosen"] == "1")
            for rows in named
        }
        found.append(PostRow(code, names.item(items[code]), fillings, len(chosen) > 1))
    return tuple(sorted(found, key=lambda row: (not row.differs, row.code)))


def _filling(
    code: str,
    session: Mapping[str, Any] | None,
    rows: Sequence[Mapping[str, str]],
    job: Job,
    person: Callable[[Mapping[str, str]], Mover],
) -> Filling:
    if session is None:
        return Filling()
    asked = job.asked.get("constraints", {})
    closed = code in asked.get("closed", ()) or asked.get("seats", {}).get(code) == 0
    people = [person(row) for row in rows if row["chosen"] == "1"]
    others = sum(row["chosen"] != "1" and row.get("elsewhere") != "1" for row in rows)
    return Filling(
        True,
        closed,
        int(session["seats"] or 0),
        tuple(sorted(people, key=lambda one: one.name)),
        others,
    )


def _by_vacancy(
    rows: Iterable[Mapping[str, str]],
) -> dict[str, list[Mapping[str, str]]]:
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        found.setdefault(row["vacancy_code"], []).append(row)
    return found


def _units(
    results: Sequence[Mapping[str, Any]], names: Names
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    left = [
        Counter({u["code"]: u["left"] for u in result.get("leaving", {}).get("units", ())})
        for result in results
    ]
    codes = {code for some in left for code, count in some.items() if count}
    rows = [(names.unit(code), tuple(some[code] for some in left)) for code in codes]
    return tuple(sorted(rows, key=lambda row: (-max(row[1]), row[0])))
