"""Which versions a registry keeps when it is pruned, and why.

In: a registry and how many of the newest to keep. Out: versions by number with the reason to keep
them; every other one may go. The version in force and the one a rollback leads to always stay.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from recommender.registry.layout import pointer, versions

Reason = Literal["in_force", "previous", "newest"]


def kept(registry: Path, newest: int) -> dict[int, Reason]:
    """Return the numbers of the versions that stay, with the first reason that holds.

    Parameters:
        newest: how many of the newest versions stay, at least 0.

    Raises:
        UnusableModel: which version is in force cannot be read, so nothing may go.
    """
    numbers = [version.number for version in versions(registry)]
    reasons: dict[int, Reason] = dict.fromkeys(numbers[max(0, len(numbers) - newest) :], "newest")
    held = pointer(registry)
    if held is not None:
        if held.previous in numbers:
            reasons[held.previous] = "previous"
        if held.number in numbers:
            reasons[held.number] = "in_force"
    return dict(sorted(reasons.items()))
