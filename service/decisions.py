"""What named people decide about a suggestion, with their reason and what they had before them.

In: a suggestion and a decision. Out: a ``Decision``; its *capsule* holds the very answer it was
taken on, byte for byte, so that it can be looked at again when everything else has changed. No
path leads from a score to a seat or a post without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from recommender.results import Kind

ENDORSED, RETURNED, APPROVED, REJECTED = ACTS = ("endorsed", "returned", "approved", "rejected")
"""A superior supports a wish or gives it back; an office approves it or does not."""

FOR_IT = (ENDORSED, APPROVED)
"""What nobody may do about an item that a rule forbids."""


@dataclass(frozen=True)
class Decision:
    """One decision; it is never changed, a later one stands beside it.

    Attributes:
        number: grows with every decision.
        act: one of ``ACTS``.
        decided_by: the name of the person who decided.
        role: the office they decided in.
        capsule: SHA-256 of what they had before them.
    """

    number: int
    employee_id: str
    kind: Kind
    item_code: str
    act: str
    reason: str
    decided_by: str
    role: str
    generation: int
    capsule: str
    at: datetime
