"""Stage serve: how periodic re-ranking stands becomes a page; in: a ``Work``, out: rows to draw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from service.jobs import Job
from service.pages.job_views import JobView, job_view
from service.work import Ranking, Try, Work
from training_data.messages import Text, entries, text

PERCENT = 100


@dataclass(frozen=True)
class TryView:
    """One try; times at the agency."""

    held: Try
    cause: Text
    state: Text
    problem: Text | None
    begun: datetime
    minutes: float | None


@dataclass(frozen=True)
class RankingView:
    """One generation; times at the agency."""

    held: Ranking
    state: Text
    published: datetime | None


@dataclass(frozen=True)
class WorkPage:
    """The page: the verdict in a sentence, the try at work, tries and generations.

    Attributes:
        well: whether nobody needs to look after it.
        done, total: of the try at work; percent of its stage.
        asked: the ranking that somebody asked for last; None where nobody has.
        may_ask: whether the reader may ask for one now.
    """

    well: bool
    verdict: Text
    schedule: Text
    beat: datetime | None
    running: TryView | None
    percent: int | None
    tries: tuple[TryView, ...]
    rankings: tuple[RankingView, ...]
    asked: JobView | None = None
    may_ask: bool = False


def work_page(
    work: Work, now: datetime, asked: Job | None = None, *, may_ask: bool = False
) -> WorkPage:
    """Describe the work; ``now`` gives the zone of the agency as well.

    Two rankings at once would only wait for each other: none is offered while one goes on.
    """
    zone = now.tzinfo
    views = tuple(_try(one, zone) for one in work.tries)
    running = next((view for view in views if view.held.state == "running"), None)
    percent = None
    if running is not None and running.held.total:
        percent = round(PERCENT * (running.held.done or 0) / running.held.total)
    code = _verdict(work, now)
    return WorkPage(
        well=code in ("working", "waiting"),
        verdict=text(f"pages.work.verdict.{code}"),
        schedule=_schedule(work),
        beat=None if work.beat_at is None else work.beat_at.astimezone(zone),
        running=running,
        percent=percent,
        tries=views,
        rankings=tuple(_ranking(one, zone) for one in work.rankings),
        asked=None if asked is None else job_view(asked, zone),
        may_ask=may_ask and (asked is None or asked.state in ("done", "failed")),
    )


def _verdict(work: Work, now: datetime) -> str:
    """Return what somebody who looks after it has to know first."""
    if not work.held:
        return "nobody"
    if work.silent(now):
        return "silent"
    if work.running is not None:
        return "working"
    ended = next(iter(work.tries), None)
    if ended is not None and ended.state in ("failed", "held"):
        return ended.state
    return "waiting"


def _schedule(work: Work) -> Text:
    if work.nightly is None:
        return text("pages.work.schedule." + ("change" if work.on_change else "never"))
    code = "both" if work.on_change else "nightly"
    at = Text(work.nightly.replace(":", "."), work.nightly)
    return text(f"pages.work.schedule.{code}", at=at)


def _try(one: Try, zone: tzinfo | None) -> TryView:
    minutes = None
    if one.ended_at is not None:
        minutes = (one.ended_at - one.started_at).total_seconds() / 60
    return TryView(
        one,
        text(f"pages.work.cause.{one.cause}"),
        text(f"worker.state.{one.state}"),
        _problem(one.problem),
        one.started_at.astimezone(zone),
        minutes,
    )


def _problem(code: str | None) -> Text | None:
    """Return the sentence of a problem; one that asks for values stands as its code."""
    if code is None:
        return None
    known = entries().get(code)
    if known is None or "{" in known["id"]:
        return text("pages.work.problem", code=code)
    return text(code)


def _ranking(one: Ranking, zone: tzinfo | None) -> RankingView:
    at = None if one.published_at is None else one.published_at.astimezone(zone)
    return RankingView(one, text(f"generations.state.{one.state}"), at)
