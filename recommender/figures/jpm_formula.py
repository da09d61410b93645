"""The formula of the job person match (JPM): one interval per standard, for the whole engine.

In: the rows of a standard beside a person, and the packs. Out: value and interval in percent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.results import GapRow
from training_data.reference.packs import Rules

Interval = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class JpmFormula:
    """How JPM is worked out.

    Attributes:
        groups: groups of competencies that count.
        variant: "sum" for the ratio of sums, "mean" for the older mean of ratios.
        scale: value of a full match.
        shown_max: the most that is shown; more is stored.
    """

    groups: tuple[str, ...] = ("M", "SK")
    variant: str = "sum"
    scale: float = 100.0
    shown_max: float = 100.0

    @classmethod
    def of(cls, rules: Rules) -> JpmFormula:
        """Read the packs."""
        params = rules.rule("jpm.formula").params
        return cls(
            tuple(params["groups"]),
            str(params["variant"]),
            float(params["scale"]),
            float(params["shown_max"]),
        )

    def counted(
        self, rows: Sequence[GapRow], groups: tuple[str, ...] | None = None
    ) -> list[GapRow]:
        """Return the rows that count: of the groups, with a standard above 0."""
        return [r for r in rows if r.group in (groups or self.groups) and r.required > 0]

    def interval(self, rows: Sequence[GapRow], groups: tuple[str, ...] | None = None) -> Interval:
        """Return the match and its interval, uncapped, all ``None`` where nothing is known.

        The value is over what is known; the interval takes unknown levels as 0 and as max_level.
        """
        counted = self.counted(rows, groups)
        known = [r for r in counted if r.level is not None]
        if not known:
            return None, None, None
        levels = [r.level or 0.0 for r in counted]
        best = [r.max_level if r.level is None else r.level for r in counted]
        return (
            self._ratio([r.level or 0.0 for r in known], known),
            self._ratio(levels, counted),
            self._ratio(best, counted),
        )

    def _ratio(self, levels: Sequence[float], rows: Sequence[GapRow]) -> float:
        if self.variant == "mean":
            parts = [level / r.required for level, r in zip(levels, rows, strict=True)]
            return round(self.scale * sum(parts) / len(parts), 4)
        return round(self.scale * sum(levels) / sum(r.required for r in rows), 4)
