"""What would be so if: one person's small world, and what changes in it.

In: a dataset, a day and ``Change`` values. Out: a dataset and a day for which the existing
``Snapshot`` and ``Eligibility`` answer the hypothetical question, as if it were the real one.

The small world holds the person, everything that is of nobody (posts, trainings, sessions …) and
the fewest rows of other people ("witnesses") by which every column and table that is known in the
whole stays known, so that the very same rules run and the same ones are not checked.

>>> from datetime import date
>>> from training_data.dataset import Dataset
>>> agency = Dataset.of({
...     "employees": {"employee_id": ["ani", "budi", "citra"], "grade": ["III/a", None, "III/b"]},
...     "trainings": {"training_code": ["T1"], "title": ["Dasar"]},
...     "training_history": {"employee_id": ["budi"], "training_code": ["T1"]},
... })
>>> today = date(2026, 1, 5)
>>> of_person(agency, "budi", today).table("employees")["employee_id"].to_pylist()
['ani', 'budi']
>>> later = apply(agency, "ani", [Complete("T1"), SetFact("grade", "III/b"),
...                               Wait(date(2027, 1, 5))], today)
>>> later.as_of, later.dataset.table("training_history").num_rows
(datetime.date(2027, 1, 5), 2)
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.entities import Trainings
from recommender.similarity.gaps import StepLimits
from recommender.snapshot import cut
from training_data.dataset import Dataset
from training_data.reference.lists import spelling_key
from training_data.schema import TABLES

COMPETENCE_TEST = "uji kompetensi"
"""Words by which certificates and history name the competence test of functional posts."""

Row = dict[str, Any]
Record = dict[str, list[Row]]
"""One person's rows by table."""

PERSONAL = tuple(name for name, table in TABLES.items() if table.column_names[0] == "employee_id")
"""Tables whose rows belong to one person each."""


@dataclass(frozen=True)
class Wait:
    """Let time pass: the question is asked on ``until``, everything else going on as it is."""

    until: date


@dataclass(frozen=True)
class SetFact:
    """A column of ``employees`` takes a value: a rank, a degree, an end of contract."""

    column: str
    value: str | int | date | None


@dataclass(frozen=True)
class Complete:
    """A training is completed on a day (today where none is given).

    What it does to levels is said apart, by ``RaiseLevel``; see ``claimed``. A course that the
    catalogue lacks is given by its title.
    """

    training_code: str | None
    on: date | None = None
    title: str | None = None


@dataclass(frozen=True)
class Dated:
    """Completions of a training, by code or title, that bear no date turn out to be of this day."""

    training_code: str
    on: date
    title: str | None = None


@dataclass(frozen=True)
class RaiseLevel:
    """A competency is assessed anew; the new level stands instead of all older evidence."""

    competency_code: str
    level: float
    on: date | None = None


@dataclass(frozen=True)
class Hold:
    """Take up a post of a tier, or a certain post, and hold it for full months.

    Several follow one another, the first from today; the day after the last one is waited for.
    """

    months: int
    tier: str | None = None
    job_code: str | None = None


@dataclass(frozen=True)
class Served:
    """A post held in the past turns out to be known: from the first day until the last."""

    since: date
    until: date
    tier: str | None = None
    job_code: str | None = None


@dataclass(frozen=True)
class Rated:
    """The performance of a year is rated."""

    year: int
    rating: str


@dataclass(frozen=True)
class Points:
    """Cumulative credit points are counted on a day (today where none is given)."""

    cumulative: float
    on: date | None = None


@dataclass(frozen=True)
class Certified:
    """A certificate is issued on a day (today where none is given)."""

    name: str
    on: date | None = None


@dataclass(frozen=True)
class Mapped:
    """The talent mapping puts the person into a box of the nine-box."""

    box: int
    on: date | None = None


@dataclass(frozen=True)
class Ended:
    """Disciplinary measures turn out to have ended on this day at the latest."""

    on: date


@dataclass(frozen=True)
class Opened:
    """A post falls open: the staffing of the unit needs one more than it has."""

    job_code: str
    unit_code: str


Change = (
    Wait
    | SetFact
    | Complete
    | Dated
    | RaiseLevel
    | Hold
    | Served
    | Rated
    | Points
    | Certified
    | Mapped
    | Ended
    | Opened
)


@dataclass(frozen=True)
class Future:
    """A hypothetical dataset and the day on which it is asked."""

    dataset: Dataset
    as_of: date


@dataclass(frozen=True)
class World:
    """A dataset laid out for hypothetical questions; made once, asked many times.

    Attributes:
        whole: the dataset as known on ``as_of``, but with all sessions and vacancies.
        as_of: the day.
    """

    whole: Dataset
    as_of: date

    @classmethod
    def of(cls, dataset: Dataset, as_of: date) -> World:
        """Take what was known on ``as_of``; later rows must not come true by waiting."""
        known = cut(dataset, as_of)
        coming = {n: dataset.tables[n] for n in ("sessions", "vacancies") if n in dataset.tables}
        return cls(Dataset(MappingProxyType({**known.tables, **coming})), as_of)

    def person(self, employee_id: str) -> Dataset:
        """Return the small world of one person, nothing changed."""
        return self.people([(employee_id, self.record(employee_id))])

    def record(self, employee_id: str) -> Record:
        """Return one person's rows of every personal table, as Python values."""
        found: Record = {}
        for name in PERSONAL:
            if name not in self.whole.tables:
                continue
            table = self.whole.tables[name]
            ids = table["employee_id"]
            begin = bisect_left(range(len(ids)), employee_id, key=lambda i: ids[i].as_py())
            end = bisect_right(range(len(ids)), employee_id, key=lambda i: ids[i].as_py())
            found[name] = table.slice(begin, end - begin).to_pylist()
        return found

    def after(self, employee_id: str, changes: Sequence[Change]) -> Future:
        """Return the person's small world after the changes, and its day."""
        (future,) = self.futures(employee_id, [changes]).values()
        return Future(future[0], future[1])

    def futures(
        self, employee_id: str, several: Sequence[Sequence[Change]]
    ) -> dict[date, tuple[Dataset, date, dict[int, str]]]:
        """Return one small world per day that the lists of changes lead to.

        Each list is lived by a copy of the person of its own, so that many questions about one
        day cost one layout.

        Returns:
            Day → the dataset, the day, and per place in ``several`` the id of the copy. The copy
            of a single list bears the person's own id.
        """
        record = self.record(employee_id)
        by_day: dict[date, list[tuple[int, Record, list[Opened]]]] = {}
        for place, changes in enumerate(several):
            lived = {name: [dict(row) for row in rows] for name, rows in record.items()}
            day = live(lived, changes, self.as_of)
            opened = [c for c in changes if isinstance(c, Opened)]
            by_day.setdefault(day, []).append((place, lived, opened))
        found = {}
        for day, lives in by_day.items():
            alone = len(lives) == 1
            names = {p: employee_id if alone else f"{employee_id}#{p}" for p, _, _ in lives}
            dataset = self.people([(names[p], lived) for p, lived, _ in lives])
            opened = [one for _, _, some in lives for one in some]
            found[day] = (_with_open_posts(dataset, opened), day, names)
        return found

    def people(self, records: Sequence[tuple[str, Record]]) -> Dataset:
        """Return a small world in which people of the given ids have the given rows."""
        tables = dict(self._shared)
        named = {employee_id for employee_id, _ in records}
        for name in PERSONAL:
            rows = [
                {**row, "employee_id": employee_id}
                for employee_id, record in records
                for row in record.get(name, ())
            ]
            if name not in self.whole.tables and not rows:
                continue
            schema = _schema(self.whole, name)
            others = self._witnesses.get(name, schema.empty_table())
            own = pc.is_in(others["employee_id"], value_set=pa.array(sorted(named), pa.string()))
            others = others.filter(pc.invert(own))
            table = pa.concat_tables([others, pa.Table.from_pylist(rows, schema=schema)])
            keys = [(key, "ascending") for key in TABLES[name].key]
            tables[name] = table.take(pc.sort_indices(table, keys)).combine_chunks()
        return Dataset(MappingProxyType(tables))

    @cached_property
    def _shared(self) -> dict[str, pa.Table]:
        return {n: table for n, table in self.whole.tables.items() if n not in PERSONAL}

    @cached_property
    def _witnesses(self) -> dict[str, pa.Table]:
        """Return, per personal table, rows of others that keep what is known known."""
        chosen: dict[str, set[int]] = {
            name: _witness_rows(self.whole, name) for name in PERSONAL if name in self.whole.tables
        }
        ids = self.whole.table("employees")["employee_id"]
        place = {code: row for row, code in enumerate(ids.to_pylist())}
        for name, rows in list(chosen.items()):
            if name == "employees":
                continue
            owners = self.whole.tables[name]["employee_id"]
            people = {place.get(owners[row].as_py(), UNKNOWN) for row in rows}
            chosen["employees"] |= people - {UNKNOWN}
        return {
            name: _cast(
                self.whole, name, self.whole.tables[name].take(pa.array(sorted(rows), pa.int64()))
            )
            for name, rows in chosen.items()
        }


def of_person(dataset: Dataset, employee_id: str, as_of: date) -> Dataset:
    """Return the small world of one person: see the module's first lines."""
    return World.of(dataset, as_of).person(employee_id)


def apply(dataset: Dataset, employee_id: str, changes: Sequence[Change], as_of: date) -> Future:
    """Return the small world of one person after changes, and the day on which it is asked.

    The day is the latest of ``as_of``, every ``Wait``, every day of a change and the end of the
    posts held. Posts are held one after the other from ``as_of`` on.
    """
    return World.of(dataset, as_of).after(employee_id, changes)


def claimed(trainings: Trainings, training: int, levels: Ints, limits: StepLimits) -> Ints:
    """Return levels after a training that keeps its word, as gap terms and year plans count it.

    A step counts up to ``max_step`` above the present level and only from ``slack`` below where
    the course starts. It adds what it covers: from level 1 a course from 2 to 3 leads to 2, since
    the step from 1 to 2 was not taught. A level never falls, and an unknown one stays unknown.

    Parameters:
        training: row of the training.
        levels: milli-levels of one person, int32 ``[n_competencies]``, −1 unknown.

    Returns:
        The new milli-levels of the same shape.
    """
    own = trainings.outcome_training == training
    raised = levels.copy()
    for competency, low, high in zip(
        trainings.outcome_competency[own],
        trainings.outcome_from[own],
        trainings.outcome_to[own],
        strict=True,
    ):
        level = levels[competency]
        if level != UNKNOWN and level >= low - limits.slack:
            top = min(int(high), int(level) + limits.max_step)
            raised[competency] = int(level) + max(0, top - max(int(level), int(low)))
    return raised


def raises(
    before: Ints, after: Ints, codes: Sequence[str], on: date | None = None
) -> tuple[RaiseLevel, ...]:
    """Return the changes that lead from some milli-levels to others."""
    risen = np.flatnonzero(after != before)
    return tuple(RaiseLevel(codes[c], int(after[c]) / MILLI, on) for c in risen.tolist())


def day_of(changes: Iterable[Change], as_of: date) -> date:
    """Return the day on which a person who lives the changes is asked."""
    days = [as_of]
    months = 0
    for change in changes:
        if isinstance(change, Wait):
            days.append(change.until)
        elif isinstance(change, Hold):
            months += change.months
        elif isinstance(change, Complete | RaiseLevel | Points | Certified | Mapped):
            days.append(change.on or as_of)
    return max(*days, months_after(as_of, months), as_of)


def months_after(day: date, months: int) -> date:
    """Return the first day on which full months have passed; a lacking day is the next month's."""
    if months == 0:
        return day
    years, month = divmod(day.month - 1 + months, 12)
    try:
        return date(day.year + years, month + 1, day.day)
    except ValueError:
        years, month = divmod(day.month + months, 12)
        return date(day.year + years, month + 1, 1)


def live(record: Record, changes: Sequence[Change], as_of: date) -> date:
    """Change a record in place as the changes say, and return the day they lead to."""
    day = day_of(changes, as_of)
    held = as_of
    for change in changes:
        if isinstance(change, Hold):
            _take_up(record, change, held)
            held = months_after(held, change.months)
        else:
            _change(record, change, as_of)
    return day


def _change(record: Record, change: Change, as_of: date) -> None:
    match change:
        case SetFact(column, value):
            for person in record["employees"]:
                person[column] = value
        case Complete(code, on, title):
            _add(record, "training_history", training_code=code, title=title,
                 completed_on=_moment(on or as_of))  # fmt: skip
        case Dated(code, on, title):
            for row in record.get("training_history", ()):
                by_title = row["training_code"] is None and _same(row.get("title"), title)
                if row["training_code"] == code or by_title:
                    row["completed_on"] = row["completed_on"] or _moment(on)
        case RaiseLevel(code, level, on):
            scores = record.get("competency_scores", [])
            record["competency_scores"] = [r for r in scores if r["competency_code"] != code]
            _add(record, "competency_scores", competency_code=code, level=level,
                 assessed_on=_moment(on or as_of), source="assessment_centre")  # fmt: skip
        case Served(since, until, tier, job):
            _add(record, "job_history", job_code=job, tier=tier, from_date=since, to_date=until)
        case Rated(year, rating):
            yearly = (None, "tahunan")
            kept = record.get("performance", [])
            record["performance"] = [
                r for r in kept if r["year"] != year or r.get("period") not in yearly
            ]
            _add(record, "performance", year=year, rating=rating)
        case Points(cumulative, on):
            counted = record.get("credit_points", [])
            record["credit_points"] = [r for r in counted if r["as_of"] != (on or as_of)]
            _add(record, "credit_points", as_of=on or as_of, cumulative=cumulative)
        case Certified(name, on):
            _add(record, "certifications", name=name, issued_on=on or as_of)
        case Mapped(box, on):
            record["talent"] = []
            _add(record, "talent", assessed_on=on or as_of, box=box)
        case Ended(on):
            for row in record.get("discipline", ()):
                row["ends_on"] = min(row["ends_on"] or on, on)


def _take_up(record: Record, post: Hold, since: date) -> None:
    """Begin another post; the present one goes into the history, where what follows ends it."""
    for row in record.get("job_history", ()):
        if row.get("to_date") is not None and row["to_date"] > since:
            row["to_date"] = since
    for person in record["employees"]:
        if person.get("job_since"):
            _add(record, "job_history", job_code=person.get("job_code"), tier=person.get("tier"),
                 from_date=person["job_since"])  # fmt: skip
        person |= {"job_code": post.job_code, "tier": post.tier, "job_since": since}


def _add(record: Record, table: str, **row: Any) -> None:
    """Add a row; one with the same key gives way."""
    key = [name for name in TABLES[table].key if name != "employee_id"]
    rows = record.setdefault(table, [])
    new = {**dict.fromkeys(TABLES[table].column_names), **row}
    rows[:] = [r for r in rows if any(r.get(name) != new[name] for name in key)]
    rows.append(new)


def _same(written: str | None, title: str | None) -> bool:
    return bool(written and title) and spelling_key(written or "") == spelling_key(title or "")


def _moment(day: date) -> datetime:
    return datetime.combine(day, time())


def _schema(whole: Dataset, name: str) -> pa.Schema:
    """Return the contract's columns and, after them, the dataset's own extra ones."""
    schema = TABLES[name].arrow_schema
    held = whole.tables.get(name)
    extra = [f for f in held.schema if f.name not in schema.names] if held is not None else []
    return pa.schema([*schema, *extra])


def _cast(whole: Dataset, name: str, table: pa.Table) -> pa.Table:
    schema = _schema(whole, name)
    columns = [
        table[f.name] if f.name in table.column_names else pa.nulls(table.num_rows, f.type)
        for f in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


_SPOKEN = {"certifications": "name", "training_history": "title"}
_PER_VALUE = {("employees", "employment"), ("job_history", "assignment")}


def _witness_rows(whole: Dataset, name: str) -> set[int]:
    """Return few rows of a table that fill every column which the table fills at all.

    Of some columns one row per value is kept, since whole rules run by them.
    """
    table = whole.tables[name]
    kept: set[int] = set()
    for column in TABLES[name].columns:
        if column.name not in table.column_names or column.name == "employee_id":
            continue
        cells = table[column.name].combine_chunks()
        if (name, column.name) in _PER_VALUE:
            values = [v for v in pc.unique(cells).to_pylist() if v is not None]
            kept |= {pc.index(cells, value).as_py() for value in values}
        elif not any(cells[row].is_valid for row in kept):
            first = pc.index(pc.is_valid(cells), True).as_py()
            kept |= {first} - {UNKNOWN}
    if name in _SPOKEN and _SPOKEN[name] in table.column_names:
        tests = pc.match_substring(table[_SPOKEN[name]], COMPETENCE_TEST, ignore_case=True)
        kept |= {pc.index(tests, True).as_py()} - {UNKNOWN}
    if name == "employees":
        kept |= _holders(whole)
    if not kept and table.num_rows:
        kept.add(0)
    return kept


def _holders(whole: Dataset) -> set[int]:
    """Return holders whose facts are facts of their post, few of each post.

    Of functional posts one per retirement age, since that is the title's; of the highest posts
    whoever holds each the longest.
    """
    jobs, people = whole.table("jobs"), whole.table("employees")
    tier = dict(zip(jobs["job_code"].to_pylist(), jobs["tier"].to_pylist(), strict=True))
    kept: dict[tuple[str, int | None], int] = {}
    held = people["job_code"].to_pylist()
    ages, starts = people["retirement_age"].to_pylist(), people["job_since"].to_pylist()
    for row, (job, age, since) in enumerate(zip(held, ages, starts, strict=True)):
        level = tier.get(job) or ""
        if level.startswith("jf_") and age:
            kept.setdefault((job, age), row)
        if level.startswith("jpt_") and since:
            longest = kept.setdefault((job, None), row)
            kept[job, None] = row if since < starts[longest] else longest
    return set(kept.values())


def _with_open_posts(dataset: Dataset, opened: Sequence[Opened]) -> Dataset:
    """Return the dataset with one more need than posts filled, where a post falls open."""
    if not opened:
        return dataset
    rows = dataset.table("staffing").to_pylist()
    at = {(row["unit_code"], row["job_code"]): row for row in rows}
    for post in opened:
        row = at.setdefault(
            (post.unit_code, post.job_code),
            {"unit_code": post.unit_code, "job_code": post.job_code, "filled": 0},
        )
        row["needed"] = (row.get("filled") or 0) + 1
        row["filled"] = row.get("filled") or 0
    return dataset.replace(
        staffing=pa.Table.from_pylist(list(at.values()), schema=_schema(dataset, "staffing"))
    )


__all__ = [
    "PERSONAL", "Certified", "Change", "Complete", "Dated", "Ended", "Future", "Hold", "Mapped",
    "Opened", "Points", "RaiseLevel", "Rated", "Served", "SetFact", "Wait", "World", "apply",
    "claimed", "day_of", "live", "months_after", "of_person", "raises",
]  # fmt: skip
