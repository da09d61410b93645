"""Errors of the use cases; each carries its sentence from the catalogue.

ServiceError
├── WrongUse          the call itself cannot be carried out as it was made
├── NothingUsable     the input holds nothing that could be worked on
├── NotThere          a unit or session that is named does not exist
├── CannotAllHold     limits of an allocation contradict each other
└── RankingUnusable   what was published can no longer be opened
"""

from __future__ import annotations

from service.errors import ServiceError


class WrongUse(ServiceError):
    """What was asked for cannot be done in this way; the sentence says what to do instead."""


class NothingUsable(ServiceError):
    """The input holds nothing that could be worked on."""


class NotThere(ServiceError):
    """What is named does not exist; the sentence says where its code stands."""


class CannotAllHold(ServiceError):
    """What is asked for cannot all be; the sentence names what stands against what."""


class RankingUnusable(ServiceError):
    """The ranking in force cannot be opened; the sentence says why and what to do."""
