"""Who is asking and what they may see: tokens, browser sessions, roles, and the one row scope.

In: a request's ``Authorization`` header or session cookie. Out: a ``Viewer``, through ``visible``
the people this viewer may see, and through ``surveyed`` the unit whose groups. No query for a
person goes round ``visible``; outside it and not existing are the same answer.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Literal, Protocol

from service.auditing import Actor
from service.brake import Brake
from service.directory import NOBODY, Card, Rows
from service.passwords import LEAST, MOST, fault_of
from service.problems import Fault, Problem
from service.visibility import Right, matrix
from training_data.messages import text

if TYPE_CHECKING:
    from service.oidc.provider import Person
    from service.runtime import Serving

CHECK_AGAIN_SECONDS = 1.0
"""A revoked token or session may live on for at most this long."""

_KNOWN_AT_MOST = 4096

PANEL = "panel"
"""The role that sits for one vacancy."""


@dataclass(frozen=True)
class Scope:
    """How far a viewer sees: themselves, a unit with those below it, a vacancy, or the agency.

    Attributes:
        kind: ``vacancy`` holds whom the rules do not keep from the vacant post.
        value: the employee_id, the unit code or the vacancy code.
    """

    kind: Literal["self", "unit", "vacancy", "agency"]
    value: str = ""


@dataclass(frozen=True)
class Viewer:
    """Somebody who signed in or sent a valid token.

    Attributes:
        role: one of the visibility matrix; an unknown role has no rights.
        scope: whose rows.
        label: how the viewer is named on confidential pages and in records.
        purpose: why the viewer reads what the matrix gives for a stated purpose only.
        account: number of the account somebody signed in to; None for links and tokens.
    """

    role: str
    scope: Scope
    label: str = ""
    purpose: str = ""
    account: int | None = None

    @cached_property
    def rights(self) -> frozenset[Right]:
        """What the visibility matrix lets this viewer see; a panel sits for one vacancy."""
        if self.role == PANEL and self.scope.kind != "vacancy":
            return frozenset()
        own = self.scope.kind == "self"
        return matrix().rights(self.role, purpose=bool(self.purpose), own=own)

    @cached_property
    def asks_for_purpose(self) -> bool:
        """Whether there is something this viewer may read for a stated purpose only."""
        own = self.scope.kind == "self"
        stated, plain = (matrix().rights(self.role, purpose=p, own=own) for p in (True, False))
        return stated != plain

    @property
    def on_record(self) -> bool:
        """Whether every read of this viewer stands in the audit trail."""
        return bool(self.purpose) and self.asks_for_purpose

    @property
    def actor(self) -> Actor:
        """How the audit trail names the viewer: by account, never by name."""
        name = "signed_in" if self.account is None else f"account:{self.account}"
        return Actor(name, self.role)

    def may(self, right: Right) -> bool:
        """Whether the viewer holds a right."""
        return right in self.rights

    def require(self, right: Right) -> None:
        """Raise ``not_found`` where the role lacks a right: it does not learn what it misses."""
        if not self.may(right):
            raise Problem("not_found")

    @property
    def named(self) -> bool:
        """Whether the account says in whose name the viewer decides."""
        return self.account is not None and bool(self.label.strip())

    @property
    def seats_people(self) -> bool:
        """Whether the viewer has a part in giving out the seats of sessions."""
        return self.may(Right.NOMINATE) or self.may(Right.VERIFY_SEATS)

    def is_own(self, card: Card) -> bool:
        """Whether the person is the viewer."""
        return self.scope.kind == "self" and card.employee_id == self.scope.value

    def may_see_confidential(self, card: Card) -> bool:
        """Whether discipline details of this person may be shown."""
        return self.is_own(card) or self.may(Right.CONFIDENTIAL)


def visible(viewer: Viewer, serving: Serving) -> Rows:
    """Return the people a viewer may see: the one place where this is decided.

    A generation holds one agency, so the agency's scope leaves nobody out. Who may not read names
    has no rows at all.
    """
    scope = viewer.scope
    if scope.kind == "self":
        return Rows(employee_id=scope.value)
    if not viewer.may(Right.SEARCH):
        return NOBODY
    if scope.kind == "unit":
        return Rows(units=serving.directory.subtree(scope.value))
    if scope.kind == "vacancy":
        return serving.open_to(scope.value)
    return Rows()


def surveyed(viewer: Viewer) -> str:
    """Return the unit whose groups a viewer may read, with all below it; empty for the agency.

    The one place where that is decided: somebody may read groups and nobody by name.

    Raises:
        Problem: ``not_found`` where groups are not theirs to read.
    """
    viewer.require(Right.GAP_MAP)
    if viewer.scope.kind not in ("agency", "unit"):
        raise Problem("not_found")
    return viewer.scope.value if viewer.scope.kind == "unit" else ""


@dataclass(frozen=True)
class Entry:
    """Where a right name and password lead.

    Attributes:
        session: secret of the new session; None where the password has to be replaced first.
    """

    session: str | None


@dataclass(frozen=True)
class OwnAccount:
    """One's own account: its name and how many sessions of it are open."""

    login: str
    sessions: int


class Credentials(Protocol):
    """Where tokens, sessions and sign-in links are kept; only hashes of secrets are."""

    def viewer_of_token(self, secret: str) -> Viewer | None:
        """Return whom a token stands for; None where unknown, expired or revoked."""
        ...

    def viewer_of_session(self, secret: str) -> Viewer | None:
        """Return whom a session belongs to; None where unknown, expired or ended."""
        ...

    def spend_link(self, secret: str) -> Viewer | None:
        """Return whom a sign-in link is for, the first time it is brought."""
        ...

    def open_session(self, viewer: Viewer) -> str:
        """Open a session; return its secret."""
        ...

    def enter(self, login: str, password: str) -> Entry | None:
        """Return what a name and a password lead to; None where they lead nowhere."""
        ...

    def change_password(self, login: str, old: str, new: str) -> str | None:
        """Replace a password; return the secret of a new session, None where the old is wrong.

        Every other session of the account ends.
        """
        ...

    def own_account(self, secret: str) -> OwnAccount | None:
        """Return the account of a session; None where it is of none."""
        ...

    def end_other_sessions(self, secret: str) -> int:
        """End the other sessions of a session's account; return how many there were."""
        ...

    def state_purpose(self, secret: str, purpose: str, viewer: Viewer) -> None:
        """Write down what a session reads for from now on."""
        ...

    def arrive(self, person: Person) -> str:
        """Return the secret of a new session of somebody a provider vouches for.

        Raises:
            Refused: ``unknown`` or ``closed``.
        """
        ...

    def end_session(self, secret: str) -> bool:
        """End a session; return whether it was opened with a provider of single sign-on."""
        ...


class Gate:
    """Turns the secrets of a request into a viewer; remembers the answer for a moment."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._known: dict[bytes, tuple[Viewer, float]] = {}
        self._brake = Brake()
        self._lock = Lock()

    def remembered(self, bearer: str | None, cookie: str | None) -> Viewer | None:
        """Return the viewer if these secrets were checked a moment ago, without any I/O."""
        found = self._known.get(_key(bearer, cookie))
        return found[0] if found and found[1] > time.monotonic() else None

    def admit(self, bearer: str | None, cookie: str | None) -> Viewer:
        """Return the viewer; raise ``unauthenticated``. A token goes before a cookie."""
        viewer = None
        if bearer is not None:
            viewer = self._credentials.viewer_of_token(bearer)
        elif cookie is not None:
            viewer = self._credentials.viewer_of_session(cookie)
        if viewer is None:
            raise Problem("unauthenticated")
        with self._lock:
            if len(self._known) >= _KNOWN_AT_MOST:
                self._known.clear()
            self._known[_key(bearer, cookie)] = (viewer, time.monotonic() + CHECK_AGAIN_SECONDS)
        return viewer

    def sign_in(self, link_secret: str) -> str:
        """Exchange a sign-in link for a session's secret; raise ``unauthenticated``."""
        viewer = self._credentials.spend_link(link_secret)
        if viewer is None:
            raise Problem("unauthenticated")
        return self._credentials.open_session(viewer)

    def enter(self, login: str, password: str, address: str) -> Entry:
        """Sign in with a name and a password.

        Raises:
            Problem: ``wrong_password`` whatever does not fit, ``too_many_tries`` where the address
                has tried too often.
        """
        self._slow_down(address)
        found = self._credentials.enter(login, password)
        if found is None:
            raise Problem("wrong_password")
        return found

    def change_password(self, login: str, old: str, new: str, address: str) -> str:
        """Replace a password by one that is accepted; return the secret of a new session.

        Raises:
            Problem: as for ``enter``; ``invalid`` where the new one is not accepted.
        """
        self._slow_down(address)
        fault = "same" if old == new else fault_of(new, login)
        if fault is not None:
            words = text(f"accounts.password.{fault}", least=LEAST, most=MOST)
            raise Problem("invalid", (Fault("body.baru", fault, words),))
        session = self._credentials.change_password(login, old, new)
        if session is None:
            raise Problem("wrong_password")
        self.forget()
        return session

    def arrive(self, person: Person) -> str:
        """Return the secret of a new session of somebody a provider vouches for.

        Raises:
            Refused: no open account is bound to them.
        """
        return self._credentials.arrive(person)

    def own_account(self, cookie: str | None) -> OwnAccount | None:
        """Return the account of a browser's session; None where there is none."""
        return None if cookie is None else self._credentials.own_account(cookie)

    def state_purpose(self, cookie: str, purpose: str, viewer: Viewer) -> None:
        """Let a session read for a purpose from now on; an empty one ends it."""
        self._credentials.state_purpose(cookie, purpose, viewer)
        self.forget()

    def end_other_sessions(self, cookie: str) -> int:
        """End the other sessions of an account at once; return how many there were."""
        ended = self._credentials.end_other_sessions(cookie)
        self.forget()
        return ended

    def forget(self) -> None:
        """Look every secret up again."""
        with self._lock:
            self._known.clear()

    def _slow_down(self, address: str) -> None:
        wait = self._brake.wait(address)
        if wait:
            raise Problem("too_many_tries", headers={"Retry-After": str(wait)})

    def sign_out(self, cookie: str) -> bool:
        """End a session at once; return whether it was opened with a provider."""
        elsewhere = self._credentials.end_session(cookie)
        with self._lock:
            self._known.pop(_key(None, cookie), None)
        return elsewhere


def _key(bearer: str | None, cookie: str | None) -> bytes:
    """Return what a secret is remembered by, so that none stays in memory."""
    kind, secret = ("token", bearer) if bearer is not None else ("session", cookie or "")
    return hashlib.sha256(f"{kind} {secret}".encode()).digest()
