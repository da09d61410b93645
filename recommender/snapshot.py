"""Stage 1: a dataset and a day become arrays: what was known on that day, by row number.

In: a ``Dataset`` and ``as_of``. Out: a ``Snapshot``, read-only arrays for people, jobs, trainings
and events. Levels are whole milli-levels (2.75 → 2750) and weights whole milli-weights, so sums
over competencies are exact in any order. −1 means unknown, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from training_data import reference
from training_data.dataset import Dataset

UNKNOWN = -1
MILLI = 1000
"""Milli-levels per level and milli-weights per unit of weight."""

Ints = NDArray[np.int32]
Days = NDArray[np.datetime64]

_DATED: Mapping[str, str] = MappingProxyType(
    {
        "training_history": "completed_on",
        "competency_scores": "assessed_on",
        "talent": "assessed_on",
        "discipline": "starts_on",
        "job_history": "from_date",
        "nominations": "at",
        "feedback": "at",
        "certifications": "issued_on",
        "credit_points": "as_of",
        "staffing": "as_of",
    }
)
"""Event tables and the column that dates them."""


@dataclass(frozen=True)
class Index:
    """External codes in byte order and their row numbers."""

    codes: tuple[str, ...]

    @classmethod
    def of(cls, codes: Iterable[str]) -> Index:
        """Index distinct codes in the order of their UTF-8 bytes."""
        return cls(tuple(sorted(set(codes), key=str.encode)))

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Code → row number."""
        return MappingProxyType({code: row for row, code in enumerate(self.codes)})

    @cached_property
    def _values(self) -> pa.Array:
        return pa.array(self.codes, pa.string())

    def lookup(self, column: pa.ChunkedArray) -> Ints:
        """Return the row number of each code, int32, −1 where null or not indexed."""
        found = pc.index_in(column.cast(pa.string()), value_set=self._values)
        return _ints(found, np.int32)


@dataclass(frozen=True)
class People:
    """Employees in byte order of their id; every array has one entry per person.

    Attributes:
        index: employee ids.
        job, target_job, unit: row in ``Jobs`` or in ``Snapshot.units``; −1 unknown.
        tier: position in ``reference.tiers()``; the person's own, else the post's; −1 unknown.
        grade_scale: 0 PNS, 1 PPPK, −1 unknown; ``grade`` is the order within the scale.
        education: rank of ``reference.education_levels()`` (D4 and S1 share one); −1 unknown.
        employment: position in ``reference.choices("employment")``; −1 unknown.
        legal_status: position in ``legal_statuses``; −1 unknown.
        birth_date, job_since, grade_since, appointed_on, contract_until: days, NaT unknown.
        retirement_age: years; −1 unknown.
    """

    index: Index
    job: Ints
    target_job: Ints
    unit: Ints
    tier: Ints
    grade_scale: Ints
    grade: Ints
    education: Ints
    employment: Ints
    legal_status: Ints
    legal_statuses: tuple[str, ...]
    birth_date: Days
    job_since: Days
    grade_since: Days
    appointed_on: Days
    contract_until: Days
    retirement_age: Ints

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True)
class Jobs:
    """Posts in byte order of their code; −1 and NaN are unknown.

    Attributes:
        family, affair: numbers of equal texts, −1 unknown.
        required: milli-levels, int32 ``[n_jobs, n_competencies]``, −1 where nothing is asked.
        weight: milli-weights of the same shape, 0 where nothing is asked.
        importance: 1, 2, 3 of the same shape, 0 where nothing is asked.
        tags: bool of the same shape: pairs without a level, for text terms only.
    """

    index: Index
    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    tier: Ints
    family: Ints
    affair: Ints
    unit: Ints
    min_grade_scale: Ints
    min_grade: Ints
    max_grade_scale: Ints
    max_grade: Ints
    min_education: Ints
    min_experience_years: NDArray[np.float64]
    required: Ints
    weight: Ints
    importance: Ints
    tags: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True)
class Trainings:
    """The catalogue in byte order of the code; −1, NaN and NaT are unknown.

    Attributes:
        form, structural, path: position in the like-named ``reference.choices``; −1 none.
        affair: number of equal texts, shared with ``Jobs.affair``.
        tiers: bool ``[n_trainings, n_tiers]``; a row of False means open to all.
        prerequisites: rows of trainings needed before, per training.
        repeat_after_months: months until it may be repeated; −1 once.
        outcome_training, outcome_competency, outcome_from, outcome_to: one entry per claimed
            outcome with a level, ordered by training; milli-levels.
        tag_training, tag_competency: outcomes without a level, for text terms only.
        has_sessions: at least one session is known, past or future.
        next_session: first day of the next session that ends after ``as_of``; NaT none known.
    """

    index: Index
    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    hours: NDArray[np.float64]
    cost: NDArray[np.float64]
    form: Ints
    structural: Ints
    path: Ints
    affair: Ints
    tiers: NDArray[np.bool_]
    min_grade_scale: Ints
    min_grade: Ints
    max_grade_scale: Ints
    max_grade: Ints
    min_education: Ints
    prerequisites: tuple[tuple[int, ...], ...]
    repeat_after_months: Ints
    outcome_training: Ints
    outcome_competency: Ints
    outcome_from: Ints
    outcome_to: Ints
    tag_training: Ints
    tag_competency: Ints
    has_sessions: NDArray[np.bool_]
    next_session: Days

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True)
class Events:
    """Training history with a known training, ordered by employee, time (undated first), code.

    Attributes:
        employee, training: row numbers.
        at: time of completion, NaT undated.
        status: position in ``STATUSES``.
    """

    employee: Ints
    training: Ints
    at: NDArray[np.datetime64]
    status: Ints


STATUSES = ("completed", "registered", "withdrawn", "failed")


@dataclass(frozen=True)
class Snapshot:
    """Everything the engine reads, as known on ``as_of``.

    Attributes:
        dataset: the tables without the rows dated after ``as_of``; sessions and vacancies that
            ended are gone.
        competencies, units: indexes of codes.
        competency_names, competency_groups: per competency.
        max_level: milli-levels per competency.
        newest_event: day of the newest dated event, or ``None``.
    """

    dataset: Dataset
    as_of: date
    people: People
    jobs: Jobs
    trainings: Trainings
    events: Events
    competencies: Index
    competency_names: tuple[str, ...]
    competency_groups: tuple[str, ...]
    max_level: Ints
    units: Index
    newest_event: date | None

    @classmethod
    def of(cls, dataset: Dataset, as_of: date) -> Snapshot:
        """Cut the dataset at ``as_of`` and lay it out as arrays."""
        known = cut(dataset, as_of)
        competencies, names, groups, max_level = _competencies(known)
        units = Index.of(
            _strings(known.table("units")["unit_code"])
            + _strings(known.table("employees")["unit_code"])
        )
        texts = _Numbers()
        jobs = _jobs(known, competencies, units, texts)
        trainings = _trainings(known, dataset, competencies, texts)
        people = _people(known, jobs, units)
        return cls(
            known,
            as_of,
            people,
            jobs,
            trainings,
            _events(known, people, trainings),
            competencies,
            names,
            groups,
            max_level,
            units,
            newest_event(dataset),
        )


def cut(dataset: Dataset, as_of: date) -> Dataset:
    """Return the dataset as it was known on ``as_of`` (undated rows count)."""
    tables = dict(dataset.tables)
    end = pa.scalar(as_of + timedelta(days=1))
    for name, column in _DATED.items():
        if dataset.knows(name, column):
            dates = tables[name].column(column)
            known = pc.less(dates, end.cast(dates.type))
            tables[name] = tables[name].filter(pc.fill_null(known, True))
    if dataset.has("performance"):
        years = tables["performance"].column("year")
        tables["performance"] = tables["performance"].filter(pc.less_equal(years, as_of.year))
    for name, columns in {
        "sessions": ("ends_on", "starts_on"),
        "vacancies": ("closes_on",),
    }.items():
        if not dataset.has(name):
            continue
        table = dataset.table(name)
        last = pc.coalesce(*(table[c] for c in columns))
        running = pc.greater(last, pa.scalar(as_of, pa.date32()))
        tables[name] = tables[name].filter(pc.fill_null(running, True))
    return Dataset(MappingProxyType(tables))


def newest_event(dataset: Dataset) -> date | None:
    """Return the day of the newest dated event of any kind, or ``None``."""
    newest: date | None = None
    for name, column in _DATED.items():
        if dataset.knows(name, column):
            last = pc.max(dataset.table(name)[column].cast(pa.date32(), safe=False)).as_py()
            newest = last if newest is None or last > newest else newest
    return newest


class _Numbers:
    """Numbers equal texts equally, over several tables."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def of(self, column: pa.ChunkedArray) -> Ints:
        values = column.to_pylist()
        return np.array(
            [
                UNKNOWN if v is None else self._seen.setdefault(v.casefold(), len(self._seen))
                for v in values
            ],
            np.int32,
        )


def _competencies(known: Dataset) -> tuple[Index, tuple[str, ...], tuple[str, ...], Ints]:
    table = known.table("competencies")
    used = [
        _strings(known.table(name)["competency_code"])
        for name in (
            "competencies",
            "competency_scores",
            "job_requirements",
            "training_outcomes",
            "priorities",
        )
    ]
    index = Index.of(code for codes in used for code in codes)
    named = {
        row["competency_code"]: row
        for row in table.select(["competency_code", "name", "group", "max_level"]).to_pylist()
    }
    ours = {c.code: c for c in reference.competencies()}
    names, groups, top = [], [], []
    for code in index.codes:
        row = named.get(code, {})
        fact = ours.get(code)
        names.append(row.get("name") or (fact.name.id if fact else code))
        groups.append(row.get("group") or (fact.group if fact else "T"))
        top.append(round(MILLI * (row.get("max_level") or 5)))
    return index, tuple(names), tuple(groups), np.array(top, np.int32)


def _people(known: Dataset, jobs: Jobs, units: Index) -> People:
    table = known.table("employees")
    index = Index(tuple(_strings(table["employee_id"])))
    job = jobs.index.lookup(table["job_code"])
    tiers = [t.code for t in reference.tiers()]
    tier = _choice(table["tier"], tiers)
    held = np.append(jobs.tier, np.int32(UNKNOWN))[job]  # row −1 is the unknown post
    scale, grade = _grades(table["grade"])
    statuses = tuple(sorted(set(_strings(table["legal_status"]))))
    age = _ints(table["retirement_age"], np.int32)
    return People(
        index=index,
        job=job,
        target_job=jobs.index.lookup(table["target_job_code"]),
        unit=units.lookup(table["unit_code"]),
        tier=np.where(tier >= 0, tier, held),
        grade_scale=scale,
        grade=grade,
        education=_education(table["education_level"]),
        employment=_choice(table["employment"], reference.choices("employment")),
        legal_status=_choice(table["legal_status"], statuses),
        legal_statuses=statuses,
        birth_date=_days(table["birth_date"]),
        job_since=_days(table["job_since"]),
        grade_since=_days(table["grade_since"]),
        appointed_on=_days(table["appointed_on"]),
        contract_until=_days(table["contract_until"]),
        retirement_age=np.where(age > 0, age, UNKNOWN).astype(np.int32),
    )


def _jobs(known: Dataset, competencies: Index, units: Index, texts: _Numbers) -> Jobs:
    table = known.table("jobs")
    index = Index(tuple(_strings(table["job_code"])))
    shape = (len(index), len(competencies))
    required = np.full(shape, UNKNOWN, np.int32)
    weight = np.zeros(shape, np.int32)
    importance = np.zeros(shape, np.int32)
    tags = np.zeros(shape, bool)
    rows = known.table("job_requirements")
    job = index.lookup(rows["job_code"])
    competency = competencies.lookup(rows["competency_code"])
    level = _floats(rows["level"])
    given = (job >= 0) & ~np.isnan(level)
    grade = _ints(rows["importance"], np.int32)
    grade = np.where(grade > 0, grade, 2)
    stated = _floats(rows["weight"])
    default = np.array([0.0, 4.0, 2.0, 1.0])[grade]
    at = (job[given], competency[given])
    required[at] = np.rint(level[given] * MILLI)
    weight[at] = np.rint(np.where(np.isnan(stated), default, stated)[given] * MILLI)
    importance[at] = grade[given]
    tag = (job >= 0) & np.isnan(level)
    tags[job[tag], competency[tag]] = True
    low_scale, low = _grades(table["min_grade"])
    high_scale, high = _grades(table["max_grade"])
    return Jobs(
        index=index,
        titles=tuple(_strings(table["title"])),
        descriptions=tuple(v or "" for v in table["description"].to_pylist()),
        tier=_choice(table["tier"], [t.code for t in reference.tiers()]),
        family=texts.of(table["family"]),
        affair=texts.of(table["affair"]),
        unit=units.lookup(table["unit_code"]),
        min_grade_scale=low_scale,
        min_grade=low,
        max_grade_scale=high_scale,
        max_grade=high,
        min_education=_education(table["min_education"]),
        min_experience_years=_floats(table["min_experience_years"]),
        required=required,
        weight=weight,
        importance=importance,
        tags=tags,
    )


def _trainings(known: Dataset, whole: Dataset, competencies: Index, texts: _Numbers) -> Trainings:
    table = known.table("trainings")
    index = Index(tuple(_strings(table["training_code"])))
    outcomes = known.table("training_outcomes")
    training = index.lookup(outcomes["training_code"])
    competency = competencies.lookup(outcomes["competency_code"])
    to = _floats(outcomes["level_to"])
    start = np.nan_to_num(_floats(outcomes["level_from"]), nan=0.0)
    claimed = (training >= 0) & ~np.isnan(to)
    tag = (training >= 0) & np.isnan(to)
    tiers = [t.code for t in reference.tiers()]
    meant = np.zeros((len(index), len(tiers)), bool)
    for row, codes in enumerate(_lists(table["tiers"])):
        meant[row, [tiers.index(code) for code in codes if code in tiers]] = True
    needed = tuple(
        tuple(sorted(index.rows[c] for c in codes if c in index.rows))
        for codes in _lists(table["prerequisites"])
    )
    low_scale, low = _grades(table["min_grade"])
    high_scale, high = _grades(table["max_grade"])
    has, following = _sessions(known, whole, index)
    return Trainings(
        index=index,
        titles=tuple(_strings(table["title"])),
        descriptions=tuple(v or "" for v in table["description"].to_pylist()),
        hours=_floats(table["hours"]),
        cost=_floats(table["cost"]),
        form=_choice(table["form"], reference.choices("form")),
        structural=_choice(table["structural"], reference.choices("structural")),
        path=_choice(table["path"], reference.choices("training_path")),
        affair=texts.of(table["affair"]),
        tiers=meant,
        min_grade_scale=low_scale,
        min_grade=low,
        max_grade_scale=high_scale,
        max_grade=high,
        min_education=_education(table["min_education"]),
        prerequisites=needed,
        repeat_after_months=_ints(table["repeat_after_months"], np.int32),
        outcome_training=training[claimed],
        outcome_competency=competency[claimed],
        outcome_from=np.rint(start[claimed] * MILLI).astype(np.int32),
        outcome_to=np.rint(to[claimed] * MILLI).astype(np.int32),
        tag_training=training[tag],
        tag_competency=competency[tag],
        has_sessions=has,
        next_session=following,
    )


def _sessions(known: Dataset, whole: Dataset, index: Index) -> tuple[NDArray[np.bool_], Days]:
    has = np.zeros(len(index), bool)
    row = index.lookup(whole.table("sessions")["training_code"])
    has[row[row >= 0]] = True
    table = known.table("sessions")
    row = index.lookup(table["training_code"])
    starts = _days(pc.coalesce(table["starts_on"], table["ends_on"]))
    following = np.full(len(index), np.datetime64("NaT", "D"))
    usable = (row >= 0) & ~np.isnat(starts)
    order = np.argsort(starts[usable], kind="stable")[::-1]
    following[row[usable][order]] = starts[usable][order]  # the earliest is written last
    return has, following


def _events(known: Dataset, people: People, trainings: Trainings) -> Events:
    table = known.table("training_history")
    employee = people.index.lookup(table["employee_id"])
    training = trainings.index.lookup(table["training_code"])
    status = _choice(pc.fill_null(table["status"], "completed"), STATUSES)
    at = table["completed_on"].cast(pa.timestamp("us")).to_numpy().astype("datetime64[us]")
    use = (employee >= 0) & (training >= 0)
    employee, training, status, at = employee[use], training[use], status[use], at[use]
    when = np.where(np.isnat(at), np.iinfo(np.int64).min, at.astype(np.int64))
    order = np.lexsort((training, when, employee))
    return Events(employee[order], training[order], at[order], status[order])


def _strings(column: pa.ChunkedArray) -> list[str]:
    return [v for v in column.to_pylist() if v is not None]


def _lists(column: pa.ChunkedArray) -> list[list[str]]:
    return [
        [part.strip() for part in (v or "").split("|") if part.strip()] for v in column.to_pylist()
    ]


def _ints(column: pa.ChunkedArray | pa.Array, kind: type[np.signedinteger]) -> Ints:
    filled = pc.fill_null(column, UNKNOWN)
    return np.asarray(
        filled.to_numpy(zero_copy_only=False) if isinstance(filled, pa.Array) else filled.to_numpy()
    ).astype(kind)


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    return np.asarray(pc.fill_null(column, float("nan")).to_numpy(), np.float64)


def _days(column: pa.ChunkedArray) -> Days:
    return np.asarray(column.to_numpy(), "datetime64[D]")


def _choice(column: pa.ChunkedArray, known: Sequence[str]) -> Ints:
    return _ints(
        pc.index_in(column.cast(pa.string()), value_set=pa.array(known, pa.string())), np.int32
    )


def _grades(column: pa.ChunkedArray) -> tuple[Ints, Ints]:
    grades = reference.grades()
    row = _choice(column, [g.code for g in grades])
    scale = np.array([0 if g.scale == "PNS" else 1 for g in grades] + [UNKNOWN], np.int32)
    order = np.array([g.order for g in grades] + [UNKNOWN], np.int32)
    return scale[row], order[row]


def _education(column: pa.ChunkedArray) -> Ints:
    levels = reference.education_levels()
    row = _choice(column, [e.code for e in levels])
    return np.array([e.rank for e in levels] + [UNKNOWN], np.int32)[row]
