"""The facade: one dataset, one model, one day; every question about people and items.

>>> from datetime import date
>>> from recommender.engine import Engine
>>> from training_data.dataset import Dataset
>>> agency = Dataset.of({
...     "employees": {"employee_id": ["Ani", "Budi", "Citra"], "job_code": ["J1", "J1", "J1"]},
...     "jobs": {"job_code": ["J1"], "title": ["Analis Lalu Lintas"]},
...     "job_requirements": {"job_code": ["J1", "J1"], "competency_code": ["T.1", "M.5"],
...                          "level": [3.0, 2.0]},
...     "competency_scores": {"employee_id": ["Ani", "Ani", "Budi", "Budi"],
...                           "competency_code": ["T.1", "M.5", "T.1", "M.5"],
...                           "level": [1.0, 2.0, 3.0, 1.0]},
...     "trainings": {"training_code": ["A", "B", "C", "D"],
...                   "title": ["Lalu lintas dasar", "Lalu lintas lanjutan", "Pelayanan", "Arsip"]},
...     "training_outcomes": {"training_code": ["A", "B", "C"],
...                           "competency_code": ["T.1", "T.1", "M.5"],
...                           "level_to": [2.0, 3.0, 2.0]},
... })
>>> engine = Engine.fitted(agency, as_of=date(2026, 1, 5))
>>> [item.item_code for item in engine.recommend("Ani", "training", k=2)]
['B', 'A']
>>> engine.recommend("Budi", "training", k=1)[0].effect.gap
{'M.5': 1.0}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender import breakdown
from recommender.columns import MILLI, UNKNOWN, Index
from recommender.eligibility import Eligibility
from recommender.eligibility.ways import Ways, settled, way_of
from recommender.errors import UnknownEmployee, UnknownItem
from recommender.estimate import Estimates, Worth, assess_next, assess_unit
from recommender.evaluation.splits import Kind as SplitKind
from recommender.explain import Explainer
from recommender.figures.facade import FigureMaker, PersonFigures
from recommender.gap_report import estimated, gaps_of, standard_of
from recommender.model import Model
from recommender.pipeline import Prepared, Progress, fit, prepare, with_people
from recommender.plan.basis import Wish
from recommender.plan.planner import Planner
from recommender.plan.results import Plan
from recommender.rank import FORBIDDEN, OUTCOMES, Parts, Picks, Ranking, Row, reason_codes, top
from recommender.results import Candidate, Gaps, Item, Kind, Standard
from recommender.role_score import RoleScorer, Seekers
from recommender.scenario import Change, World
from recommender.similarity.gaps import Micro
from recommender.snapshot import Snapshot, newest_event
from recommender.supposition import Supposition
from recommender.training_score import Learners, TrainingScorer
from recommender.whatif import WhatIf, what_if
from training_data import reference
from training_data.dataset import Dataset
from training_data.reference.packs import Rules, load_rules

BLOCK = 256
"""People scored at a time; changes memory and speed, never an answer."""

WIDE_BLOCK = 4096
"""The same where one item alone is scored."""

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Person:
    """Who somebody is, for headers of pages and lists."""

    employee_id: str
    name: str | None
    job_code: str | None
    job_title: str | None
    unit_code: str | None
    unit_name: str | None
    tier: str | None
    grade: str | None
    employment: str | None
    education_level: str | None


@dataclass(frozen=True)
class _Block:
    """A block of people with their scores and outcomes for one kind.

    ``ranked`` holds the outcomes as ranking sees them: what is scheduled for a person competes
    with nothing and stays out of the list.
    """

    rows: Rows
    people: Learners
    seekers: Seekers | None
    terms: dict[str, Micro]
    scores: Micro
    outcomes: NDArray[np.uint8]
    ranked: NDArray[np.uint8]


class Engine:
    """Answers for one dataset, model and day. Make it with ``open`` or ``fitted``."""

    def __init__(self, dataset: Dataset, prepared: Prepared, model: Model, rules: Rules) -> None:
        self.dataset = dataset
        self.prepared = prepared
        self.model = model
        self.model_id = model.id
        self.rules = rules
        self.eligibility = Eligibility(prepared.facts.snapshot, rules, prepared.facts.profile)
        self.figure_maker = FigureMaker(self.eligibility.facts, rules, prepared.facts.policy.jpm)
        self.explainer = Explainer(prepared, self.figure_maker)

    @classmethod
    def open(cls, dataset: Dataset, model: Model, *, as_of: date, rules: Rules) -> Engine:
        """Lay out a dataset with a fitted model."""
        return cls(dataset, prepare(dataset, model, as_of=as_of, rules=rules), model, rules)

    @classmethod
    def fitted(
        cls,
        dataset: Dataset,
        *,
        as_of: date,
        seed: int = 0,
        rules: Rules | None = None,
        progress: Progress | None = None,
        split: SplitKind = "time",
    ) -> Engine:
        """Fit on the dataset and open it at once."""
        rules = rules or load_rules(as_of)
        model = fit(dataset, as_of=as_of, seed=seed, rules=rules, progress=progress, split=split)
        return cls.open(dataset, model, as_of=as_of, rules=rules)

    @cached_property
    def ways(self) -> Ways:
        """Ways of refused items, tried out in small worlds of one person."""
        return Ways(World.of(self.dataset, self.as_of), self.snapshot, self.rules)

    @property
    def snapshot(self) -> Snapshot:
        """What was known on the day."""
        return self.prepared.facts.snapshot

    @property
    def as_of(self) -> date:
        """The day."""
        return self.snapshot.as_of

    @property
    def rules_hash(self) -> str:
        """SHA-256 of the rules in force."""
        return self.rules.hash

    @cached_property
    def data_hash(self) -> str:
        """SHA-256 of the dataset."""
        return self.dataset.content_hash

    @property
    def newest_event(self) -> date | None:
        """Day of the newest dated event of the whole dataset."""
        return newest_event(self.dataset)

    @property
    def not_checked(self) -> list[str]:
        """Rules not run because a fact is missing for everybody."""
        return list(self.eligibility.not_checked)

    @property
    def employee_ids(self) -> tuple[str, ...]:
        """Everybody, in byte order."""
        return self.snapshot.people.index.codes

    def has_employee(self, employee_id: str) -> bool:
        """Whether the person is known."""
        return employee_id in self.snapshot.people.index.rows

    def kinds(self) -> tuple[Kind, ...]:
        """Which kinds of items the dataset holds."""
        kinds: list[Kind] = []
        if len(self.snapshot.trainings):
            kinds.append("training")
        if len(self.snapshot.jobs):
            kinds.append("role")
        return tuple(kinds)

    def kind_of(self, item_code: str) -> Kind:
        """Return whether a code is a training or a job (a training if both).

        Raises:
            UnknownItem: it is neither.
        """
        if item_code in self.snapshot.trainings.index.rows:
            return "training"
        if item_code in self.snapshot.jobs.index.rows:
            return "role"
        raise UnknownItem(f"No training and no job has the code {item_code!r}.")

    def rank(
        self,
        kind: Kind,
        k: int = 10,
        employees: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> Ranking:
        """Rank items of one kind for everybody, or for the named people.

        Parameters:
            k: length of each list.
        """
        rows = self._rows(employees)
        lines: list[Row] = []
        empty: dict[str, str] = {}
        for done, block in enumerate(_blocks(rows)):
            block_lines, block_empty = self.rank_block(kind, block, k)
            lines += block_lines
            empty |= block_empty
            if progress:
                progress("rank", min((done + 1) * BLOCK, len(rows)), len(rows))
        return Ranking(kind, tuple(lines), empty)

    def rank_block(self, kind: Kind, rows: Rows, k: int) -> tuple[list[Row], dict[str, str]]:
        """Rank one block of people: its lines, and who has none and by which rule."""
        block = self._score(kind, rows)
        picks = top(block.scores, block.ranked, k)
        parts = self._parts(block, picks)
        reasons = reason_codes(parts, len(picks.item), self.explainer.subjects(kind))
        ids, codes = self.employee_ids, self._index(kind).codes
        lines = [
            Row(ids[rows[person]], kind, codes[item], rank, micro, OUTCOMES[outcome], reason)
            for person, item, rank, micro, outcome, reason in zip(
                picks.person.tolist(),
                picks.item.tolist(),
                picks.rank.tolist(),
                picks.micro.tolist(),
                picks.outcome.tolist(),
                reasons,
                strict=True,
            )
        ]
        none = np.setdiff1d(np.arange(len(rows)), picks.person)
        rules = self.eligibility.deciding(kind, rows[none])
        return lines, {ids[rows[i]]: rule for i, rule in zip(none, rules, strict=True)}

    def recommend(self, employee_id: str, kind: Kind, k: int = 10) -> list[Item]:
        """Return a person's list with every term, reason and check."""
        block = self._score(kind, self._row(employee_id))
        return self._items(block, top(block.scores, block.ranked, k))

    def explain(self, employee_id: str, item_code: str, kind: Kind | None = None) -> Item:
        """Explain one item for one person, whether ranked (with its rank) or ruled out.

        Raises:
            UnknownEmployee, UnknownItem: one of the two does not exist.
        """
        kind = kind or self.kind_of(item_code)
        if item_code not in self._index(kind).rows:
            raise UnknownItem(f"No {kind} has the code {item_code!r}.")
        item = self._index(kind).rows[item_code]
        block = self._score(kind, self._row(employee_id))
        picks = top(block.scores, block.ranked, block.scores.shape[1])
        place = np.flatnonzero(picks.item == item)
        rank = int(picks.rank[place[0]]) if len(place) else 0
        return self._items(block, self._pick(block, np.array([item]), np.array([rank])))[0]

    def items(self, employee_id: str, kind: Kind, item_codes: Sequence[str]) -> list[Item]:
        """Explain the given items of a person's published list, ranked in the given order."""
        block = self._score(kind, self._row(employee_id))
        rows = [self._index(kind).rows[code] for code in item_codes]
        return self._items(
            block, self._pick(block, np.array(rows, np.int64), np.arange(1, len(rows) + 1))
        )

    def gaps(self, employee_id: str) -> Gaps:
        """Return the gaps on the present and the next post."""
        person = int(self._row(employee_id)[0])
        return estimated(gaps_of(self.prepared, person), self.snapshot, self.estimates, person)

    @cached_property
    def estimates(self) -> Estimates:
        """Levels as estimates from all evidence; gates and gaps keep the strongest evidence."""
        return Estimates.of(self.snapshot, self.model.source_errors)

    def assess_next(self, employee_id: str, k: int = 3, first: int = 5) -> tuple[Worth, ...]:
        """Return the competencies whose assessment would change a person's gaps most.

        Parameters:
            first: how many trainings of the list are looked at for a change between the ends.
        """
        row = self._row(employee_id)
        found = assess_next(self.prepared, self.estimates, int(row[0]), k)
        if not found or not len(self.snapshot.trainings):
            return found
        gates = self.eligibility.training
        closed = np.where(gates.scheduled(row), np.uint8(FORBIDDEN), gates.outcomes(row))
        people = self.prepared.facts.learners(row)

        def best(competency: int, level: float) -> list[int]:
            levels = people.levels.copy()
            levels[0, competency] = round(level * MILLI)
            scores = _sum(self.prepared.trainings.terms(replace(people, levels=levels)))
            items: list[int] = top(scores, closed, first).item.tolist()
            return items

        tried = []
        for worth in found:
            c = self.snapshot.competencies.rows[worth.competency_code]
            highest = int(self.snapshot.max_level[c]) / MILLI
            low = 0.0 if worth.low is None else worth.low
            high = highest if worth.high is None else worth.high
            tried.append(worth.moving(best(c, low) != best(c, high), first))
        return tuple(tried)

    def assess_first(self, unit_code: str | None = None, k: int = 20) -> tuple[Worth, ...]:
        """Return whom to assess first, and in what, in a unit with those below it or everywhere.

        Raises:
            UnknownItem: there is no such unit.
        """
        people = np.arange(len(self.snapshot.people))
        if unit_code is not None:
            wanted = self.snapshot.units.rows.get(unit_code)
            if wanted is None:
                raise UnknownItem(f"No unit has the code {unit_code!r}.")
            units = self.snapshot.people.unit
            line = self.prepared.facts.tree.line
            inside = {u for u in set(units.tolist()) if u >= 0 and wanted in line(u)}
            people = people[[u in inside for u in units.tolist()]]
        return assess_unit(self.prepared, self.estimates, people, k)

    def figures(self, employee_id: str, *, published_only: bool = False) -> PersonFigures:
        """Return the figures HR speaks: JPM, IP ASN, learning hours, assessment, nine-box, talent.

        Parameters:
            published_only: show box and talent value only as far as they were published.
        """
        row = int(self._row(employee_id)[0])
        gaps = gaps_of(self.prepared, row)
        return self.figure_maker.of(row, gaps, published_only=published_only)

    def guided(self, employee_id: str, items: Sequence[Item]) -> tuple[str, ...]:
        """Return the codes of those items that the person's published talent box favours."""
        return self.figure_maker.guided(int(self._row(employee_id)[0]), items)[1]

    @cached_property
    def planner(self) -> Planner:
        """Makes year plans."""
        return Planner(self.prepared, self.eligibility, self.figure_maker, self.rules)

    def plan(
        self,
        employee_id: str,
        year: int | None = None,
        *,
        budget: int | None = None,
        courses: int | None = None,
        without: Sequence[str] = (),
    ) -> Plan:
        """Return the best year of trainings for a person.

        Parameters:
            year: calendar year, that of the day by default.
            budget: rupiah at most, ``None`` no limit.
            courses: trainings at most, ``None`` as the packs say.
            without: codes of trainings that are not wanted.

        Raises:
            ImpossibleWish: the year is over.
        """
        wish = Wish(year or self.as_of.year, budget, courses, frozenset(without))
        return self.planner.plan(int(self._row(employee_id)[0]), wish)

    def supposing(self, employee_id: str, changes: Sequence[Change]) -> Engine:
        """Return an engine for the small world of one person after hypothetical changes."""
        future = self.ways.world.after(employee_id, changes)
        prepared = with_people(self.prepared, future.dataset, as_of=future.as_of, rules=self.rules)
        other = Engine(future.dataset, prepared, self.model, self.rules)
        # Sentences on colleagues speak of the real ones, whom the small world leaves out.
        other.explainer.peer_counts = self.explainer.peer_counts
        return other

    def what_if(
        self, employee_id: str, supposed: Supposition, *, year: int | None = None, k: int = 5
    ) -> WhatIf:
        """Answer a supposition about a person: see ``recommender.whatif``."""
        return what_if(self, employee_id, supposed, year=year, k=k)

    def next_job(self, employee_id: str) -> str | None:
        """Return the code of a person's next post; ``None`` where none or only a tier is known."""
        row = int(self.prepared.facts.following.row[self.row_of(employee_id)])
        codes = self.snapshot.jobs.index.codes
        return codes[row] if 0 <= row < len(codes) else None

    def standard_of(self, employee_id: str, job_code: str) -> Standard | None:
        """Return a post's standard beside the person.

        Raises:
            UnknownEmployee, UnknownItem: one of the two does not exist.
        """
        if job_code not in self.snapshot.jobs.index.rows:
            raise UnknownItem(f"No post has the code {job_code!r}.")
        job = self.snapshot.jobs.index.rows[job_code]
        return standard_of(self.prepared, self.row_of(employee_id), job, None)

    def row_of(self, employee_id: str) -> int:
        """Return the row of a person.

        Raises:
            UnknownEmployee: there is none.
        """
        return int(self._row(employee_id)[0])

    def excluded(self, employee_id: str, kind: Kind, k: int | None = None) -> list[Item]:
        """Return what the rules forbid, best score first, with rules and ways forward."""
        block = self._score(kind, self._row(employee_id))
        chosen = _forbidden(block)[:k]
        return self._items(block, self._pick(block, chosen, np.zeros(len(chosen), np.int64)))

    def later_roles(self, employee_id: str, k: int = 10, look: int = 200) -> list[Item]:
        """Return roles ruled out today that open on a known date, by a way that was tried out.

        Parameters:
            look: how many of the best-scored forbidden roles are examined.
        """
        block = self._score("role", self._row(employee_id))
        row = int(block.rows[0])
        dated = []
        for job in _forbidden(block)[:look].tolist():
            # Trying a way out only ever takes its date away, so undated ones need no trial.
            way = way_of(self.eligibility.checks("role", row, job)).way
            if way is not None and way.earliest is not None:
                dated.append(job)
        found: list[Item] = []
        for start in range(0, len(dated), k):
            some = np.array(dated[start : start + k], np.int64)
            items = self._items(block, self._pick(block, some, np.zeros(len(some), np.int64)))
            found += [i for i in items if i.way is not None and i.way.earliest is not None]
            if len(found) >= k:
                break
        return found[:k]

    def candidates(
        self,
        kind: Kind,
        item_code: str,
        k: int = 20,
        *,
        employees: Sequence[str] | None = None,
        first: int = 0,
    ) -> list[Candidate]:
        """Return the best people for one item, by the same score; ties by employee id.

        Parameters:
            employees: the people compared, everybody by default; ranks are among them.
            first: how many of the best to leave out, for the pages of a long list.

        Raises:
            UnknownItem: no item of this kind has the code.
        """
        if item_code not in self._index(kind).rows:
            raise UnknownItem(f"No {kind} has the code {item_code!r}.")
        item = self._index(kind).rows[item_code]
        rows, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        column = np.array([item], np.int32)
        trainings = self.prepared.trainings.only(column) if kind == "training" else None
        roles = self.prepared.roles.only(column) if kind == "role" else None
        for block in _blocks(self._rows(employees), WIDE_BLOCK):
            outcomes = self.eligibility.gates(kind).outcomes(block, column)[:, 0]
            allowed = block[outcomes < FORBIDDEN]
            rows.append(allowed)
            scores.append(self._totals(allowed, trainings, roles)[:, 0])
        people, micro = np.concatenate(rows), np.concatenate(scores)
        order = np.lexsort((people, -micro))[first : first + k]
        return [
            self._candidate(kind, int(people[i]), item, place)
            for place, i in enumerate(order, first + 1)
        ]

    def scores(self, kind: Kind, employee_ids: Sequence[str]) -> tuple[Micro, tuple[str, ...]]:
        """Return unmasked scores in micro-points ``[n_people, n_items]`` and the item codes."""
        rows = self._rows(employee_ids, keep_order=True)
        trainings = self.prepared.trainings if kind == "training" else None
        roles = self.prepared.roles if kind == "role" else None
        blocks = [self._totals(block, trainings, roles) for block in _blocks(rows)]
        n = len(self._index(kind))
        return (
            np.concatenate(blocks) if blocks else np.zeros((0, n), np.int64),
            self._index(kind).codes,
        )

    def role_scores_for_jobs(self, job_codes: Sequence[str]) -> tuple[Micro, tuple[str, ...]]:
        """Return scores of all jobs for people who are exactly these jobs' standards."""
        rows = np.array([self.snapshot.jobs.index.rows[c] for c in job_codes], np.int32)
        parts = []
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK]
            levels = self.snapshot.jobs.required[block]
            seekers = self.prepared.roles.incumbents(block, levels)
            parts.append(_sum(self.prepared.roles.terms(seekers)))
        n = len(self.snapshot.jobs)
        return (
            np.concatenate(parts) if parts else np.zeros((0, n), np.int64),
            self.snapshot.jobs.index.codes,
        )

    def person(self, employee_id: str) -> Person:
        """Return who somebody is."""
        row = int(self._row(employee_id)[0])
        table = self.snapshot.dataset.table("employees")
        own = {
            name: table[name][row].as_py()
            for name in ("name", "job_code", "unit_code", "grade", "employment", "education_level")
        }
        job, tier = int(self.snapshot.people.job[row]), int(self.snapshot.people.tier[row])
        return Person(
            employee_id=employee_id,
            **own,
            unit_name=self._unit_names.get(own["unit_code"]),
            job_title=self.snapshot.jobs.titles[job] if job >= 0 else None,
            tier=reference.tiers()[tier].code if tier >= 0 else None,
        )

    @cached_property
    def _unit_names(self) -> dict[str | None, str | None]:
        table = self.snapshot.dataset.table("units")
        return dict(zip(table["unit_code"].to_pylist(), table["name"].to_pylist(), strict=True))

    def _candidate(self, kind: Kind, person: int, item: int, place: int) -> Candidate:
        block = self._score(kind, np.array([person]))
        found = self._items(block, self._pick(block, np.array([item]), np.array([place])))[0]
        return Candidate(
            self.employee_ids[person], place, found.micro or 0, found.eligibility, found.reasons
        )

    def _score(self, kind: Kind, rows: Rows) -> _Block:
        people = self.prepared.facts.learners(rows)
        seekers = None
        if kind == "training":
            terms = self.prepared.trainings.terms(people)
            gates = self.eligibility.training
        else:
            seekers = self.prepared.roles.people(rows, people.levels, people.job)
            terms = self.prepared.roles.terms(seekers)
            gates = self.eligibility.role
        outcomes = gates.outcomes(rows)
        ranked = np.where(gates.scheduled(rows), np.uint8(FORBIDDEN), outcomes)
        return _Block(rows, people, seekers, terms, _sum(terms), outcomes, ranked)

    def _totals(
        self, rows: Rows, trainings: TrainingScorer | None, roles: RoleScorer | None
    ) -> Micro:
        """Return the scores of whichever scorer is given, ``[len(rows), n_items]``."""
        people = self.prepared.facts.learners(rows)
        if trainings is not None:
            return _sum(trainings.terms(people))
        if roles is not None:
            return _sum(roles.terms(roles.people(rows, people.levels, people.job)))
        return np.zeros((len(rows), 0), np.int64)

    def _parts(self, block: _Block, picks: Picks) -> Parts:
        if block.seekers is None:
            return breakdown.training_parts(
                self.prepared.trainings, block.people, block.terms, picks
            )
        return breakdown.role_parts(self.prepared.roles, block.seekers, block.terms, picks)

    @staticmethod
    def _pick(block: _Block, items: Rows, ranks: Rows) -> Picks:
        """Return the given items of a block of one person, whatever the rules say."""
        zero = np.zeros(len(items), np.int64)
        return Picks(
            zero, items.astype(np.int64), ranks, block.scores[0, items], block.outcomes[0, items]
        )

    def _items(self, block: _Block, picks: Picks) -> list[Item]:
        parts = self._parts(block, picks)
        kind: Kind = "training" if block.seekers is None else "role"
        outcomes = [OUTCOMES[o] for o in picks.outcome]
        checks = [
            tuple(self.eligibility.checks(kind, int(block.rows[p]), int(i)))
            for p, i in zip(picks.person, picks.item, strict=True)
        ]
        if block.seekers is None:
            items = self.explainer.trainings(block.people, picks, parts, outcomes, checks)
        else:
            items = self.explainer.roles(block.rows, block.seekers, picks, parts, outcomes, checks)
        return self._with_ways(kind, block, picks, items)

    def _with_ways(self, kind: Kind, block: _Block, picks: Picks, items: list[Item]) -> list[Item]:
        """Give every refused item its way, or why there is none."""
        by_person: dict[int, list[int]] = {}
        for place, person in enumerate(picks.person.tolist()):
            if picks.outcome[place] >= FORBIDDEN:
                by_person.setdefault(int(block.rows[person]), []).append(place)
        for row, places in by_person.items():
            refused = [(items[p].item_code, items[p].checks) for p in places]
            ways = self.ways.of(kind, self.employee_ids[row], refused)
            for place, found in zip(places, ways, strict=True):
                checks = settled(items[place].checks, found)
                items[place] = replace(
                    items[place], checks=checks, way=found.way, closed=found.closed
                )
        return items

    def _index(self, kind: Kind) -> Index:
        return self.snapshot.trainings.index if kind == "training" else self.snapshot.jobs.index

    def _row(self, employee_id: str) -> Rows:
        row = self.snapshot.people.index.rows.get(employee_id, UNKNOWN)
        if row == UNKNOWN:
            raise UnknownEmployee("No employee has this id in the data.")
        return np.array([row], np.int64)

    def _rows(self, employee_ids: Sequence[str] | None, *, keep_order: bool = False) -> Rows:
        if employee_ids is None:
            return np.arange(len(self.employee_ids), dtype=np.int64)
        rows = [int(self._row(e)[0]) for e in employee_ids]
        return np.array(rows if keep_order else sorted(set(rows)), np.int64)


def _forbidden(block: _Block) -> Rows:
    """Return the items that rules forbid the one person of a block, best score first."""
    forbidden = np.flatnonzero(block.outcomes[0] >= FORBIDDEN)
    return forbidden[np.lexsort((forbidden, -block.scores[0, forbidden]))]


def _blocks(rows: Rows, size: int | None = None) -> Iterator[Rows]:
    step = size or BLOCK
    for start in range(0, len(rows), step):
        yield rows[start : start + step]


def _sum(terms: dict[str, Micro]) -> Micro:
    total: Micro = np.sum(np.stack(list(terms.values())), axis=0)
    return total
