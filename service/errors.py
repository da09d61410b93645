"""Errors of the service; each carries its sentence from the catalogue, none knows of HTTP.

ServiceError
├── HomeUnusable        the home folder or the installation key cannot be used
├── DatabaseError
│   ├── DatabaseUnreachable   not there, not answering, locked, full or damaged
│   └── NotMigrated           the tables are older or newer than this version of the product
├── PublishError
│   ├── Unverified      what was staged is not what was sent; the old generation stays
│   ├── Superseded      a newer generation was published meanwhile
│   ├── FencedOut       another worker took the lease over
│   ├── Stopped         the work was asked to stop before it was done
│   └── HeldBack        fairness or reach is below a floor and nobody decided to publish
├── NothingPublished    no re-ranking has been published yet, or none to go back to
├── UnknownGeneration   no such generation, or its lists were removed
├── StaleCursor         the place in a list from which to go on no longer exists
├── AccountExists     the agency has an account with this name
├── UnknownAccount    no account has this name
├── IdentityTaken     who signs in elsewhere is bound to another account, or the account to another
├── SignOnUnusable    single sign-on is set up with something that is not there
└── UnknownGrant        a role, scope or lifetime that cannot be granted
"""

from __future__ import annotations

from typing import Any

from training_data.messages import Text, text


class ServiceError(Exception):
    """Base of all errors of ``service``.

    Parameters:
        code: code of the sentence in the catalogue.
        values: what fills its placeholders; never personal data.
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.text: Text = text(code, **values)

    def __str__(self) -> str:
        """Return the sentence in Indonesian."""
        return self.text.id


class HomeUnusable(ServiceError):
    """The home folder or the installation key cannot be used."""


class DatabaseError(ServiceError):
    """The database cannot be used as it is."""


class DatabaseUnreachable(DatabaseError):
    """The database is not there, does not answer, is locked, full or damaged."""


class NotMigrated(DatabaseError):
    """The tables are older or newer than this version of the product."""


class PublishError(ServiceError):
    """A generation could not be published; the one before is still served."""


class Unverified(PublishError):
    """What was staged is not what was sent."""


class Superseded(PublishError):
    """A newer generation was published meanwhile."""


class FencedOut(PublishError):
    """Another worker took the lease over; what this one made is given up."""


class Stopped(PublishError):
    """The work was asked to stop before it was done; it begins again next time."""


class HeldBack(PublishError):
    """Its fairness is below a floor, and nobody decided to publish all the same."""


class NothingPublished(ServiceError):
    """No re-ranking has been published yet, or there is none to go back to."""


class UnknownGeneration(ServiceError):
    """There is no such generation, or its lists were removed."""


class StaleCursor(ServiceError):
    """The place in a list from which to go on no longer exists."""


class UnknownGrant(ServiceError):
    """A role, scope or lifetime that cannot be granted."""


class AccountExists(ServiceError):
    """The agency has an account with this name."""


class UnknownAccount(ServiceError):
    """No account of the agency has this name."""


class IdentityTaken(ServiceError):
    """An identity is bound to another account, or the account to another identity."""


class SignOnUnusable(ServiceError):
    """Single sign-on is set up, and something it needs is not there."""
