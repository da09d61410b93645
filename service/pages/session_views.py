"""Stage serve: seats of sessions become pages; in: nominations and a proposal, out: contexts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.api.rounds import SessionRow
from service.nominating import (
    ATTENDED,
    CALLED,
    COUNTED,
    ENDED,
    FREE,
    MOVES,
    RESERVE,
    SEATED,
    STATES,
    Round,
    Session,
)
from service.pages.sorting import AS_THEY_COME, Order
from service.pages.source import Person
from training_data.messages import Text

SHOWN = 25
"""Sessions on one page."""

NOT_YET = ("", "suits")
"""How somebody stands who is not nominated: given a seat by the proposal, or suited by the item."""


COUNTED_STATES = ("diusulkan", "diverifikasi", "cadangan", "dipanggil", "hadir")


def _standing(state: str) -> Callable[[SessionRow], int]:
    return lambda row: row.counts.get(state, 0)


SORTED_BY: Mapping[str, Callable[[SessionRow], Any]] = {
    "title": lambda row: row.session.title.casefold(),
    "dates": lambda row: row.session.starts_on,
    "seats": lambda row: row.session.seats,
    "proposed": lambda row: row.proposed,
    **{state: _standing(state) for state in COUNTED_STATES},
}
"""What the list of sessions can be ordered by."""


@dataclass(frozen=True)
class SessionsPage:
    """Sessions, and the proposal in force.

    Attributes:
        rows: those of this page.
        number, pages: which page it is, of how many.
        current: the proposal in force.
        may_propose: the viewer puts allocations forward.
        may_nominate, may_verify: the viewer's part in the chain.
        named: the viewer signed in to an account, whose holder decides.
        may_list: the viewer has the own department's part of the proposal listed for signature.
        order: of the rows; without a column coming sessions stand before past ones.
    """

    rows: tuple[SessionRow, ...]
    words: str
    number: int
    pages: int
    current: Round | None
    may_propose: bool
    may_nominate: bool
    may_verify: bool
    named: bool
    fault: Text | None = None
    may_list: bool = False
    order: Order = AS_THEY_COME

    @property
    def asked(self) -> dict[str, str]:
        """What a heading's link keeps."""
        return {"cari": self.words} if self.words else {}

    @property
    def kept(self) -> dict[str, str]:
        """What a link to another page of the list keeps."""
        return {**self.asked, "urut": self.order.key} if self.order.column else self.asked


@dataclass(frozen=True)
class NomineeRow:
    """One person of a session.

    Attributes:
        state: of the nomination; one of ``NOT_YET`` where there is none.
        proposed: the proposal in force gives them a seat.
        last: act, name and moment of the last step that stands.
        replaces: whom they stand in for.
    """

    person: Person
    state: str
    proposed: bool
    last: tuple[str, str, datetime] | None = None
    reason: str | None = None
    letter_no: str | None = None
    replaces: str | None = None


@dataclass(frozen=True)
class StepRow:
    """One step in the history of a session."""

    name: str
    act: str
    decided_by: str
    at: datetime
    reason: str | None
    letter_no: str | None


@dataclass(frozen=True)
class PassedOver:
    """One person who would gain by a session and got no seat in it from the proposal, and why."""

    person: Person
    why: Text


@dataclass(frozen=True)
class SessionPage:
    """One session with its people.

    Attributes:
        taken: seats taken, of everybody.
        quota: places of the viewer's department used, and how many it has; None where there is no
            quota or the viewer sees several departments.
        joinable: people can still be proposed.
        acts: steps the viewer can take for somebody here.
        replacements: who could stand in.
        letter: the viewer writes the call-up.
        passed: people the proposal gave no seat here though they would gain; ``filled`` who has
            the seats, in counts.
    """

    session: Session
    rows: tuple[NomineeRow, ...]
    more: tuple[NomineeRow, ...]
    taken: int
    quota: tuple[int, int] | None
    joinable: bool
    acts: tuple[str, ...]
    replacements: tuple[Person, ...]
    history: tuple[StepRow, ...]
    letter: bool
    named: bool
    said: tuple[Text, ...] = ()
    fault: Text | None = None
    reason: str = ""
    name: str = ""
    letter_no: str = ""
    passed: tuple[PassedOver, ...] = ()
    filled: Text | None = None

    @property
    def certifies(self) -> bool:
        """Whether somebody's certificate can be recorded."""
        return "complete" in self.acts

    @property
    def calls(self) -> bool:
        """Whether a number of a letter can be given."""
        called = any(row.state == CALLED for row in self.rows)
        return "call" in self.acts or ("withdraw" in self.acts and called)

    @property
    def replaces(self) -> bool:
        """Whether somebody may need a replacement."""
        return "withdraw" in self.acts and any(row.state == CALLED for row in self.rows)

    def certifiable(self, row: NomineeRow) -> bool:
        """Whether a row can get a certificate."""
        return self.certifies and row.state == ATTENDED


@dataclass(frozen=True)
class LetterPage:
    """The draft of a call-up: one letter per department.

    Attributes:
        groups: department → people called up or verified.
    """

    session: Session
    groups: tuple[tuple[str, tuple[Person, ...]], ...]
    year: int


@dataclass(frozen=True)
class SeatView:
    """How a person stands for one session, on their own page."""

    session: Session
    state: str
    letter_no: str | None
    declinable: bool
    bound: bool


def place_of(row: NomineeRow) -> tuple[int, str, str]:
    """Return the place of a person in the list: by state along the chain, then by name."""
    order = ("", *STATES[:-1], ENDED, "suits")
    return order.index(row.state), row.person.name, row.person.ref


def acts_for(states: Sequence[str], may: Mapping[str, bool], joinable: bool) -> tuple[str, ...]:
    """Return the steps that somebody can take for people who stand so.

    Parameters:
        may: act → whether the viewer takes it at all.
    """
    held = {None if state in NOT_YET else state for state in states}
    found = []
    for act, move in MOVES.items():
        if act == "nominate" and not joinable:
            continue
        if may[act] and held & set(move.before):
            found.append(act)
    if held - {None} and any(may.values()):
        found.append("undo")
    return tuple(found)


def counted(rows: Sequence[NomineeRow]) -> int:
    """Return how many places of a quota are used."""
    return sum(row.state in COUNTED for row in rows)


def stands_in(rows: Sequence[NomineeRow]) -> list[Person]:
    """Return who could stand in for somebody: reserves first, then whom the session suits."""
    wanted = (RESERVE, "", "suits")
    found = [row for row in rows if row.state in wanted]
    return [row.person for row in sorted(found, key=lambda row: wanted.index(row.state))]


def is_free(state: str) -> bool:
    """Whether the person may still decline."""
    return state in FREE


def seats_taken(states: Sequence[str]) -> int:
    """Return how many seats are taken."""
    return sum(state in SEATED for state in states)


def year_of(session: Session, today: date) -> int:
    """Return the year a session falls in."""
    return (session.starts_on or today).year
