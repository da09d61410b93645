"""Job person match (JPM): what somebody holds of what a post asks for, with its categories.

In: a standard beside a person, the formula and the packs. Out: the figure. The ratio of sums lets
a surplus hide a deficit: training gaps are taken per competency and never from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from recommender.figures.assessment import Assessments
from recommender.figures.jpm_formula import JpmFormula
from recommender.figures.results import Bands, Category, Figure, Ground, Part, State, rounded
from recommender.results import GapRow, Standard
from training_data.messages import Text, text
from training_data.reference.packs import Rules

SCHEMES = ("selection", "mapping")
_TECHNICAL = ("T",)


class JpmFigures:
    """Makes the figure of a person beside a standard."""

    def __init__(self, rules: Rules, formula: JpmFormula, assessments: Assessments) -> None:
        self.rules = rules
        self.formula = formula
        self.assessments = assessments

    def of(self, name: str, person: int, standard: Standard | None, why: Text | None) -> Figure:
        """Return the match against a standard.

        Parameters:
            name: "jpm_now" or "jpm_next".
            why: why there is no standard.
        """
        ground, label = Ground.of(self.rules.rule("jpm.formula")), text(f"figure.{name}.label")
        words = text("figure.jpm.none")
        nothing = Figure(name, label, None, None, None, "percent", "belum_ada", words, ground)
        if standard is None:
            return nothing if why is None else replace(nothing, text=why)
        over_known, low, high = self.formula.interval(standard.rows)
        if over_known is None or low is None or high is None:
            return nothing
        certain = low == high
        notes = self._notes(person, self.formula.counted(standard.rows))
        state: State = "perlu_verifikasi" if notes else "final"
        return Figure(
            name,
            label,
            over_known if certain else None,
            low,
            high,
            "percent",
            state,
            self._says(standard, over_known, low, high, certain),
            ground,
            self._categories(standard.tier, low, high),
            notes,
            tuple(self._part(r) for r in self.formula.counted(standard.rows)),
            self._details(standard, over_known, certain),
        )

    def categories(self, scheme: str, tier: str | None, value: float) -> Category:
        """Return the band of a value in one scheme, by the bands of the tier where it has some."""
        return self._bands(scheme, tier).of(value)

    def between(
        self, scheme: str, tier: str | None, low: float | None, high: float | None
    ) -> tuple[Category, ...]:
        """Return every band of a scheme that an interval touches, lowest first."""
        return self._bands(scheme, tier).between(low, high)

    def _categories(self, tier: str | None, low: float, high: float) -> tuple[Category, ...]:
        return tuple(c for s in SCHEMES for c in self.between(s, tier, low, high))

    def _bands(self, scheme: str, tier: str | None) -> Bands:
        rule = self.rules.rule(f"jpm.{scheme}")
        rows = rule.params["by_tier"].get(tier, rule.params["bands"])
        return Bands(scheme, rows, Ground.of(rule))

    def _shown(self, value: float) -> float:
        return min(value, self.formula.shown_max)

    def _says(
        self, standard: Standard, over_known: float, low: float, high: float, certain: bool
    ) -> Text:
        below = sum(1 for r in self.formula.counted(standard.rows) if r.gap)
        code = "figure.jpm.text_interval"
        if certain:
            # A surplus may hide a deficit in the ratio, so what lies below is said beside it.
            code = "figure.jpm.text_below" if below else "figure.jpm.text"
        return text(
            code,
            below=below,
            title=standard.title,
            value=self._shown(over_known),
            low=self._shown(low),
            high=self._shown(high),
        )

    def _details(self, standard: Standard, over_known: float, certain: bool) -> dict[str, Any]:
        technical = self.formula.interval(standard.rows, _TECHNICAL)
        shown = self._shown(over_known)
        return {
            "job_code": standard.job_code,
            "title": standard.title,
            "shown": rounded(shown) if certain else None,
            "over_known": over_known,
            "ikk": rounded(self.formula.scale - shown) if certain else None,
            "technical": dict(zip(("value", "low", "high"), technical, strict=True)),
            "variant": self.formula.variant,
        }

    def _notes(self, person: int, counted: Sequence[GapRow]) -> tuple[Text, ...]:
        """Say why the match is not final: what is not assessed, and what is out of date."""
        notes = []
        unknown = [r.name for r in counted if r.level is None]
        if unknown:
            notes.append(text("figure.jpm.unknown", names=", ".join(unknown)))
        assessed = self.assessments.of(person)
        if assessed.details["valid"] < assessed.details["asked"]:
            notes.append(
                text(
                    "figure.jpm.not_final",
                    valid=assessed.details["valid"],
                    asked=assessed.details["asked"],
                )
            )
        return tuple(notes)

    def _part(self, row: GapRow) -> Part:
        name = Text(row.name, row.name)
        facts = {
            "required": row.required,
            "gap": row.gap,
            "surplus": row.surplus,
            "source": row.source,
            "assessed_on": row.assessed_on.isoformat() if row.assessed_on else None,
        }
        code = "level_unknown" if row.level is None else "level"
        words = text(f"figure.jpm.{code}", level=row.level, required=row.required)
        return Part(row.competency_code, name, row.level, None, None, row.max_level, words, None,
                    facts, group=row.group)  # fmt: skip
