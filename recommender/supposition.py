"""What somebody supposes: the question that ``recommender.whatif`` answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Supposition:
    """What is supposed.

    Attributes:
        trainings: codes of trainings completed today, in this order, each keeping its word.
        target: code of the post that is aimed at; ``None`` the next post as it is.
        levels: competency code → level that an assessment finds today, after the trainings.
    """

    trainings: tuple[str, ...] = ()
    target: str | None = None
    levels: Mapping[str, float] = field(default_factory=dict)
