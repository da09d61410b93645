"""What steps and proposals of seats have in common: whose name, which day, which proposal.

In: a runtime and what a viewer reads. Out: plain answers for the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from starlette.requests import Request

from service.jobs import Jobs
from service.nominating import Session
from service.problems import Fault, Problem
from service.reading import Reading
from service.runtime import Runtime
from service.settings import TIMEZONE
from training_data.messages import text


def jobs_or_none(request: Request) -> Jobs | None:
    """Return where allocations are kept; None where this service has none."""
    return getattr(request.app.state, "jobs", None)


def today() -> date:
    """Return the day at the agency."""
    return datetime.now(TIMEZONE).date()


def proposal(runtime: Runtime, jobs: Jobs | None, code: str) -> Sequence[str] | None:
    """Return whom the proposal in force gives a session; None where it does not speak of it."""
    found = whole_proposal(runtime, jobs)
    return None if found is None else found.get(code)


def whole_proposal(runtime: Runtime, jobs: Jobs | None) -> Mapping[str, Sequence[str]] | None:
    """Return whom the proposal in force gives every session; None where none is in force."""
    current = None if jobs is None else runtime.nominations.round()
    return None if current is None or jobs is None else jobs.proposal(current.job)


def named(reading: Reading, given: str) -> str:
    """Return in whose name something is done: the account's holder, else as stated.

    Raises:
        Problem: ``invalid`` where neither says so.
    """
    viewer = reading.viewer
    if viewer.named:
        return viewer.label
    if viewer.scope.kind == "self":
        return viewer.label or "pegawai"
    if not given.strip():
        raise invalid("body.decided_by", "name_of_decider")
    return given.strip()


def invalid(where: str, code: str) -> Problem:
    """Return the problem of one refused part."""
    return Problem("invalid", (Fault(where, code, text(f"api.fault.{code}")),))


def session_json(one: Session) -> dict[str, Any]:
    """Return a session as answers hold it."""
    return {
        "session": one.code,
        "training_code": one.training_code,
        "title": one.title,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "closes_on": one.closes_on,
        "seats": one.seats,
    }
