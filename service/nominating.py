"""Nominations for sessions: who may take which step, from where to where.

In: how a nomination stands and what somebody wants to do. Out: the next state, or why not. The
chain is that of the offices: the department proposes, the academy verifies and calls up, the person
attends, the certificate is recorded. Until the call-up a person may decline freely; after it only
the department withdraws, by letter and with a replacement. Nothing here touches a database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from service.auditing import Actor

PROPOSED, VERIFIED, RESERVE, CALLED, ATTENDED, COMPLETED, ENDED = STATES = (
    "diusulkan", "diverifikasi", "cadangan", "dipanggil", "hadir", "selesai", "batal",
)  # fmt: skip
"""The states of the contract, in the order of the chain."""

SEATED = (VERIFIED, CALLED, ATTENDED, COMPLETED)
"""States that take a seat of the session."""
COUNTED = (PROPOSED, *SEATED)
"""States that take a place of a department's quota; a reserve takes none."""
BOUND = (CALLED, ATTENDED)
"""From the call-up on attendance is a duty: a person cannot decline any more."""
FREE = (PROPOSED, VERIFIED, RESERVE)
"""What a person may still decline."""

Desk = Literal["department", "academy", "person"]
"""Whose step it is: the department's personnel office or head, the training academy, oneself."""

Act = Literal[
    "nominate", "veto", "withdraw", "verify", "reserve", "refuse", "call", "attend", "miss",
    "complete", "decline", "undo",
]  # fmt: skip

Why = Literal[
    "state", "seats", "quota", "closed", "replacement", "letter", "certificate", "undo",
    "forbidden",
]  # fmt: skip
"""Why a step cannot be taken; sentences are ``nominations.why.*``."""


@dataclass(frozen=True)
class Move:
    """One kind of step.

    Attributes:
        before: states it can be taken from; None stands for no nomination.
        reason: it needs a reason in words.
    """

    desk: Desk
    before: tuple[str | None, ...]
    after: str
    reason: bool = False


MOVES: Mapping[str, Move] = {
    "nominate": Move("department", (None, ENDED), PROPOSED),
    "veto": Move("department", (None,), ENDED, reason=True),
    "withdraw": Move("department", (PROPOSED, VERIFIED, RESERVE, CALLED), ENDED, reason=True),
    "verify": Move("academy", (PROPOSED, RESERVE), VERIFIED),
    "reserve": Move("academy", (PROPOSED, VERIFIED), RESERVE),
    "refuse": Move("academy", (PROPOSED, VERIFIED, RESERVE), ENDED, reason=True),
    "call": Move("academy", (VERIFIED,), CALLED),
    "attend": Move("academy", (CALLED,), ATTENDED),
    "miss": Move("academy", (CALLED,), ENDED, reason=True),
    "complete": Move("academy", (ATTENDED,), COMPLETED),
    "decline": Move("person", FREE, ENDED),
}
UNDO = "undo"


@dataclass(frozen=True)
class Session:
    """One session of a training, as offices speak of it; null where not known."""

    code: str
    training_code: str
    title: str
    starts_on: date | None = None
    ends_on: date | None = None
    closes_on: date | None = None
    seats: int | None = None
    batch: str | None = None
    method: str | None = None
    venue: str | None = None
    location: str | None = None
    hours: float | None = None
    provider: str | None = None
    form: str | None = None

    def joinable(self, today: date) -> bool:
        """Whether people can still be proposed."""
        last = self.closes_on or self.starts_on or self.ends_on
        return last is None or today <= last


@dataclass(frozen=True)
class Nomination:
    """How one person stands for one session.

    Attributes:
        letter_no: number of the call-up, once the office has given it one.
    """

    employee_id: str
    session_code: str
    status: str
    proposed_by: str | None = None
    decided_by: str | None = None
    letter_no: str | None = None
    reason: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Step:
    """One step that was taken; it is never changed, a later one stands beside it.

    Attributes:
        before: the state it was taken from; None for no nomination.
        replaces: whom this person stands in for.
        certificate_no, completed_on: of a completed session.
    """

    number: int
    employee_id: str
    session_code: str
    act: str
    before: str | None
    after: str | None
    reason: str | None
    letter_no: str | None
    replaces: str | None
    certificate_no: str | None
    completed_on: date | None
    decided_by: str
    role: str
    at: datetime


@dataclass(frozen=True)
class Wanted:
    """One step somebody wants to take for one person.

    Attributes:
        replacement: who stands in for a person that is withdrawn after the call-up.
    """

    employee_id: str
    ref: str
    act: str
    reason: str = ""
    letter_no: str = ""
    replacement: tuple[str, str] | None = None
    certificate_no: str = ""
    completed_on: date | None = None


@dataclass(frozen=True)
class Refusal:
    """A step that was not taken, and why."""

    employee_id: str
    why: Why


@dataclass(frozen=True)
class Limits:
    """What a session leaves room for.

    Attributes:
        department_of: the department of a person, to which quotas are given.
        quota: department → seats the proposal in force gives it; None where no proposal speaks of
            the session.
    """

    session: Session
    today: date
    department_of: Callable[[str], str] = lambda _: ""
    quota: Mapping[str, int] | None = None


class Board:
    """The nominations of one session while steps are taken, one after the other."""

    def __init__(
        self, limits: Limits, held: Mapping[str, Nomination], last: Mapping[str, Step]
    ) -> None:
        self._limits, self._last = limits, last
        self._states: dict[str, str] = {e: one.status for e, one in held.items()}

    def state(self, employee_id: str) -> str | None:
        """Return how a person stands."""
        return self._states.get(employee_id)

    def judge(self, wanted: Wanted) -> tuple[str | None, Why | None]:
        """Return the state a step leads to, or why it cannot be taken.

        Returns:
            The state after it (None where an undone nomination leaves nothing), and what speaks
            against it (None where nothing does).
        """
        state = self.state(wanted.employee_id)
        if wanted.act == UNDO:
            return self._undone(wanted, state)
        move = MOVES[wanted.act]
        if state not in move.before:
            return None, "state"
        if wanted.act == "nominate" and not self._limits.session.joinable(self._limits.today):
            return None, "closed"
        if wanted.act == "withdraw" and state == CALLED:
            if not wanted.letter_no.strip():
                return None, "letter"
            if wanted.replacement is None:
                return None, "replacement"
        if wanted.act == "complete" and not wanted.certificate_no.strip():
            return None, "certificate"
        return move.after, self._room(wanted.employee_id, state, move.after)

    def take(self, employee_id: str, state: str | None) -> None:
        """Go on from a step that was taken."""
        if state is None:
            self._states.pop(employee_id, None)
        else:
            self._states[employee_id] = state

    def _undone(self, wanted: Wanted, state: str | None) -> tuple[str | None, Why | None]:
        last = self._last.get(wanted.employee_id)
        if last is None or last.after != state or last.act == UNDO or last.act == "decline":
            return None, "undo"
        return last.before, self._room(wanted.employee_id, state, last.before)

    def _room(self, employee_id: str, state: str | None, after: str | None) -> Why | None:
        """Return what a change of state would go beyond."""
        limits = self._limits
        seats = limits.session.seats
        takes = after in SEATED and state not in SEATED
        if takes and seats is not None and self._count(SEATED) >= seats:
            return "seats"
        counts = after in COUNTED and state not in COUNTED
        own = limits.department_of(employee_id)
        if (
            counts
            and limits.quota is not None
            and self._count(COUNTED, own) >= limits.quota.get(own, 0)
        ):
            return "quota"
        return None

    def _count(self, states: Sequence[str], department: str | None = None) -> int:
        of = self._limits.department_of
        return sum(
            state in states and (department is None or of(employee) == department)
            for employee, state in self._states.items()
        )


@dataclass(frozen=True)
class Round:
    """A proposal of seats that departments fill: the allocation it is, and who put it forward."""

    number: int
    job: int
    decided_by: str
    note: str
    at: datetime


@dataclass(frozen=True)
class Taken:
    """What became of steps: those that were taken, and those that could not be."""

    steps: tuple[Step, ...]
    refused: tuple[Refusal, ...] = field(default=())


class Nominations(Protocol):
    """Where nominations are kept."""

    def nominations(
        self, session: str | None = None, employee: str | None = None
    ) -> Sequence[Nomination]:
        """Return how people stand, by session and person."""
        ...

    def steps(self, session: str) -> Sequence[Step]:
        """Return every step of a session, oldest first."""
        ...

    def take_steps(
        self,
        wanted: Sequence[Wanted],
        limits: Limits,
        *,
        decided_by: str,
        actor: Actor,
        at: datetime,
    ) -> Taken:
        """Take the steps that can be taken, each with its row in the audit trail."""
        ...

    def round(self) -> Round | None:
        """Return the proposal in force; None where departments nominate freely."""
        ...

    def set_round(self, job: int | None, *, decided_by: str, note: str, actor: Actor) -> None:
        """Put an allocation forward as the proposal in place of the one before, or end that one.

        Nominations stay as they are.
        """
        ...
