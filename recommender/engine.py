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

from collections.abc import Sequence
from datetime import date
from functools import cached_property

import numpy as np

from recommender.advice import Advice
from recommender.block import LISTED, Rows, Scoring, blocks, total
from recommender.candidates import candidates
from recommender.columns import UNKNOWN
from recommender.eligibility import Eligibility
from recommender.eligibility.ways import Ways
from recommender.errors import UnknownEmployee, UnknownItem
from recommender.estimate import Estimates
from recommender.estimate.trial import tried
from recommender.estimate.worth import Worth, assess_first, assess_next
from recommender.evaluation.splits import Kind as SplitKind
from recommender.explain import Explainer
from recommender.figures.facade import FigureMaker, PersonFigures
from recommender.gap_report import estimated, gaps_of, standard_of
from recommender.listing import Ranked, rank_block
from recommender.masks import Mask
from recommender.model import EngineConfig, Model
from recommender.person import Person, person_of, unit_names
from recommender.pipeline import Prepared, Progress, fit, prepare, with_people
from recommender.plan.basis import Wish
from recommender.plan.planner import Planner
from recommender.plan.results import Plan
from recommender.rank import Ranking, Row
from recommender.results import Candidate, Gaps, Item, Kind, Standard
from recommender.scenario import Change, World
from recommender.similarity.gaps import Micro
from recommender.snapshot import Snapshot, newest_event
from recommender.supposition import Supposition
from recommender.whatif import WhatIf, what_if
from training_data.dataset import Dataset
from training_data.reference.packs import Rules, load_rules


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
        self.scoring = Scoring(prepared, self.eligibility)
        self._masks: dict[Kind, Mask] = {}

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
        config: EngineConfig | None = None,
    ) -> Engine:
        """Fit on the dataset, by default with the settings of the rules, and open it at once."""
        rules = rules or load_rules(as_of)
        model = fit(
            dataset, as_of=as_of, seed=seed, rules=rules, config=config, progress=progress,
            split=split,
        )  # fmt: skip
        return cls.open(dataset, model, as_of=as_of, rules=rules)

    @property
    def advice(self) -> Advice:
        """Explains the items of one person."""
        return Advice(self.scoring, self.explainer, lambda: self.ways)

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
        done = 0
        for block in blocks(rows, LISTED[kind]):
            ranked = self.rank_block(kind, block, k)
            lines += ranked.rows()
            empty |= ranked.empty()
            done += len(block)
            if progress:
                progress("rank", done, len(rows))
        return Ranking(kind, tuple(lines), empty)

    def rank_block(self, kind: Kind, rows: Rows, k: int) -> Ranked:
        """Rank one block of people: its lines, and who has none and by which rule."""
        return rank_block(self.scoring, self.explainer, kind, rows, k)

    def recommend(self, employee_id: str, kind: Kind, k: int = 10) -> list[Item]:
        """Return a person's list with every term, reason and check."""
        return self.advice.best(kind, self._row(employee_id), k)

    def explain(self, employee_id: str, item_code: str, kind: Kind | None = None) -> Item:
        """Explain one item for one person, whether ranked (with its rank) or ruled out.

        Raises:
            UnknownEmployee, UnknownItem: one of the two does not exist.
        """
        kind = kind or self.kind_of(item_code)
        item = self._item(kind, item_code)
        return self.advice.one(kind, self._row(employee_id), item)

    def items(self, employee_id: str, kind: Kind, item_codes: Sequence[str]) -> list[Item]:
        """Explain the given items of a person's published list, ranked in the given order."""
        rows = [self.scoring.index(kind).rows[code] for code in item_codes]
        return self.advice.given(kind, self._row(employee_id), np.array(rows, np.int64))

    def gaps(self, employee_id: str) -> Gaps:
        """Return the gaps on the present and the next post."""
        person = self.row_of(employee_id)
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
        return tried(self.scoring, row, found, first)

    def assess_first(
        self,
        unit_code: str | None = None,
        k: int = 20,
        *,
        employees: Sequence[str] | None = None,
    ) -> tuple[Worth, ...]:
        """Return whom to assess first, and in what, in a unit with those below it or everywhere.

        Parameters:
            k: how many competencies, at most three of one person.
            employees: the people looked at, everybody by default.

        Raises:
            UnknownItem: there is no such unit.
        """
        people = self._rows(employees)
        if unit_code is not None:
            wanted = self.snapshot.units.rows.get(unit_code)
            if wanted is None:
                raise UnknownItem(f"No unit has the code {unit_code!r}.")
            people = people[
                self.prepared.facts.tree.inside(wanted, self.snapshot.people.unit[people])
            ]
        return assess_first(self.prepared, self.estimates, people, k)

    def figures(self, employee_id: str, *, published_only: bool = False) -> PersonFigures:
        """Return the figures HR speaks: JPM, IP ASN, learning hours, assessment, nine-box, talent.

        Parameters:
            published_only: show box and talent value only as far as they were published.
        """
        row = self.row_of(employee_id)
        gaps = gaps_of(self.prepared, row)
        return self.figure_maker.of(row, gaps, published_only=published_only)

    def guided(self, employee_id: str, items: Sequence[Item]) -> tuple[str, ...]:
        """Return the codes of those items that the person's published talent box favours."""
        return self.figure_maker.guided(self.row_of(employee_id), items)[1]

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
        return self.planner.plan(self.row_of(employee_id), wish)

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
        job = self._item("role", job_code)
        return standard_of(self.prepared, self.row_of(employee_id), job, None)

    def row_of(self, employee_id: str) -> int:
        """Return the row of a person.

        Raises:
            UnknownEmployee: there is none.
        """
        return int(self._row(employee_id)[0])

    def excluded(self, employee_id: str, kind: Kind, k: int | None = None) -> list[Item]:
        """Return what the rules forbid, best score first, with rules and ways forward."""
        return self.advice.excluded(kind, self._row(employee_id), k)

    def later_roles(self, employee_id: str, k: int = 10, look: int = 200) -> list[Item]:
        """Return roles ruled out today that open on a known date, by a way that was tried out.

        Parameters:
            look: how many of the best-scored forbidden roles are examined.
        """
        return self.advice.later_roles(self._row(employee_id), k, look)

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
        item = self._item(kind, item_code)
        people = self._rows(employees)
        gates = self.eligibility.gates(kind)
        mask = self._mask(kind) if employees is None else gates.mask(people)
        return candidates(self.advice, mask, kind, item, people, k=k, first=first)

    def open_to(self, kind: Kind, item_code: str) -> tuple[str, ...]:
        """Return the ids of the people whom no rule keeps from an item.

        Raises:
            UnknownItem: no item of this kind has the code.
        """
        allowed = self._mask(kind).of_item(self._item(kind, item_code))
        codes = self.snapshot.people.index.codes
        return tuple(codes[row] for row in np.flatnonzero(allowed))

    def _mask(self, kind: Kind) -> Mask:
        """Return what the rules leave of a kind for everybody; kept, for posts it takes a while."""
        if kind not in self._masks:
            self._masks[kind] = self.eligibility.gates(kind).mask(self._rows(None))
        return self._masks[kind]

    def scores(self, kind: Kind, employee_ids: Sequence[str]) -> tuple[Micro, tuple[str, ...]]:
        """Return unmasked scores in micro-points ``[n_people, n_items]`` and the item codes."""
        rows = self._rows(employee_ids, keep_order=True)
        scorer, index = self.scoring.scorer(kind), self.scoring.index(kind)
        parts = [self.scoring.scores(scorer, block) for block in blocks(rows)]
        none = np.zeros((0, len(index)), np.int64)
        return np.concatenate(parts) if parts else none, index.codes

    def role_scores_for_jobs(self, job_codes: Sequence[str]) -> tuple[Micro, tuple[str, ...]]:
        """Return scores of all jobs for people who are exactly these jobs' standards."""
        rows = np.array([self.snapshot.jobs.index.rows[c] for c in job_codes], np.int64)
        parts = []
        for block in blocks(rows):
            levels = self.snapshot.jobs.required[block]
            seekers = self.prepared.roles.incumbents(block.astype(np.int32), levels)
            parts.append(total(self.prepared.roles.terms(seekers)))
        none = np.zeros((0, len(self.snapshot.jobs)), np.int64)
        return np.concatenate(parts) if parts else none, self.snapshot.jobs.index.codes

    def person(self, employee_id: str) -> Person:
        """Return who somebody is."""
        return person_of(self.snapshot, self.row_of(employee_id), self._unit_names)

    @cached_property
    def _unit_names(self) -> dict[str | None, str | None]:
        return unit_names(self.snapshot)

    def _item(self, kind: Kind, item_code: str) -> int:
        row = self.scoring.index(kind).rows.get(item_code)
        if row is None:
            raise UnknownItem(f"No {kind} has the code {item_code!r}.")
        return row

    def _row(self, employee_id: str) -> Rows:
        row = self.snapshot.people.index.rows.get(employee_id, UNKNOWN)
        if row == UNKNOWN:
            raise UnknownEmployee("No employee has this id in the data.")
        return np.array([row], np.int64)

    def _rows(self, employee_ids: Sequence[str] | None, *, keep_order: bool = False) -> Rows:
        if employee_ids is None:
            return np.arange(len(self.employee_ids), dtype=np.int64)
        held = self.snapshot.people.index.rows
        rows = [held[e] if e in held else self.row_of(e) for e in employee_ids]
        return np.array(rows if keep_order else sorted(set(rows)), np.int64)
