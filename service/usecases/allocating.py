"""Give out seats or vacancies across everybody, and write who gets which with what it rests on.

In: data, wishes, scores from the engine or from a file. Out: ``FILE`` with one row per seat given,
``FILE.json`` with how good it is and what one more would be worth, ``FILE.lost.csv`` with the best
seats that each person did not get and why, and for vacancies ``FILE.names.csv`` with the people
whom each suits best: a post is never filled from a list of one. The same input gives the same
bytes, unless a clock or a person stopped the search.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from recommender.allocation import candidates
from recommender.allocation.account import Account, Seat
from recommender.allocation.candidates import Candidates
from recommender.allocation.conflicts import Conflict
from recommender.allocation.layout import Asked, Layout, lay_out
from recommender.allocation.offered import Offered, SeatKind, offered, with_new, with_posts
from recommender.allocation.problem import Flags, Problem
from recommender.allocation.solve import Progress, Settings, Solution, solve
from recommender.allocation.standing import Standing, Turning, standing, turning
from recommender.allocation.unfilled import Unfilled, unfilled
from recommender.allocation.wishes import Wishes
from recommender.engine import Engine
from recommender.fairness.floors import Floors
from recommender.pipeline import Progress as Tell
from recommender.rank import decimal
from recommender.results import MICRO
from recommender.snapshot import Snapshot
from recommender.succession.readiness import Readiness
from recommender.succession.readiness import Standing as Readied
from recommender.units import UnitTree
from service.exports.seat_books import WrongSheet, read_wishes_book, write_book
from service.settings import Settings as Installation
from service.usecases.errors import CannotAllHold, NothingUsable, WrongUse
from service.usecases.files import write_json, written_whole
from service.usecases.learning import open_engine
from training_data.dataset import Dataset
from training_data.importers.dialect import Unreadable
from training_data.importers.scores_file import read_scores
from training_data.importers.xlsx_file import read_sheets
from training_data.messages import Text, text
from training_data.reference.packs import Rules, load_rules

SUFFIXES = (".csv", ".parquet", ".xlsx")
NAMES = ".names.csv"
"""Follows the name of an allocation of vacancies."""
LOST = ".lost.csv"
"""Follows the name of an allocation: seats that people did not get."""
STABILITY = 0.2
"""Points for a seat of the allocation before, where nothing else is asked: less than most seats
gain, more than what two people who gain alike differ by."""
SEATS_SHEET = "seats"
"""Sheet of a workbook on which the seats given stand."""
KIND = {"session": "training", "vacancy": "role"}
TABLE = {"session": "sessions", "vacancy": "vacancies"}


@dataclass(frozen=True)
class Outcome:
    """What came out.

    Attributes:
        refused: rows of the file of scores that could not be used.
        stopped: whether somebody, or the clock, ended the search before it was good enough.
        standing: what floors of groups change, where any was asked for.
        turning: what turns change, where they were asked for.
        unfilled: vacancies that stay empty, and why.
        readiness: (employee, post) → readiness of the people named for vacancies.
    """

    account: Account
    refused: int
    stopped: bool
    standing: Standing | None = None
    turning: Turning | None = None
    unfilled: tuple[Unfilled, ...] = ()
    readiness: Mapping[tuple[str, str], Readied] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what stands beside the file of seats."""
        floors = None if self.standing is None else self.standing.as_json()
        turns = {} if self.turning is None else {"turns": self.turning.as_json()}
        empty: dict[str, Any] = {}
        if self.account.layout.seats.kind == "vacancy":
            empty = {"unfilled": [one.as_json() for one in self.unfilled]}
        return {**self.account.as_json(), "floors": floors, **turns, **empty}


@dataclass(frozen=True)
class Search:
    """How hard to try.

    Attributes:
        seconds: at most; ``None`` until it is good enough. With it the answer depends on the clock.
        stop: asked between steps; once it says yes, the best so far is returned.
    """

    settings: Settings = field(default_factory=Settings)
    seconds: float | None = None
    stop: Callable[[], bool] = lambda: False


def read_wishes(file: Path | None) -> Wishes:
    """Read a file of constraints; without one nothing is asked.

    Raises:
        WrongUse: it is no JSON.
        ImpossibleWish: it has another shape.
    """
    if file is None:
        return Wishes()
    if file.suffix.lower() == ".xlsx":
        return _wishes_of_book(file)
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise WrongUse("cli.no_source", source=str(file)) from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise WrongUse("allocate.no_json", file=file.name) from None
    return Wishes.of(document)


def _wishes_of_book(file: Path) -> Wishes:
    if not file.is_file():
        raise WrongUse("cli.no_source", source=str(file))
    try:
        return Wishes.of(read_wishes_book(file))
    except Unreadable:
        raise WrongUse("allocate.no_book", file=file.name) from None
    except WrongSheet as wrong:
        raise WrongUse("allocate.wrong_sheet", file=file.name, sheet=str(wrong)) from None


def read_kept(file: Path | None, kind: SeatKind) -> list[tuple[str, str]]:
    """Return the seats of an earlier allocation.

    Raises:
        WrongUse: it cannot be read.
    """
    if file is None:
        return []
    if file.suffix.lower() == ".xlsx":
        return _kept_of_book(file, kind)
    try:
        if file.suffix.lower() == ".parquet":
            table = pq.read_table(file, columns=["employee_id", f"{kind}_code"])
        else:
            from pyarrow import csv

            names = ["employee_id", f"{kind}_code"]
            types = dict.fromkeys(names, pa.string())
            options = csv.ConvertOptions(include_columns=names, column_types=types)
            table = csv.read_csv(file, convert_options=options)
    except (OSError, pa.ArrowInvalid, KeyError) as error:
        reason = type(error).__name__
        raise WrongUse("allocate.since_unusable", file=file.name, reason=reason) from None
    return list(
        zip(table["employee_id"].to_pylist(), table[f"{kind}_code"].to_pylist(), strict=True)
    )


def _kept_of_book(file: Path, kind: SeatKind) -> list[tuple[str, str]]:
    """Return the seats on the sheet ``seats`` of a workbook, found by the names of its columns."""
    try:
        head, *rows = read_sheets(file)[SEATS_SHEET]
        places = [head.index(name) for name in ("employee_id", f"{kind}_code")]
    except (OSError, Unreadable) as error:
        reason = type(error).__name__
        raise WrongUse("allocate.since_unusable", file=file.name, reason=reason) from None
    except (KeyError, ValueError):
        raise WrongUse("allocate.since_no_sheet", file=file.name, kind=kind) from None
    cells = ([row[at].strip() if at < len(row) else "" for at in places] for row in rows)
    return [(person, code) for person, code in cells if person and code]


def require_writable(out: Path) -> None:
    """Raise ``WrongUse`` where an allocation could not be written to ``out``: before the work."""
    if out.suffix.lower() not in SUFFIXES:
        raise WrongUse("cli.unknown_suffix", file=out.name)
    if not out.parent.is_dir():
        raise WrongUse("cli.no_folder_for", folder=str(out.parent))


def allocate(
    dataset: Dataset,
    installation: Installation,
    *,
    kind: SeatKind,
    as_of: date,
    wishes: Wishes,
    scores: Path | None = None,
    kept: Iterable[tuple[str, str]] = (),
    nominated: tuple[list[tuple[str, str]], list[tuple[str, str]]] | None = None,
    model_folder: Path | None = None,
    engine: Engine | None = None,
    seed: int = 0,
    search: Search | None = None,
    progress: Tell | None = None,
    told: Callable[[Progress], None] | None = None,
) -> Outcome:
    """Give out what is offered.

    Parameters:
        scores: file of scored pairs; without it the engine scores.
        engine: one that is open on the dataset already.
        kept: seats of an earlier allocation, which ``wishes.stability`` favours.
        nominated: pairs that stand and pairs that were ended, instead of the data's nominations.
        told: called between steps of the search.

    Raises:
        NothingUsable: nothing is offered that can still be joined.
        CannotAllHold: the wishes contradict each other or the data.
        ImpossibleWish: a wish names what does not exist.
        UnusableInput: the file of scores cannot be used.
    """
    rules = engine.rules if engine else load_rules(as_of, installation.rules_dir)
    search = search or Search()
    if scores is not None:
        snapshot = Snapshot.of(dataset, as_of)
        tree = UnitTree.of(snapshot)
        seats = _offered(dataset, snapshot, rules, kind, wishes)
        found, refused = _from_file(scores, snapshot, seats)
        points = None
    else:
        engine = engine or open_engine(
            dataset, as_of=as_of, settings=installation, model_folder=model_folder, seed=seed,
            progress=progress,
        )  # fmt: skip
        snapshot, tree = engine.snapshot, engine.prepared.facts.tree
        seats = _offered(dataset, snapshot, rules, kind, wishes)
        found, refused = candidates.by_engine(engine, seats, tell=progress), 0
        points = float(rules.rule("plan.objective").params["missing_jp"])
        wishes = _with_defaults(wishes, engine)
    # A file of scores says nothing of rules: what they say of posts is the engine's alone.
    gates = engine.eligibility.role if engine and scores is None and kind == "vacancy" else None
    asked = Asked(wishes, points, list(kept), nominated, gates.of_pairs if gates else None)
    layout = lay_out(snapshot, tree, rules, seats, found, asked)
    solution = _solved(layout, search, told)
    least = Floors.of(rules).least

    def solved(problem: Problem) -> Flags:
        return _solved(replace(layout, problem=problem), search, told, solution).chosen

    compared = standing(layout, snapshot, tree, solution.chosen, solved, least)
    turned = turning(layout, solution.chosen, solved, least)
    account, stopped = Account(layout, solution), solution.status == "stopped"
    empty = unfilled(account, gates) if kind == "vacancy" else ()
    ready: Mapping[tuple[str, str], Readied] = {}
    if gates is not None and engine is not None:
        ready = _readiness(engine, account, progress)
    return Outcome(account, refused, stopped, compared, turned, empty, ready)


def write(outcome: Outcome, out: Path, basis: dict[str, Any]) -> None:
    """Write the seats and what stands beside them; each file appears whole.

    Parameters:
        basis: what the allocation rests on.
    """
    account, code = outcome.account, f"{outcome.account.layout.seats.kind}_code"
    seats = list(account.seats())
    with written_whole(out) as temporary:
        temporary.touch(0o600)
        if out.suffix.lower() == ".parquet":
            pq.write_table(_table(seats, code, account.layout.turns is not None), temporary)
        elif out.suffix.lower() == ".xlsx":
            write_book(temporary, _sheets(account, code))
        else:
            temporary.write_bytes(_given(account, code))
    lost = ((s, str(s.why)) for s in account.lost())
    with written_whole(out.with_name(out.name + LOST)) as temporary:
        temporary.touch(0o600)
        temporary.write_bytes(_csv((code, "reason"), lost))
    if account.layout.seats.kind == "vacancy":
        with written_whole(out.with_name(out.name + NAMES)) as temporary:
            temporary.touch(0o600)
            temporary.write_bytes(_names(outcome))
    found = {**basis, "kind": account.layout.seats.kind, **outcome.as_json()}
    write_json(out.with_name(out.name + ".json"), found, mode=0o600)


def write_seats_book(outcome: Outcome, out: Path) -> None:
    """Write the seats, the sessions with their prices and the seats lost as one workbook."""
    account = outcome.account
    with written_whole(out) as temporary:
        temporary.touch(0o600)
        write_book(temporary, _sheets(account, f"{account.layout.seats.kind}_code"))


def _sheets(
    account: Account, code: str
) -> Iterator[tuple[str, Sequence[str], Iterable[Sequence[str | int | float | None]]]]:
    """Yield the seats given, the sessions with their prices, and the seats not given with why."""
    pair = ("employee_id", code, "item_code", "score")

    def cells(seat: Seat) -> tuple[str, str, str, float]:
        return seat.employee_id, seat.code, seat.item_code, seat.micro / MICRO

    if account.layout.turns is None:
        yield SEATS_SHEET, (*pair, "cost"), ((*cells(s), s.cost) for s in account.seats())
    else:
        rows = ((*cells(s), s.cost, s.turn / MICRO) for s in account.seats())
        yield SEATS_SHEET, (*pair, "cost", "turn"), rows
    columns = (code, "item_code", "seats", "taken", "locked", "waiting", "held", "price")
    yield (
        "sessions",
        columns,
        (
            (run.code, run.item_code, run.seats, run.taken, run.locked, run.waiting,
             int(run.held), round(run.price, 6))
            for run in account.runs()
        ),
    )  # fmt: skip
    yield "lost", (*pair, "reason"), ((*cells(s), str(s.why)) for s in account.lost())


def _names(outcome: Outcome) -> bytes:
    columns = ("rank", "employee_id", "item_code", "score", "chosen", "elsewhere", "confirm")
    lines = [",".join(("vacancy_code", *columns, "ready", "ready_on")) + "\n"]
    for one in outcome.account.names():
        seat = one.seat
        cells = (seat.code, str(one.rank), seat.employee_id, seat.item_code)
        flags = [str(int(one.chosen)), str(int(one.elsewhere))]
        flags.append("" if one.confirm is None else str(int(one.confirm)))
        ready = outcome.readiness.get((seat.employee_id, seat.item_code))
        flags += ["", ""] if ready is None else [ready.group, _day(ready.ready_on)]
        lines.append(",".join((*map(_cell, cells), decimal(seat.micro), *flags)) + "\n")
    return "".join(lines).encode()


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _readiness(
    engine: Engine, account: Account, tell: Tell | None
) -> dict[tuple[str, str], Readied]:
    """Return how ready the people named for vacancies are; everybody's plans are tried at once."""
    posts: dict[str, set[str]] = {}
    for one in account.names():
        posts.setdefault(one.seat.employee_id, set()).add(one.seat.item_code)
    judge, people = Readiness(engine), engine.snapshot.people.index.rows
    jobs, found = engine.snapshot.jobs.index, {}
    for done, (employee, items) in enumerate(sorted(posts.items()), 1):
        rows = [jobs.rows[item] for item in sorted(items)]
        for judged in judge.of_person(people[employee], rows):
            found[employee, jobs.codes[judged.job]] = judged
        if tell:
            tell("readiness", done, len(posts))
    return found


def basis_of(
    dataset: Dataset, rules: Rules, as_of: date, scores: Path | None, refused: int
) -> dict[str, Any]:
    """Return what an allocation rests on."""
    return {
        "as_of": as_of.isoformat(),
        "data": dataset.content_hash,
        "rules": rules.hash,
        "scores": "engine" if scores is None else scores.name,
        "refused_scores": refused,
        "not_checked": [] if scores is None else ["eligibility"],
    }


def _offered(
    dataset: Dataset, snapshot: Snapshot, rules: Rules, kind: SeatKind, wishes: Wishes
) -> Offered:
    taken = set(dataset.table(TABLE[kind])[f"{kind}_code"].to_pylist())
    seats = with_new(offered(snapshot, rules, kind), snapshot, rules, wishes.opened, taken)
    seats = with_posts(seats, snapshot, wishes.supposed_posts, taken)
    if len(seats) == 0:
        raise NothingUsable(f"allocate.nothing_{kind}")
    return seats


def _from_file(file: Path, snapshot: Snapshot, seats: Offered) -> tuple[Candidates, int]:
    given = read_scores(file, KIND[seats.kind])
    index = snapshot.trainings.index if seats.kind == "session" else snapshot.jobs.index
    person = snapshot.people.index.lookup(pa.chunked_array([given.employee_id]))
    item = index.lookup(pa.chunked_array([given.item_code]))
    known = (person >= 0) & (item >= 0)
    micro = np.rint(given.score * MICRO).astype(np.int64)
    found = Candidates.given(
        person[known].astype(np.int64), item[known].astype(np.int64), micro[known]
    )
    return found, given.refused + int((~known).sum())


def _with_defaults(wishes: Wishes, engine: Engine) -> Wishes:
    """Return wishes with the courses at most that the packs allow in a year's plan."""
    if wishes.max_courses is not None:
        return wishes
    most = int(engine.rules.rule("plan.limits").params["courses"])
    return wishes.model_copy(update={"max_courses": most})


def _solved(
    layout: Layout,
    search: Search,
    told: Callable[[Progress], None] | None,
    warm: Solution | None = None,
) -> Solution:
    begun = time.monotonic()

    def go_on(progress: Progress) -> bool:
        if told:
            told(progress)
        late = search.seconds is not None and time.monotonic() - begun >= search.seconds
        return not (late or search.stop())

    try:
        return solve(layout.problem, search.settings, warm=warm, go_on=go_on)
    except Conflict as conflict:
        raise CannotAllHold("allocate.conflict", parts=_named(layout, conflict)) from None


def _named(layout: Layout, conflict: Conflict) -> Text:
    """Name the constraints that cannot all hold; people are counted, never named."""
    pairs, codes = layout.problem.pairs, layout.seats.index.codes
    parts: list[Text] = []
    locked: dict[str, int] = {}
    for one in conflict.constraints:
        if one.kind == "locked":
            code = codes[int(pairs.session[one.number])]
            locked[code] = locked.get(code, 0) + 1
        elif one.kind in ("seats", "min_seats"):
            sessions = layout.problem.sessions
            limit = sessions.seats if one.kind == "seats" else sessions.min_seats
            values = {"code": codes[one.number], "count": int(limit[one.number])}
            parts.append(text(f"allocate.part_{one.kind}", **values))
        elif one.kind == "budget":
            amount = int(layout.problem.budgets[one.number])
            code = layout.purses.codes[one.number]
            parts.append(text("allocate.part_budget", code=code, amount=amount))
        elif one.number >= len(layout.quotas):
            parts.append(_unit_limit(layout, one.number - len(layout.quotas)))
        else:
            quota = layout.quotas[one.number]
            count = quota.min if one.kind == "floor" else quota.max or 0
            values = {"by": quota.by, "value": quota.value, "count": count}
            parts.append(text(f"allocate.part_{one.kind}", **values))
    parts += [text("allocate.part_locked", code=c, count=n) for c, n in sorted(locked.items())]
    return Text("; ".join(p.id for p in parts), "; ".join(p.en for p in parts))


def _unit_limit(layout: Layout, number: int) -> Text:
    """Say how many may leave one of the units whose limit binds."""
    leaving = layout.leavers
    assert leaving is not None
    unit = int(leaving.bound[number])
    count = int(leaving.most[unit])
    return text("allocate.part_unit", code=layout.units.codes[unit], count=count)


def _given(account: Account, code: str) -> bytes:
    """Return the seats given; with turns, what it counted that it was the person's turn."""
    if account.layout.turns is None:
        return _csv((code, "cost"), ((s, s.cost) for s in account.seats()))
    rows = ((s, f"{s.cost},{decimal(s.turn)}") for s in account.seats())
    return _csv((code, "cost,turn"), rows)


def _csv(columns: tuple[str, str], rows: Iterable[tuple[Seat, int | str]]) -> bytes:
    code, last = columns
    lines = [f"employee_id,{code},item_code,score,{last}\n"]
    for seat, value in rows:
        cells = (seat.employee_id, seat.code, seat.item_code)
        lines.append(",".join((*map(_cell, cells), decimal(seat.micro), str(value))) + "\n")
    return "".join(lines).encode()


def _cell(value: str) -> str:
    if any(sign in value for sign in ',"\n\r'):
        return '"' + value.replace('"', '""') + '"'
    return value


def _table(seats: list[Seat], code: str, turns: bool) -> pa.Table:
    columns = {
        "employee_id": pa.array([s.employee_id for s in seats], pa.string()),
        code: pa.array([s.code for s in seats], pa.string()),
        "item_code": pa.array([s.item_code for s in seats], pa.string()),
        "score": pa.array([s.micro / MICRO for s in seats], pa.float64()),
        "cost": pa.array([s.cost for s in seats], pa.int64()),
    }
    if turns:
        columns["turn"] = pa.array([s.turn / MICRO for s in seats], pa.float64())
    return pa.table(columns)
