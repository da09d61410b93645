"""Why signing in with a provider did not lead to a session.

Each has its sentence, ``sso.refused.WHY``.
"""

from __future__ import annotations

from typing import Literal, get_args

Why = Literal[
    "away",  # the provider does not answer, or not in time
    "unfit",  # its metadata or keys are not what we can work with
    "cancelled",  # the person or the provider ended it
    "stale",  # begun in another browser, too long ago, or already finished
    "token",  # what the provider said does not hold
    "unknown",  # no account is bound to this person
    "closed",  # the account is disabled, has run out or is locked
]

WHYS: tuple[Why, ...] = get_args(Why)


class Refused(Exception):
    """Signing in with the provider ended here.

    Attributes:
        why: told to the person, as a sentence.
        detail: code of the one check that failed, for operators; never a value of a token.
    """

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why: Why = why
        self.detail = detail
