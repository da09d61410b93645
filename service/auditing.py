"""Who acts, as the audit trail names them; in: a viewer or the command line, out: an ``Actor``."""

from __future__ import annotations

from dataclasses import dataclass
from getpass import getuser


@dataclass(frozen=True)
class Actor:
    """Who acted.

    Attributes:
        name: ``account:7``, ``token``, ``link``, ``cli:user`` or ``worker``; never a person's name.
        role: of the visibility matrix; empty for the command line and the worker.
    """

    name: str
    role: str = ""


SYSTEM = Actor("system")
"""The product itself, where nobody in particular asked for it."""


def of_command_line() -> Actor:
    """Return the account of the machine that runs a command."""
    return Actor(f"cli:{getuser()}")
