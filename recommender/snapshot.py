"""Stage 1: a dataset and a day become arrays: what was known on that day, by row number.

In: a ``Dataset`` and ``as_of``. Out: a ``Snapshot``. Levels are whole milli-levels (2.75 → 2750)
and weights whole milli-weights, so sums over competencies are exact in any order. −1 means
unknown, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.columns import (
    MILLI,
    UNKNOWN,
    Days,
    Index,
    Ints,
    Numbers,
    choice,
    days,
    education,
    floats,
    grades,
    ints,
    lists,
    strings,
)
from recommender.entities import STATUSES, Events, Jobs, People, Trainings
from training_data import reference
from training_data.dataset import Dataset

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
            strings(known.table("units")["unit_code"])
            + strings(known.table("employees")["unit_code"])
        )
        texts = Numbers()
        jobs = _jobs(known, competencies, units, texts)
        trainings = _trainings(known, dataset, competencies, texts, as_of)
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

    def with_people(self, dataset: Dataset, as_of: date) -> Snapshot:
        """Return other people on another day, beside the same posts, trainings and competencies.

        Parameters:
            dataset: one whose tables that are of nobody are those of this snapshot.
        """
        known = cut(dataset, as_of)
        has, following = _sessions(known, dataset, self.trainings.index, as_of)
        trainings = replace(self.trainings, has_sessions=has, next_session=following)
        people = _people(known, self.jobs, self.units)
        return replace(
            self,
            dataset=known,
            as_of=as_of,
            people=people,
            trainings=trainings,
            events=_events(known, people, trainings),
            newest_event=newest_event(dataset),
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


def period(dataset: Dataset) -> tuple[date, date] | None:
    """Return the days of the oldest and the newest dated event of any kind, or ``None``."""
    newest = newest_event(dataset)
    if newest is None:
        return None
    firsts = (
        pc.min(dataset.table(name)[column].cast(pa.date32(), safe=False)).as_py()
        for name, column in _DATED.items()
        if dataset.knows(name, column)
    )
    return min(firsts), newest


def _competencies(known: Dataset) -> tuple[Index, tuple[str, ...], tuple[str, ...], Ints]:
    table = known.table("competencies")
    used = [
        strings(known.table(name)["competency_code"])
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
    index = Index(tuple(strings(table["employee_id"])))
    job = jobs.index.lookup(table["job_code"])
    tiers = [t.code for t in reference.tiers()]
    tier = choice(table["tier"], tiers)
    held = np.append(jobs.tier, np.int32(UNKNOWN))[job]  # row −1 is the unknown post
    scale, grade = grades(table["grade"])
    statuses = tuple(sorted(set(strings(table["legal_status"]))))
    age = ints(table["retirement_age"], np.int32)
    return People(
        index=index,
        job=job,
        target_job=jobs.index.lookup(table["target_job_code"]),
        unit=units.lookup(table["unit_code"]),
        tier=np.where(tier >= 0, tier, held),
        grade_scale=scale,
        grade=grade,
        education=education(table["education_level"]),
        employment=choice(table["employment"], reference.choices("employment")),
        legal_status=choice(table["legal_status"], statuses),
        legal_statuses=statuses,
        birth_date=days(table["birth_date"]),
        job_since=days(table["job_since"]),
        grade_since=days(table["grade_since"]),
        appointed_on=days(table["appointed_on"]),
        contract_until=days(table["contract_until"]),
        retirement_age=np.where(age > 0, age, UNKNOWN).astype(np.int32),
    )


def _jobs(known: Dataset, competencies: Index, units: Index, texts: Numbers) -> Jobs:
    table = known.table("jobs")
    index = Index(tuple(strings(table["job_code"])))
    shape = (len(index), len(competencies))
    required = np.full(shape, UNKNOWN, np.int32)
    weight = np.zeros(shape, np.int32)
    importance = np.zeros(shape, np.int32)
    tags = np.zeros(shape, bool)
    rows = known.table("job_requirements")
    job = index.lookup(rows["job_code"])
    competency = competencies.lookup(rows["competency_code"])
    level = floats(rows["level"])
    given = (job >= 0) & ~np.isnan(level)
    grade = ints(rows["importance"], np.int32)
    grade = np.where(grade > 0, grade, 2)
    stated = floats(rows["weight"])
    default = np.array([0.0, 4.0, 2.0, 1.0])[grade]
    at = (job[given], competency[given])
    required[at] = np.rint(level[given] * MILLI)
    weight[at] = np.rint(np.where(np.isnan(stated), default, stated)[given] * MILLI)
    importance[at] = grade[given]
    tag = (job >= 0) & np.isnan(level)
    tags[job[tag], competency[tag]] = True
    low_scale, low = grades(table["min_grade"])
    high_scale, high = grades(table["max_grade"])
    return Jobs(
        index=index,
        titles=tuple(strings(table["title"])),
        descriptions=tuple(v or "" for v in table["description"].to_pylist()),
        tier=choice(table["tier"], [t.code for t in reference.tiers()]),
        family=texts.of(table["family"]),
        affair=texts.of(table["affair"]),
        unit=units.lookup(table["unit_code"]),
        min_grade_scale=low_scale,
        min_grade=low,
        max_grade_scale=high_scale,
        max_grade=high,
        min_education=education(table["min_education"]),
        min_experience_years=floats(table["min_experience_years"]),
        required=required,
        weight=weight,
        importance=importance,
        tags=tags,
    )


def _trainings(
    known: Dataset, whole: Dataset, competencies: Index, texts: Numbers, as_of: date
) -> Trainings:
    table = known.table("trainings")
    index = Index(tuple(strings(table["training_code"])))
    outcomes = known.table("training_outcomes")
    training = index.lookup(outcomes["training_code"])
    competency = competencies.lookup(outcomes["competency_code"])
    to = floats(outcomes["level_to"])
    start = np.nan_to_num(floats(outcomes["level_from"]), nan=0.0)
    claimed = (training >= 0) & ~np.isnan(to)
    tag = (training >= 0) & np.isnan(to)
    tiers = [t.code for t in reference.tiers()]
    meant = np.zeros((len(index), len(tiers)), bool)
    for row, codes in enumerate(lists(table["tiers"])):
        meant[row, [tiers.index(code) for code in codes if code in tiers]] = True
    needed = lists(table["prerequisites"])
    low_scale, low = grades(table["min_grade"])
    high_scale, high = grades(table["max_grade"])
    has, following = _sessions(known, whole, index, as_of)
    return Trainings(
        index=index,
        titles=tuple(strings(table["title"])),
        descriptions=tuple(v or "" for v in table["description"].to_pylist()),
        hours=floats(table["hours"]),
        cost=floats(table["cost"]),
        form=choice(table["form"], reference.choices("form")),
        structural=choice(table["structural"], reference.choices("structural")),
        path=choice(table["path"], reference.choices("training_path")),
        affair=texts.of(table["affair"]),
        tiers=meant,
        min_grade_scale=low_scale,
        min_grade=low,
        max_grade_scale=high_scale,
        max_grade=high,
        min_education=education(table["min_education"]),
        prerequisites=tuple(
            tuple(sorted(index.rows[c] for c in codes if c in index.rows)) for codes in needed
        ),
        outside=tuple(tuple(sorted(c for c in codes if c not in index.rows)) for codes in needed),
        repeat_after_months=ints(table["repeat_after_months"], np.int32),
        outcome_training=training[claimed],
        outcome_competency=competency[claimed],
        outcome_from=np.rint(start[claimed] * MILLI).astype(np.int32),
        outcome_to=np.rint(to[claimed] * MILLI).astype(np.int32),
        tag_training=training[tag],
        tag_competency=competency[tag],
        has_sessions=has,
        next_session=following,
    )


def _sessions(
    known: Dataset, whole: Dataset, index: Index, as_of: date
) -> tuple[NDArray[np.bool_], Days]:
    has = np.zeros(len(index), bool)
    row = index.lookup(whole.table("sessions")["training_code"])
    has[row[row >= 0]] = True
    table = known.table("sessions")
    row = index.lookup(table["training_code"])
    starts = days(pc.coalesce(table["starts_on"], table["ends_on"]))
    following = np.full(len(index), np.datetime64("NaT", "D"))
    today = np.datetime64(as_of, "D")
    closes = days(table["closes_on"])
    # A session that has begun, or whose registration is closed, can no longer be joined.
    open_ = (starts > today) & (np.isnat(closes) | (closes >= today))
    usable = (row >= 0) & open_
    order = np.argsort(starts[usable], kind="stable")[::-1]
    following[row[usable][order]] = starts[usable][order]  # the earliest is written last
    return has, following


def _events(known: Dataset, people: People, trainings: Trainings) -> Events:
    table = known.table("training_history")
    employee = people.index.lookup(table["employee_id"])
    training = trainings.index.lookup(table["training_code"])
    status = choice(pc.fill_null(table["status"], "completed"), STATUSES)
    at = table["completed_on"].cast(pa.timestamp("us")).to_numpy().astype("datetime64[us]")
    use = (employee >= 0) & (training >= 0)
    employee, training, status, at = employee[use], training[use], status[use], at[use]
    when = np.where(np.isnat(at), np.iinfo(np.int64).min, at.astype(np.int64))
    order = np.lexsort((training, when, employee))
    return Events(employee[order], training[order], at[order], status[order])
