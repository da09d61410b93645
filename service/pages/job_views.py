"""Stage serve: long work becomes pages; in: jobs, out: typed contexts to draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from service.jobs import Job
from service.pages.panel_views import PanelResult
from service.pages.scenario_forms import ScenarioForm, TurnsForm
from service.pages.scenario_views import PersonSeats, Side, Turned
from service.pages.vacancy_forms import LeavingForm
from service.pages.vacancy_side import PostsSide
from service.pages.vacancy_views import Empty, Left
from service.usecases.correcting import Standing
from training_data.messages import Text, entries, text

DEAR = 15
"""Sessions shown by what one more seat would bring."""


@dataclass(frozen=True)
class JobView:
    """One job; times at the agency.

    Attributes:
        over: nothing more will happen.
        percent: of the stage it is at; null where that is not known.
    """

    number: int
    state: str
    begun: datetime
    stage: Text | None
    percent: int | None
    problem: Text | None
    result: dict[str, Any]

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed")


@dataclass(frozen=True)
class FindingView:
    """One kind of problem in uploaded files, with a few examples."""

    severity: str
    count: int
    text: Text
    remedy: Text
    examples: tuple[Text, ...]


@dataclass(frozen=True)
class ImportPage:
    """Files to choose, or one import.

    Attributes:
        job: the import shown; null on the first page.
        dry: the files were only looked at.
        waiting: the files can still be brought in.
        tables: table, rows read, rows that are good, rows refused.
        open_rows: refused rows that can be looked at and corrected.
        ready_rows: those that were corrected and wait to be sent, of all files together.
        corrects: number of the import whose rows were corrected, and its rows that were not yet.
    """

    latest: tuple[JobView, ...]
    job: JobView | None = None
    dry: bool = False
    waiting: bool = False
    tables: tuple[tuple[str, int, int, int], ...] = ()
    findings: tuple[FindingView, ...] = ()
    may_rank: bool = False
    fault: Text | None = None
    open_rows: int = 0
    ready_rows: int = 0
    corrects: int | None = None
    rest: int = 0


@dataclass(frozen=True)
class Scenario:
    """One allocation in the list: what was asked and what came out."""

    job: JobView
    kind: str
    asked: tuple[Text, ...]


@dataclass(frozen=True)
class SeatRow:
    """One seat: whom, with an address where the viewer reads the person.

    Attributes:
        elsewhere: of a vacancy: another one is proposed to the person.
        confirm: the rules leave something to confirm.
        decided: what was decided last of the person and the post.
        ready: readiness for the post, with the day where one is known; of whoever reads levels.
        ratings, box, retirement: what stands beside a candidate, for whom it is.
    """

    name: str
    ref: str | None
    code: str
    title: str
    micro: int
    cost: int
    job: str = ""
    grade: int = 0
    chosen: bool = True
    elsewhere: bool = False
    confirm: bool = False
    decided: Text | None = None
    ready: Text | None = None
    ratings: Text | None = None
    box: Text | None = None
    retirement: Text | None = None


@dataclass(frozen=True)
class AllocationPage:
    """What can be asked for, earlier allocations side by side, or one of them.

    Attributes:
        kinds: what the viewer may give out.
        dear: sessions by what one more seat would bring.
        seats: the first of them.
        posts: vacancy, title, the people it suits by rank seniority; no order by score.
        columns: what stands beside the people for posts, as far as the viewer may know it.
        panel: what became of a list that a panel filled in; ``may_bring`` whether one is taken.
        empties: vacancies that stay empty, and why.
        lefts: units that people leave; ``limit`` how many may.
        leaving: what was typed of it for a new allocation.
        viewer, at: who looks, when: the list of names for posts is confidential.
        may_propose: the viewer may put this allocation forward to the departments.
        in_force: it is the proposal in force.
        named, unnamed: the viewer signed in to an account; a name was asked for and not given.
        turns: whose turn counts, as it was typed for a new allocation.
        turned: what turns changed in the allocation shown.
        supposes: it holds sessions that are not there; it is compared, never put forward.
        form: of "what if", with what was typed; ``amiss`` what of it cannot be understood.
        floors: place, group and seats of every quota that promises some.
        side: this allocation beside the one it was made from; ``beside`` of vacancies.
        prices: what one more would bring, in sentences.
        departments: whose people have seats.
        book: there is a workbook of it.
        people: those that were looked up, ``found`` of how many, by ``words``.
    """

    kinds: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    shown: Scenario | None = None
    dear: tuple[dict[str, Any], ...] = ()
    seats: tuple[SeatRow, ...] = ()
    posts: tuple[tuple[str, str, tuple[SeatRow, ...]], ...] = ()
    columns: tuple[str, ...] = ()
    panel: PanelResult | None = None
    may_bring: bool = False
    empties: tuple[Empty, ...] = ()
    lefts: tuple[Left, ...] = ()
    limit: Text | None = None
    leaving: LeavingForm = field(default_factory=LeavingForm)
    viewer: str = ""
    at: datetime | None = None
    may_propose: bool = False
    in_force: bool = False
    named: bool = False
    unnamed: bool = False
    fault: Text | None = None
    typed: tuple[str, str, str, str, str] = ("session", "", "", "", "")
    turns: TurnsForm = field(default_factory=TurnsForm)
    form: ScenarioForm | None = None
    turned: Turned | None = None
    supposes: bool = False
    amiss: Text | None = None
    floors: tuple[tuple[int, Text, int], ...] = ()
    side: Side | None = None
    beside: PostsSide | None = None
    prices: tuple[Text, ...] = ()
    departments: tuple[tuple[str, str], ...] = ()
    book: bool = False
    people: tuple[PersonSeats, ...] = ()
    found: int | None = None
    words: str = ""

    @property
    def comparable(self) -> tuple[Scenario, ...]:
        """Allocations of sessions that can stand beside each other."""
        return self._done("session")

    @property
    def comparable_posts(self) -> tuple[Scenario, ...]:
        """Filled vacancies that can stand beside each other."""
        return self._done("vacancy")

    def _done(self, kind: str) -> tuple[Scenario, ...]:
        return tuple(one for one in self.scenarios if one.kind == kind and one.job.state == "done")


def job_view(job: Job, zone: tzinfo | None) -> JobView:
    """Describe a job."""
    percent = None
    if job.state == "running" and job.total:
        percent = min(100, 100 * (job.done or 0) // job.total)
    return JobView(
        job.number,
        job.state,
        job.created_at.astimezone(zone),
        _known(f"cli.stage.{job.stage}") if job.stage else None,
        percent,
        None if job.problem is None else _problem(job.problem),
        dict(job.result or {}),
    )


def import_page(
    job: Job,
    latest: Sequence[Job],
    zone: tzinfo | None,
    *,
    waiting: bool,
    may_rank: bool,
    refused: tuple[Standing, ...] = (),
    corrects: int | None = None,
    rest: int = 0,
) -> ImportPage:
    """Describe an import with what was found in its files."""
    view = job_view(job, zone)
    report = view.result.get("report") or {"tables": {}, "problems": []}
    return ImportPage(
        tuple(job_view(one, zone) for one in latest),
        view,
        dry=bool(job.asked.get("dry_run")),
        waiting=waiting,
        tables=tuple(
            (name, counts["read"], counts["accepted"], counts["refused"])
            for name, counts in report["tables"].items()
        ),
        findings=tuple(_finding(one) for one in report["problems"]),
        may_rank=may_rank,
        open_rows=sum(one.open for one in refused),
        ready_rows=sum(one.ready for one in refused),
        corrects=corrects,
        rest=rest,
    )


def scenario(job: Job, zone: tzinfo | None) -> Scenario:
    """Describe an allocation in a line."""
    wishes = job.asked.get("constraints", {})
    kind = str(job.asked.get("kind"))
    asked = [_wish(kind, name, value) for name, value in sorted(wishes.items())]
    if job.asked.get("since") is not None:
        asked.insert(0, text("pages.wish.since", number=str(job.asked["since"])))
    return Scenario(job_view(job, zone), kind, tuple(asked))


def dear(view: JobView, title: Callable[[str], str]) -> tuple[dict[str, Any], ...]:
    """Return the sessions in which one more seat would bring most, each with its ``title``.

    Parameters:
        title: what the training or post of a code is called.
    """
    sessions = view.result.get("sessions", [])
    order = sorted(sessions, key=lambda one: (-one["price"], -one["waiting"], one["code"]))
    return tuple(
        {**one, "title": title(one.get("item_code", one["code"]))}
        for one in order[:DEAR]
        if one["price"] > 0 or one["waiting"] > 0
    )


def _finding(one: dict[str, Any]) -> FindingView:
    return FindingView(
        one["severity"],
        one["count"],
        Text(**one["text"]),
        Text(**one["remedy"]),
        tuple(Text(**example["text"]) for example in one["examples"]),
    )


def _wish(kind: str, name: str, value: Any) -> Text:
    """Say a limit in a few words: a number, or how many of the kind there are."""
    if name == "soft_jp" and isinstance(value, dict):
        value = value.get("target")
    if name == "fair_by":
        value = text(f"pages.turns.by.{value}")
    shown = len(value) if isinstance(value, list | dict) else value
    of_posts = f"pages.wish.{kind}.{name}"
    return text(of_posts if of_posts in entries() else f"pages.wish.{name}", value=shown)


def _known(code: str) -> Text | None:
    return text(code) if code in entries() else None


def _problem(code: str) -> Text:
    if code in entries() and "{" not in entries()[code]["id"]:
        return text(code)
    return text("pages.job.problem", code=code)
