"""The generation being served: opened once, used by every request, replaced when the switch moves.

In: the switch and rows in the database, the generation's folder. Out: a ``Serving``, immutable, so
a request that took one never sees two generations. A new generation is opened beside the old one;
if that fails the old one goes on serving and ``/readyz`` says why. Nothing heavy is imported here.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Protocol

from recommender.errors import UnusableModel
from recommender.results import Candidate, Gaps, Item, Kind
from service.answers import Act, Given, Standing
from service.auditing import Actor, Trail
from service.decisions import Decision
from service.directory import NOBODY, Directory, Rows
from service.errors import DatabaseError
from service.nominating import Nominations, Session
from service.petitions import Petitions
from service.problems import Fault, Problem
from service.survey import Place, Surveys
from service.wanted import Wanted
from service.work import Work
from training_data.messages import text

if TYPE_CHECKING:
    from recommender.estimate.worth import Worth
    from recommender.figures.facade import PersonFigures
    from recommender.plan.results import Plan
    from recommender.reports.named import Vacant
    from recommender.reports.panel import Beside
    from recommender.reports.sight import Sight
    from recommender.reports.tables import Report
    from recommender.supposition import Supposition
    from recommender.whatif import WhatIf
    from service.demand import Suggested
    from service.uptake import Course, Said
    from training_data.reference.packs import Rules

LOG = logging.getLogger("selaras.runtime")

LOOK_AGAIN_SECONDS = 1.0
"""How long the switch is trusted before it is read again."""

TRY_AGAIN_SECONDS = 60.0
"""How long a generation that was refused is left alone."""

ANSWERS_KEPT = 1024


class Engine(Protocol):
    """What the service asks of ``recommender.engine.Engine``."""

    def items(self, employee_id: str, kind: Kind, item_codes: Sequence[str]) -> list[Item]:
        """Explain the items of a person's published list, in the given order."""
        ...

    def explain(self, employee_id: str, item_code: str, kind: Kind | None = None) -> Item:
        """Return one item with every term and check."""
        ...

    def gaps(self, employee_id: str) -> Gaps:
        """Return the gaps on the present and on the next post."""
        ...

    def assess_next(self, employee_id: str) -> tuple[Worth, ...]:
        """Return the competencies worth assessing next."""
        ...

    def assess_first(
        self,
        unit_code: str | None = None,
        k: int = 20,
        *,
        employees: Sequence[str] | None = None,
    ) -> tuple[Worth, ...]:
        """Return whom to assess first, and in what, among ``employees``."""
        ...

    def figures(self, employee_id: str, *, published_only: bool = False) -> PersonFigures:
        """Return the figures HR speaks; box and talent value perhaps only as published."""
        ...

    def plan(
        self,
        employee_id: str,
        year: int | None = None,
        *,
        budget: int | None = None,
        courses: int | None = None,
        without: Sequence[str] = (),
    ) -> Plan:
        """Return the best year of trainings for a person."""
        ...

    def what_if(
        self, employee_id: str, supposed: Supposition, *, year: int | None = None, k: int = 5
    ) -> WhatIf:
        """Answer a supposition about a person."""
        ...

    def guided(self, employee_id: str, items: Sequence[Item]) -> tuple[str, ...]:
        """Return the codes of the items that the person's published talent box favours."""
        ...

    def excluded(self, employee_id: str, kind: Kind, k: int | None = None) -> list[Item]:
        """Return what the rules forbid, with the way to become eligible."""
        ...

    def later_roles(self, employee_id: str, k: int = 10) -> list[Item]:
        """Return the posts whose failed rules all have a way with a date."""
        ...

    def candidates(
        self,
        kind: Kind,
        item_code: str,
        k: int = 20,
        *,
        employees: Sequence[str] | None = None,
        first: int = 0,
    ) -> list[Candidate]:
        """Return the people an item suits, best first, among ``employees``."""
        ...

    def open_to(self, kind: Kind, item_code: str) -> tuple[str, ...]:
        """Return the people whom no rule keeps from an item."""
        ...


@dataclass(frozen=True)
class Generation:
    """One published re-ranking, as its manifest describes it.

    Attributes:
        number: grows with every publication.
        as_of: the day the suggestions are for.
        model, rules, data: hashes.
        not_checked: what could not be checked because the data lack it.
        length: items of a list; what was published beyond takes the place of answered ones. None
            where nothing was to spare.
    """

    number: int
    as_of: date
    model: str
    rules: str
    data: str
    not_checked: tuple[str, ...] = ()
    length: int | None = None


@dataclass(frozen=True)
class Published:
    """One stored row: what was published for a person."""

    item_code: str
    rank: int
    micro: int
    eligibility: str
    reasons: str


class Answers:
    """The last answers of a generation: they cannot change while it is served."""

    def __init__(self, keep: int = ANSWERS_KEPT) -> None:
        self._keep = keep
        self._lock = Lock()
        self._held: OrderedDict[tuple[object, ...], Any] = OrderedDict()
        self.epoch = 0

    def get(self, key: tuple[object, ...]) -> Any:
        """Return what is held, or None."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
        return found

    def forget(self) -> None:
        """Hold nothing any more."""
        with self._lock:
            self._held.clear()
            self.epoch += 1

    def put(self, key: tuple[object, ...], answer: object, epoch: int = 0) -> None:
        """Hold an answer; the one unused for longest makes room.

        Parameters:
            epoch: what ``epoch`` was before the answer was made; one that was made of what has
                changed since is not held.
        """
        with self._lock:
            if epoch != self.epoch:
                return
            self._held[key] = answer
            if len(self._held) > self._keep:
                self._held.popitem(last=False)


@dataclass(frozen=True)
class Serving:
    """One generation, open.

    Attributes:
        generation: what it is.
        engine: explains items on the generation's own data, model and rules.
        directory: its people.
        published: (employee_id, kind) → stored rows in rank order.
        titles: kind → item code → title.
        fairness: what was measured before it was published; None where nothing was.
        vacancies: vacancy code → code of the vacant post.
        matching: what is looked for → ids of the people whose overview fits.
        given: what people answered, up to a moment ago.
        standing: for how long an answer stands.
        surveys: figures of units; None where the generation was ranked before they were kept.
        courses: training code → what it takes.
        sessions: session code → the session, coming ones and past ones.
        individual_plan: (employee_id, year, what may stand in it) → the plan (RPI) as a document.
        beside: (employee ids, what may stand there) → what stands beside them as candidates.
        long_list: (vacancies with whom they name, what may stand there) → the list as a document.
        rules: by which everybody was ranked; None where they are not known.
        suggested: everybody's trainings, laid out for counting; None where nothing is published.
    """

    generation: Generation
    engine: Engine
    directory: Directory
    published: Callable[[str, Kind], Sequence[Published]]
    titles: Mapping[Kind, Mapping[str, str]]
    fairness: Mapping[str, Any] | None = None
    vacancies: Mapping[str, str] = field(default_factory=dict)
    matching: Callable[[Wanted], frozenset[str]] = field(default=lambda _: frozenset())
    given: Given = field(default_factory=Given, compare=False)
    standing: Standing = field(default_factory=Standing)
    surveys: Surveys | None = None
    courses: Mapping[str, Course] = field(default_factory=dict)
    sessions: Mapping[str, Session] = field(default_factory=dict)
    individual_plan: Callable[[str, int | None, Sight], Report] | None = None
    beside: Callable[[Sequence[str], Sight], Mapping[str, Beside]] | None = None
    long_list: Callable[[Sequence[Vacant], Sight], Report] | None = None
    suggested: Callable[[], Suggested] | None = None
    rules: Rules | None = None
    answers: Answers = field(default_factory=Answers, compare=False)
    _open_to: dict[str, Rows] = field(default_factory=dict, compare=False)
    _said: dict[datetime, Mapping[Place, Said]] = field(default_factory=dict, compare=False)

    def open_to(self, vacancy: str) -> Rows:
        """Return the people whom no rule keeps from a vacant post; nobody where it is unknown."""
        job = self.vacancies.get(vacancy, "")
        if job not in self.titles["role"]:
            return NOBODY
        if job not in self._open_to:
            self._open_to[job] = Rows(people=frozenset(self.engine.open_to("role", job)))
        return self._open_to[job]

    def said(self, before: datetime) -> Mapping[Place, Said]:
        """Return what was answered in every unit before a day began; counted once a day."""
        from recommender.gapmap import Branches
        from service.uptake import uptake

        found = self._said.get(before)
        if found is None:
            assert self.surveys is not None
            found = uptake(
                self.given.all(),
                self.standing,
                before,
                Branches.of(self.directory.tree()),
                self.directory.unit_of,
                self.courses,
                self.surveys.least,
            )
            self._said.clear()
            self._said[before] = found
        return found


class Decisions(Protocol):
    """Where decisions are kept."""

    def decide(
        self,
        employee_id: str,
        kind: Kind,
        item_code: str,
        act: str,
        *,
        reason: str,
        decided_by: str,
        actor: Actor,
        ref: str,
        generation: int,
        capsule: bytes,
        at: datetime,
        key: str | None = None,
    ) -> Decision:
        """Store a decision and return it."""
        ...

    def decisions_about(self, employees: Sequence[str]) -> Sequence[Decision]:
        """Return every decision about some people, oldest first."""
        ...

    def capsule(self, number: int) -> tuple[Decision, bytes] | None:
        """Return a decision with what it was taken on; None where there is none."""
        ...


class Store(Decisions, Trail, Nominations, Petitions, Protocol):
    """Where generations are kept."""

    def current(self) -> int | None:
        """Return the number the switch points to; None before the first publication."""
        ...

    def open(self, number: int) -> Serving:
        """Open a generation; whatever is damaged raises."""
        ...

    def work(self) -> Work:
        """Return how periodic re-ranking stands."""
        ...

    def acts_after(self, number: int) -> Sequence[Act]:
        """Return the next answers of people after a number, oldest first."""
        ...

    def record(
        self,
        employee_id: str,
        kind: Kind,
        item_code: str,
        action: str,
        *,
        actor: Actor,
        ref: str,
        generation: int,
        reason_code: str | None = None,
        comment: str | None = None,
        key: str | None = None,
    ) -> Act:
        """Store an answer of a person and return it."""
        ...


@dataclass(frozen=True)
class _Trouble:
    """A newer generation that was refused: which, why, and when."""

    number: int
    why: Fault
    at: float

    @property
    def recent(self) -> bool:
        """Whether it is too early to try again."""
        return time.monotonic() - self.at < TRY_AGAIN_SECONDS


class Runtime:
    """Hands out the generation being served; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.decisions: Decisions = store
        self.trail: Trail = store
        self.nominations: Nominations = store
        self.petitions: Petitions = store
        self._lock = Lock()
        self._serving: Serving | None = None
        self._looked = float("-inf")
        self._loading: Thread | None = None
        self._trouble: _Trouble | None = None
        self._asking = Lock()
        self._work: tuple[float, Work] | None = None

    def at_hand(self) -> Serving | None:
        """Return the open generation if the switch was read a moment ago, without any I/O."""
        fresh = time.monotonic() - self._looked < LOOK_AGAIN_SECONDS
        return self._serving if fresh else None

    def current(self) -> Serving:
        """Return the generation to serve, opening it if need be.

        The first one is waited for. Later ones are opened in the background while the one before
        goes on serving.

        Raises:
            Problem: ``not_ready`` before the first publication, ``model_unusable`` where the
                first one cannot be opened.
            DatabaseError: the database cannot be asked.
        """
        number = self._store.current()  # raises DatabaseError where it cannot be asked
        with self._lock:
            if number is None:
                raise Problem("not_ready", (reason("no_generation"),))
            if self._serving is None:
                self._serving = self._open(number)
            elif self._serving.generation.number != number:
                self._open_beside(number)
            self._catch_up(self._serving)
            self._looked = time.monotonic()
            return self._serving

    def record(
        self,
        employee_id: str,
        kind: Kind,
        item_code: str,
        action: str,
        *,
        actor: Actor,
        ref: str,
        reason_code: str | None = None,
        comment: str | None = None,
        key: str | None = None,
    ) -> Act:
        """Store an answer of a person; the next read here knows of it, elsewhere within a second.

        Raises:
            DatabaseError: nothing was stored.
        """
        serving = self.current()
        act = self._store.record(
            employee_id,
            kind,
            item_code,
            action,
            actor=actor,
            ref=ref,
            generation=serving.generation.number,
            reason_code=reason_code,
            comment=comment,
            key=key,
        )
        with self._lock:
            self._catch_up(serving)
        return act

    def _catch_up(self, serving: Serving) -> None:
        """Take in what people answered meanwhile; answers held as bytes may have changed by it."""
        new = False
        while acts := self._store.acts_after(serving.given.last):
            new = serving.given.add(acts) or new
        if new:
            serving.answers.forget()

    def work(self) -> Work:
        """Return how periodic re-ranking stands now; there need be no generation.

        Raises:
            DatabaseError: the database cannot be asked.
        """
        return self._store.work()

    def work_lately(self) -> Work:
        """Return how it stood a moment ago: metrics are open to anybody and must not cost much."""
        with self._asking:
            at, found = self._work or (0.0, None)
            if found is None or time.monotonic() - at >= LOOK_AGAIN_SECONDS:
                found = self._store.work()
                self._work = (time.monotonic(), found)
            return found

    def number(self) -> int | None:
        """Return the number of the open generation."""
        serving = self._serving
        return serving.generation.number if serving else None

    def readiness(self) -> tuple[Fault, ...]:
        """Return why the newest generation is not being served; nothing where all is well."""
        if not self._lock.acquire(blocking=False):
            return (reason("loading"),)
        self._lock.release()
        try:
            serving = self.current()
        except DatabaseError:
            return (reason("database_unreachable"),)
        except Problem as problem:
            return tuple(problem.faults)
        trouble = self._trouble
        if trouble is not None and trouble.number != serving.generation.number:
            return (trouble.why,)
        return ()

    def _open(self, number: int) -> Serving:
        """Open a generation, or raise what keeps it shut as a problem."""
        try:
            serving = self._store.open(number)
        except (Problem, DatabaseError):
            raise
        except UnusableModel:
            raise Problem("model_unusable", (reason("model_unusable"),)) from None
        except Exception as error:
            # Whatever is wrong with files on disk must not take the service down.
            LOG.error("generation %d cannot be opened: %s", number, type(error).__name__)
            raise Problem("not_ready", (reason("snapshot_unusable"),)) from None
        LOG.info("generation %d is being served", number)
        return serving

    def _open_beside(self, number: int) -> None:
        """Open a newer generation in the background, once; remember why if it fails."""
        trouble = self._trouble
        refused = trouble is not None and trouble.number == number and trouble.recent
        if refused or (self._loading is not None and self._loading.is_alive()):
            return

        def load() -> None:
            try:
                serving = self._open(number)
                self._catch_up(serving)  # before anybody reads from it
            except Problem as problem:
                self._trouble = _Trouble(number, problem.faults[0], time.monotonic())
                LOG.error("generation %d is refused; the one before goes on", number)
            except DatabaseError:  # looked at again with the next request
                return
            else:
                self._serving, self._trouble = serving, None

        self._loading = Thread(target=load, name="selaras-open-generation", daemon=True)
        self._loading.start()


def reason(code: str) -> Fault:
    """Return why suggestions cannot be read; ``code`` as in ``api.ready.CODE``."""
    return Fault("service", code, text(f"api.ready.{code}"))
