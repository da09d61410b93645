"""Who is asking and what they may see: tokens, browser sessions, roles, and the one row scope.

In: a request's ``Authorization`` header or session cookie. Out: a ``Viewer``, and through
``visible`` the people this viewer may see. No query for a person goes round ``visible``; outside
it and not existing are the same answer.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from threading import Lock
from typing import Literal, Protocol

from service.directory import Card, Directory, Rows
from service.problems import Problem

CHECK_AGAIN_SECONDS = 1.0
"""A revoked token or session may live on for at most this long."""

_KNOWN_AT_MOST = 4096


class Right(Enum):
    """What an operation shows; a role holds some of them."""

    SEARCH = "search"
    TRAININGS = "trainings"
    ROLES = "roles"
    GAPS = "gaps"
    EXCLUDED = "excluded"
    TRAINING_CANDIDATES = "training_candidates"
    JOB_CANDIDATES = "job_candidates"
    CONFIDENTIAL = "confidential"
    FIGURES = "figures"
    PLAN = "plan"
    WHAT_IF = "what_if"
    TALENT = "talent"
    FAIRNESS = "fairness"


_ABOUT_ONE = frozenset(
    {
        Right.TRAININGS, Right.ROLES, Right.GAPS, Right.EXCLUDED, Right.FIGURES, Right.PLAN,
        Right.WHAT_IF,
    }
)  # fmt: skip
_HR = _ABOUT_ONE | {
    Right.SEARCH,
    Right.TRAINING_CANDIDATES,
    Right.JOB_CANDIDATES,
    Right.FAIRNESS,
}

RIGHTS: Mapping[str, frozenset[Right]] = {
    # a civil servant, about themselves
    "employee": _ABOUT_ONE,
    # atasan langsung: never learns which other posts would suit a subordinate
    "supervisor": frozenset(
        {
            Right.SEARCH,
            Right.TRAININGS,
            Right.GAPS,
            Right.TRAINING_CANDIDATES,
            Right.FIGURES,
            Right.PLAN,
        }
    ),
    # pengelola kepegawaian, BPSDM: never the talent box
    "hr": _HR,
    # BKD karier: the only office that reads talent boxes of others without a stated purpose
    "career": _HR | {Right.TALENT},
    # BKD disiplin: the only office that reads discipline details of others
    "discipline": frozenset({Right.SEARCH, Right.EXCLUDED, Right.CONFIDENTIAL}),
    # Tim Penilai Kinerja, Komite Talenta, Pansel
    "panel": frozenset({Right.SEARCH, Right.ROLES, Right.EXCLUDED, Right.JOB_CANDIDATES}),
    # Inspektorat, and PyB/PPK: aggregates only, nobody's name
    "auditor": frozenset({Right.FAIRNESS}),
    "leader": frozenset({Right.FAIRNESS}),
}
"""Role → rights. Whose rows they extend to is the scope's matter, not the role's."""


@dataclass(frozen=True)
class Scope:
    """How far a viewer sees: themselves, a unit with those below it, or the agency.

    Attributes:
        kind: ``self``, ``unit`` or ``agency``.
        value: the employee_id or the unit code.
    """

    kind: Literal["self", "unit", "agency"]
    value: str = ""


@dataclass(frozen=True)
class Viewer:
    """Somebody who signed in or sent a valid token.

    Attributes:
        role: key of ``RIGHTS``; an unknown role has no rights.
        scope: whose rows.
        label: how the viewer is named on confidential pages and in records.
    """

    role: str
    scope: Scope
    label: str = ""

    def may(self, right: Right) -> bool:
        """Whether the role holds a right."""
        return right in RIGHTS.get(self.role, frozenset())

    def require(self, right: Right) -> None:
        """Raise ``not_found`` where the role lacks a right: it does not learn what it misses."""
        if not self.may(right):
            raise Problem("not_found")

    def is_own(self, card: Card) -> bool:
        """Whether the person is the viewer."""
        return self.scope.kind == "self" and card.employee_id == self.scope.value

    def may_see_confidential(self, card: Card) -> bool:
        """Whether discipline details of this person may be shown."""
        return self.is_own(card) or self.may(Right.CONFIDENTIAL)


def visible(viewer: Viewer, directory: Directory) -> Rows:
    """Return the people a viewer may see: the one place where this is decided.

    A generation holds one agency, so the agency's scope leaves nobody out.
    """
    scope = viewer.scope
    if scope.kind == "self":
        return Rows(employee_id=scope.value)
    if scope.kind == "unit":
        return Rows(units=directory.subtree(scope.value))
    return Rows()


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

    def end_session(self, secret: str) -> None:
        """End a session."""
        ...


class Gate:
    """Turns the secrets of a request into a viewer; remembers the answer for a moment."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._known: dict[bytes, tuple[Viewer, float]] = {}
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

    def sign_out(self, cookie: str) -> None:
        """End a session at once."""
        self._credentials.end_session(cookie)
        with self._lock:
            self._known.pop(_key(None, cookie), None)


def _key(bearer: str | None, cookie: str | None) -> bytes:
    """Return what a secret is remembered by, so that none stays in memory."""
    kind, secret = ("token", bearer) if bearer is not None else ("session", cookie or "")
    return hashlib.sha256(f"{kind} {secret}".encode()).digest()
