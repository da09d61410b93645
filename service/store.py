"""The database behind the HTTP service: generations to serve, and the secrets people bring.

In: settings and the database. Out: what ``runtime`` and ``auth`` ask for. The engine and what it
needs (numpy, scikit-learn, …) are imported here, when the first generation is opened.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from recommender.results import Kind
from service.answers import Act, Standing
from service.auditing import Actor, Event, Verdict
from service.auth import Entry, OwnAccount, Scope, Viewer
from service.database import (
    access,
    accounts,
    answers,
    audit,
    decisions,
    fairness,
    generations,
    identities,
    lease,
    name_queue,
    nominations,
    overview,
    petitions,
    runs,
    snapshots,
    survey,
)
from service.database.access import Grant
from service.decisions import Decision
from service.directory import Directory
from service.identity import installation_key, ref
from service.naming import NameMatch, NameState, Progress, Ruling
from service.nominating import Limits, Nomination, Round, Session, Step, Taken, Wanted
from service.oidc.refusals import Refused
from service.petitions import Petition, PetitionKind
from service.problems import Problem
from service.runtime import Generation, Published, Serving, reason
from service.settings import Settings
from service.survey import EVERYBODY, Moment, Place, Survey
from service.work import SHOWN, Ranking, Try, Work
from training_data.dataset import Dataset
from training_data.names.normalise import exact_key

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

    from recommender.engine import Engine
    from recommender.reports.named import Vacant
    from recommender.reports.panel import Beside
    from recommender.reports.sight import Sight
    from recommender.reports.tables import Report
    from service.demand import Suggested
    from service.oidc.provider import Person
    from service.uptake import Course


MATCHING_KEPT = 4
"""Answers of the overview that are kept, each as large as the ids of those who fit."""


class GenerationStore:
    """Opens published generations of this installation's agency."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self.petition_days = settings.petition_days

    def current(self) -> int | None:
        """Return the number the switch points to; None before the first publication."""
        found = generations.current_generation(self._database)
        return None if found is None else found.number

    def open(self, number: int) -> Serving:
        """Open a generation with exactly the data, model and rules it was published with.

        Raises:
            Problem: ``not_ready``, where data or rules are not those of the publication.
            UnusableModel: the model cannot be read, or is another one.
        """
        from recommender import artifact
        from recommender.engine import Engine
        from recommender.errors import UnusableModel
        from training_data.reference.packs import load_rules

        record = generations.generation(self._database, number)
        folders = snapshots.snapshot_folders(self._settings.home, number)
        dataset = Dataset.read(folders.data)
        if dataset.content_hash != record.data:
            raise Problem("not_ready", (reason("snapshot_unusable"),))
        model = artifact.load(folders.model)
        if model.id != record.model:
            raise UnusableModel(f"Generation {number} was published with another model.")
        rules = load_rules(record.as_of, self._settings.rules_dir)
        if rules.hash != record.rules:
            raise Problem("not_ready", (reason("rules_differ"),))
        engine = Engine.open(dataset, model, as_of=record.as_of, rules=rules)
        return Serving(
            generation=Generation(
                number=number,
                as_of=record.as_of,
                model=record.model,
                rules=record.rules,
                data=record.data,
                not_checked=tuple(record.not_checked),
                length=record.details.get("k") if "spare" in record.details else None,
            ),
            engine=engine,
            directory=self._directory(dataset),
            published=functools.partial(self._published, number),
            titles={
                "training": _pairs(dataset, "trainings", "training_code", "title"),
                "role": _pairs(dataset, "jobs", "job_code", "title"),
            },
            fairness=self._fairness(number),
            vacancies=_pairs(dataset, "vacancies", "vacancy_code", "job_code"),
            # What a generation holds never changes: whoever goes on typing a name, or turns to
            # the next page, asks the same of it again.
            matching=functools.lru_cache(MATCHING_KEPT)(
                functools.partial(overview.matching, self._database, number, self._settings.agency)
            ),
            standing=Standing(dict(rules.rule("answers.standing").params)),
            surveys=StoredSurveys(self._database, number, self._settings.agency, engine),
            courses=_courses(engine),
            sessions=_sessions(engine),
            individual_plan=functools.partial(_individual_plan, engine),
            beside=functools.partial(_beside, engine),
            long_list=functools.partial(_long_list, engine),
            rules=rules,
            suggested=functools.cache(functools.partial(self._suggested, number)),
        )

    def work(self) -> Work:
        """Return how periodic re-ranking stands."""
        held = lease.held(self._database)
        at = self._settings.worker_nightly
        return Work(
            held=held.holder is not None,
            beat_at=held.beat_at,
            patience=timedelta(seconds=self._settings.worker_lease_seconds),
            nightly=None if at is None else at.strftime("%H:%M"),
            on_change=self._settings.worker_on_change,
            counts=runs.counts(self._database),
            tries=tuple(map(_try, runs.runs(self._database, SHOWN))),
            rankings=tuple(map(_ranking, generations.listed(self._database, SHOWN))),
        )

    def acts_after(self, number: int) -> Sequence[Act]:
        """Return the next answers of this agency's people after a number, oldest first."""
        return answers.acts_after(self._database, self._settings.agency, number)

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
        """Append an answer of a person of this agency."""
        return answers.record(
            self._database,
            self._settings.agency,
            employee_id,
            kind,
            item_code,
            action,
            actor=actor,
            ref=ref,
            generation=generation,
            reason_code=reason_code,
            comment=comment,
            key=key,
        )

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
        """Append a decision about a person of this agency."""
        return decisions.record(
            self._database,
            self._settings.agency,
            employee_id,
            kind,
            item_code,
            act,
            reason=reason,
            decided_by=decided_by,
            actor=actor,
            ref=ref,
            generation=generation,
            capsule=capsule,
            at=at,
            key=key,
        )

    def decisions_about(self, employees: Sequence[str]) -> Sequence[Decision]:
        """Return every decision about some people of this agency, oldest first."""
        return decisions.about(self._database, self._settings.agency, employees)

    def capsule(self, number: int) -> tuple[Decision, bytes] | None:
        """Return a decision of this agency with what it was taken on."""
        return decisions.capsule(self._database, self._settings.agency, number)

    def nominations(
        self, session: str | None = None, employee: str | None = None
    ) -> Sequence[Nomination]:
        """Return how people of this agency stand for sessions."""
        return nominations.held(self._database, self._settings.agency, session, employee)

    def steps(self, session: str) -> Sequence[Step]:
        """Return every step of a session of this agency, oldest first."""
        return nominations.steps(self._database, self._settings.agency, session)

    def take_steps(
        self,
        wanted: Sequence[Wanted],
        limits: Limits,
        *,
        decided_by: str,
        actor: Actor,
        at: datetime,
    ) -> Taken:
        """Take the steps that can be taken."""
        return nominations.take(
            self._database, self._settings.agency, wanted, limits, decided_by=decided_by,
            actor=actor, at=at,
        )  # fmt: skip

    def round(self) -> Round | None:
        """Return the proposal in force."""
        return nominations.current_round(self._database, self._settings.agency)

    def set_round(self, job: int | None, *, decided_by: str, note: str, actor: Actor) -> None:
        """Put an allocation forward as the proposal, or end the one in force."""
        nominations.set_round(
            self._database, self._settings.agency, job, decided_by=decided_by, note=note,
            actor=actor, at=datetime.now(UTC),
        )  # fmt: skip

    def petition(
        self,
        employee_id: str,
        kind: PetitionKind,
        topic: str,
        words: str,
        *,
        due_on: date,
        actor: Actor,
        ref: str,
        at: datetime,
    ) -> Petition:
        """Store a correction or an objection of a person of this agency."""
        return petitions.record(
            self._database, self._settings.agency, employee_id, kind, topic, words,
            due_on=due_on, actor=actor, ref=ref, at=at,
        )  # fmt: skip

    def petitions(
        self, employee: str | None = None, *, open_only: bool = False
    ) -> Sequence[Petition]:
        """Return corrections and objections of this agency's people."""
        return petitions.listed(
            self._database, self._settings.agency, employee, open_only=open_only
        )

    def answer_petition(
        self,
        number: int,
        outcome: str,
        answer: str,
        *,
        answered_by: str,
        actor: Actor,
        ref: str,
        at: datetime,
    ) -> Petition | None:
        """Answer one that waits."""
        return petitions.answer(
            self._database, self._settings.agency, number, outcome, answer,
            answered_by=answered_by, actor=actor, ref=ref, at=at,
        )  # fmt: skip

    def events(
        self,
        before: int | None = None,
        limit: int = 50,
        *,
        subject: str | None = None,
        action: str | None = None,
        actor: str | None = None,
    ) -> Sequence[Event]:
        """Return this agency's rows of the audit trail, newest first."""
        return audit.events(
            self._database, self._settings.agency, before, limit, subject=subject, action=action,
            actor=actor,
        )  # fmt: skip

    def verify(self, kept: str | None = None) -> Verdict:
        """Compare every hash of the audit trail."""
        return audit.verify(self._database, kept)

    def note(self, actor: Actor, action: str, subject: str, details: Mapping[str, Any]) -> None:
        """Append a row to this agency's audit trail."""
        audit.record(self._database, self._settings.agency, actor, action, subject, details)

    def _fairness(self, number: int) -> dict[str, Any] | None:
        """Return a generation's review; None where it was ranked before reviews were made."""
        review = fairness.review_of(self._database, number)
        if review is None:
            return None
        override = review.override
        decided = {"by": override.by, "reason": override.reason} if override else None
        return {**review.report, "override": decided}

    def _directory(self, dataset: Dataset) -> Directory:
        key = installation_key(self._settings.home)
        directory = Directory(dataset, functools.partial(ref, key, self._settings.agency))
        directory.prepare()
        return directory

    def _published(self, number: int, employee_id: str, kind: Kind) -> Sequence[Published]:
        stored = generations.published_list(
            self._database, number, self._settings.agency, employee_id, kind
        )
        return [
            Published(row.item_code, row.rank, row.micro, row.eligibility, row.reasons)
            for row in stored
        ]

    def _suggested(self, number: int) -> Suggested:
        from service.demand import laid_out

        lists = generations.published_lists(
            self._database, number, self._settings.agency, "training"
        )
        return laid_out(
            (employee, [(item.item_code, item.eligibility) for item in items])
            for employee, items in lists
        )


class StoredSurveys:
    """Figures of units of one generation."""

    def __init__(self, database: Database, number: int, agency: str, engine: Engine) -> None:
        self._database, self._number, self._agency = database, number, agency
        rules, snapshot = engine.rules, engine.snapshot
        self._least = int(rules.rule("aggregates.least_group").params["people"])
        self._enough = float(rules.rule("jp.yearly_pns").params["min_jp"])
        named = zip(snapshot.competency_names, snapshot.competency_groups, strict=True)
        self._skills = dict(zip(snapshot.competencies.codes, named, strict=True))

    @property
    def least(self) -> int:
        """People that a figure speaks of at least."""
        return self._least

    @property
    def enough(self) -> float:
        """JP that a year asks for."""
        return self._enough

    def skill(self, code: str) -> tuple[str, str]:
        """Return name and group of a competency."""
        return self._skills.get(code, (code, ""))

    def parts(self, unit: str) -> Sequence[Place]:
        """Return what a unit is made of."""
        return survey.parts(self._database, self._number, self._agency, unit)

    def of(self, unit: str, slice_: str = EVERYBODY) -> Survey:
        """Return a unit with its parts."""
        return survey.survey(self._database, self._number, self._agency, unit, slice_)

    def past(self, unit: str, competencies: Sequence[str]) -> Sequence[Moment]:
        """Return the whole generations up to this one."""
        return survey.past(self._database, self._number, self._agency, unit, competencies)


class StoredCredentials:
    """Tokens, sessions and sign-in links of this installation's agency."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._agency = settings.agency
        self._hours = settings.session_hours
        self._idle = timedelta(minutes=settings.session_idle_minutes)

    def viewer_of_token(self, secret: str) -> Viewer | None:
        """Return whom a token stands for; None where unknown, expired or revoked."""
        return self._viewer(access.verify_token(self._database, secret))

    def viewer_of_session(self, secret: str) -> Viewer | None:
        """Return whom a session belongs to; None where unknown, expired or ended."""
        return self._viewer(access.verify_session(self._database, secret, idle=self._idle))

    def spend_link(self, secret: str) -> Viewer | None:
        """Return whom a sign-in link is for, the first time it is brought."""
        return self._viewer(access.consume_sign_in_link(self._database, secret))

    def open_session(self, viewer: Viewer) -> str:
        """Open a session; return its secret."""
        kind, value = viewer.scope.kind, viewer.scope.value
        own = value if kind == "self" else None
        scope = kind if kind in ("self", "agency") else f"{kind}:{value}"
        grant = Grant(viewer.role, scope, self._agency, own, viewer.label)
        return access.create_session(self._database, grant, hours=self._hours)

    def enter(self, login: str, password: str) -> Entry | None:
        """Return what a name and a password lead to; None where they lead nowhere."""
        found = accounts.check_password(self._database, self._agency, login, password)
        if found is None:
            return None
        return Entry(None if found.must_change else self._session(found))

    def change_password(self, login: str, old: str, new: str) -> str | None:
        """Replace a password and end what was open; return the secret of a new session."""
        found = accounts.check_password(self._database, self._agency, login, old)
        if found is None:
            return None
        own = Actor(f"account:{found.id}", found.grant.role)
        accounts.set_password(self._database, found.id, new, actor=own)
        return self._session(found)

    def own_account(self, secret: str) -> OwnAccount | None:
        """Return the account of a session; None where it is of none."""
        number = access.account_of_session(self._database, secret)
        found = None if number is None else accounts.account_of(self._database, number)
        if found is None:
            return None
        return OwnAccount(found.login, accounts.open_sessions(self._database, found.id))

    def end_other_sessions(self, secret: str) -> int:
        """End the other sessions of a session's account; return how many there were."""
        number = access.account_of_session(self._database, secret)
        if number is None:
            return 0
        own = Actor(f"account:{number}")
        but = access.hash_of(secret)
        return accounts.end_sessions(self._database, number, but=but, actor=own)

    def _session(self, held: accounts.Account, *, single_sign_on: bool = False) -> str:
        return access.create_session(
            self._database,
            held.grant,
            hours=self._hours,
            account=held.id,
            single_sign_on=single_sign_on,
        )

    def state_purpose(self, secret: str, purpose: str, viewer: Viewer) -> None:
        """Write down what a session reads for."""
        access.state_purpose(self._database, secret, purpose, viewer.actor)

    def arrive(self, person: Person) -> str:
        """Return the secret of a new session of somebody a provider vouches for."""
        found = identities.arrive(
            self._database, self._agency, person.issuer, person.subject, person.login
        )
        if found.account is None:
            raise Refused(found.refused or "unknown")
        return self._session(found.account, single_sign_on=True)

    def end_session(self, secret: str) -> bool:
        """End a session; return whether it was opened with a provider."""
        elsewhere = access.is_single_sign_on(self._database, secret)
        access.revoke_session(self._database, secret)
        return elsewhere

    def _viewer(self, grant: Grant | None) -> Viewer | None:
        """Return the viewer of a grant; a grant of another agency is none here."""
        if grant is None or grant.agency != self._agency:
            return None
        scope = _scope(grant)
        if scope is None:
            return None
        return Viewer(grant.role, scope, grant.label, grant.purpose, account=grant.account)


def _try(run: runs.Run) -> Try:
    return Try(
        run.id,
        run.cause,
        run.state,
        run.started_at,
        run.ended_at,
        run.generation,
        run.problem,
        run.stage,
        run.done,
        run.total,
    )


def _ranking(one: generations.Generation) -> Ranking:
    return Ranking(
        one.number,
        one.state,
        one.as_of,
        one.people,
        one.items,
        one.model,
        one.created_at,
        one.published_at,
    )


def _scope(grant: Grant) -> Scope | None:
    """Return whose rows a grant holds; None where it says nothing that is known."""
    kind, _, value = grant.scope.partition(":")
    if kind == "self" and grant.employee_id:
        return Scope("self", grant.employee_id)
    if kind == "unit" and value:
        return Scope("unit", value)
    if kind == "vacancy" and value:
        return Scope("vacancy", value)
    return Scope("agency") if grant.scope == "agency" else None


def _courses(engine: Engine) -> dict[str, Course]:
    """Return what each training of the catalogue takes."""
    from recommender.figures.learning_hours import planned_jp
    from service.uptake import Course

    jp = planned_jp(engine.snapshot, engine.rules).tolist()
    costs = _pairs(engine.snapshot.dataset, "trainings", "training_code", "cost")
    return {
        code: Course(None if hours != hours else hours, _rupiah(costs.get(code)))  # NaN is unknown
        for code, hours in zip(engine.snapshot.trainings.index.codes, jp, strict=True)
    }


def _sessions(engine: Engine) -> dict[str, Session]:
    """Return every session with what its training takes."""
    courses = _courses(engine)
    trainings = engine.snapshot.dataset.table("trainings")
    columns = ("training_code", "title", "provider", "form")
    known = {row["training_code"]: row for row in trainings.select(columns).to_pylist()}
    found = {}
    for row in engine.snapshot.dataset.table("sessions").to_pylist():
        code = row["training_code"]
        course, about = courses.get(code), known.get(code, {})
        found[row["session_code"]] = Session(
            row["session_code"],
            code,
            about.get("title") or code,
            row["starts_on"],
            row["ends_on"],
            row["closes_on"],
            row["seats"],
            row["batch"],
            row["method"],
            row["venue"],
            row["location"],
            None if course is None else course.jp,
            about.get("provider"),
            about.get("form"),
        )
    return found


def _individual_plan(engine: Engine, employee_id: str, year: int | None, sight: Sight) -> Report:
    from service.usecases.reporting import individual_plan

    return individual_plan(engine, employee_id, year, sight)


def _beside(engine: Engine, employees: Sequence[str], sight: Sight) -> Mapping[str, Beside]:
    from recommender.reports.panel import beside

    return beside(engine, employees, sight)


def _long_list(engine: Engine, vacant: Sequence[Vacant], sight: Sight) -> Report:
    from recommender.reports.longlist import long_list

    return long_list(engine, vacant, sight)


def _rupiah(cost: float | None) -> int | None:
    return None if cost is None else round(cost)


def _pairs(dataset: Dataset, table: str, code: str, value: str) -> dict[str, Any]:
    """Return one column of a table by another."""
    rows = dataset.table(table)
    return dict(zip(rows.column(code).to_pylist(), rows.column(value).to_pylist(), strict=True))


class StoredNames:
    """Names of this installation's agency that wait for a person."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._agency = database, settings.agency

    def progress(self, kind: str | None = None) -> Progress:
        """Return how far the queue is."""
        return name_queue.progress(self._database, self._agency, kind)

    def names(
        self, state: NameState, kind: str | None, words: str, first: int, limit: int
    ) -> Sequence[NameMatch]:
        """Return names of a state, those that concern most people first."""
        key = exact_key(words)
        return name_queue.names(self._database, self._agency, state, kind, key, first, limit)

    def rule(self, rulings: Sequence[Ruling], actor: Actor) -> Mapping[str, int]:
        """Decide several names, all or none; return how many by act."""
        return name_queue.rule(self._database, self._agency, rulings, actor)
