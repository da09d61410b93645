"""What a figure is: a value or an interval, its parts, and the rule each of them comes from.

In: nothing. Out: ``Figure``, the one shape of every figure, so that each number can be explained
in the same way. A part that is not known is said to be missing, with its reason; it is never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from training_data.messages import Text, text
from training_data.reference.packs import Rule

State = Literal["final", "perlu_verifikasi", "belum_ada", "tidak_diukur"]
"""Certain; to be verified because something is missing; nothing known; not measured by rule."""

DECIMALS = 4


@dataclass(frozen=True)
class Ground:
    """The rule a number rests on.

    Attributes:
        mark: V, V-code, V-empirical or R; R is shown as "belum diverifikasi".
    """

    rule: str
    regulation: str
    article: str
    mark: str

    @classmethod
    def of(cls, rule: Rule) -> Ground:
        """Cite a rule of the packs."""
        return cls(rule.id, rule.regulation, rule.article, rule.mark)

    def as_json(self) -> dict[str, str]:
        """Return the ground; regulation and article are one text, as in a check."""
        article = " ".join(part for part in (self.regulation, self.article) if part)
        return {"rule": self.rule, "article": article, "mark": self.mark}


@dataclass(frozen=True)
class Category:
    """One band a value may lie in.

    Attributes:
        scheme: which bands, such as "selection" or "mapping".
    """

    scheme: str
    code: str
    name: Text
    ground: Ground

    def as_json(self) -> dict[str, Any]:
        """Return the category as JSON values."""
        return {
            "scheme": self.scheme,
            "code": self.code,
            "name": self.name.as_dict(),
            "ground": self.ground.as_json(),
        }


@dataclass(frozen=True)
class Part:
    """One part of a figure.

    Attributes:
        name: code of the part.
        value: what it counts, in the unit of the figure; null where unknown.
        low, high: the least and the most it can count; null where the figure is no sum.
        maximum: the most that anybody's part can count; null where there is no such bound.
        text: why it counts so, or why it is not known.
        facts: what it was worked out from, as JSON values.
        share: what one unit adds to the figure.
        group: code of the axis or table it belongs to; empty where the figure has none.
        confidential: discipline and the like, which others do not read.
        hidden: it is not shown to this viewer.
    """

    name: str
    label: Text
    value: float | None
    low: float | None
    high: float | None
    maximum: float | None
    text: Text
    ground: Ground | None
    facts: Mapping[str, Any] = field(default_factory=dict)
    share: float = 1.0
    group: str = ""
    confidential: bool = False
    hidden: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the part as JSON values."""
        return {
            "name": self.name,
            "group": self.group,
            "label": self.label.as_dict(),
            "value": rounded(self.value),
            "low": rounded(self.low),
            "high": rounded(self.high),
            "maximum": self.maximum,
            "text": self.text.as_dict(),
            "facts": dict(self.facts),
            "ground": self.ground.as_json() if self.ground else None,
        }


@dataclass(frozen=True)
class Bands:
    """Bands of a scheme, best first, as the packs write them; the lower bound decides."""

    scheme: str
    rows: Sequence[Mapping[str, Any]]
    ground: Ground

    def of(self, value: float) -> Category:
        """Return the band of one value."""
        row = next((r for r in self.rows if value >= r["min"]), self.rows[-1])
        name = Text(row["id"], row["en"])
        return Category(self.scheme, row.get("code", row["id"]), name, self.ground)

    def between(self, low: float | None, high: float | None) -> tuple[Category, ...]:
        """Return every band that the interval touches, lowest first; none for no interval."""
        if low is None or high is None:
            return ()
        first, last = self.of(low), self.of(high)
        if first == last:
            return (first,)
        inner = [r["min"] for r in self.rows if low < r["min"] <= high]
        return (first, *(self.of(least) for least in sorted(inner)))


@dataclass(frozen=True)
class Figure:
    """One figure of one person.

    Attributes:
        name: such as "ip_asn".
        value: null where it is not certain or not known.
        low, high: the interval; equal to the value where that is certain.
        unit: "percent", "points", "jp", "box" or "date".
        state: see ``State``.
        categories: the bands of the value; of an interval that straddles a cut, all it touches.
        text: what the figure says, in a sentence.
        notes: why it is not final, and what to mind.
        details: what else belongs to it, as JSON values.
        bands: the schemes, so that categories can be worked out again.
        missing: message that names the parts of a sum that are not known; none for no sum.
        from_sum: details that would tell a hidden part.
    """

    name: str
    label: Text
    value: float | None
    low: float | None
    high: float | None
    unit: str
    state: State
    text: Text
    ground: Ground | None
    categories: tuple[Category, ...] = ()
    notes: tuple[Text, ...] = ()
    parts: tuple[Part, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    bands: tuple[Bands, ...] = ()
    missing: str = ""
    from_sum: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the figure as JSON values."""
        return {
            "name": self.name,
            "label": self.label.as_dict(),
            "value": rounded(self.value),
            "low": rounded(self.low),
            "high": rounded(self.high),
            "unit": self.unit,
            "state": self.state,
            "categories": [c.as_json() for c in self.categories],
            "text": self.text.as_dict(),
            "notes": [n.as_dict() for n in self.all_notes],
            "parts": [p.as_json() for p in self.parts],
            "ground": self.ground.as_json() if self.ground else None,
            "details": dict(self.details),
        }

    @property
    def all_notes(self) -> tuple[Text, ...]:
        """The parts that are not known, then the notes; a hidden part is not named."""
        names = [p.label for p in self.parts if p.value is None and not p.hidden]
        if not self.missing or not names:
            return self.notes
        listed = Text(", ".join(n.id for n in names), ", ".join(n.en for n in names))
        return (text(self.missing, parts=listed), *self.notes)

    def without_confidential(self) -> Figure:
        """Return the figure in which no confidential part, and nothing that follows from it, shows.

        The part is hidden whatever it counts, and the figure becomes the interval that is left.
        """
        return self.without(lambda part: part.confidential)

    def without(self, secret: Callable[[Part], bool]) -> Figure:
        """Return the figure in which neither the parts chosen nor what follows from them shows."""
        if not any(map(secret, self.parts)):
            return self
        parts = tuple(_hidden(part) if secret(part) else part for part in self.parts)
        low, high = total(parts)
        # What is said must not depend on what is hidden, not even on whether it is known.
        unsure = bool(self.notes) or any(p.value is None and not p.hidden for p in parts)
        return replace(
            self,
            value=None,
            low=low,
            high=high,
            state="perlu_verifikasi" if unsure else "final",
            details={k: v for k, v in self.details.items() if k not in self.from_sum},
            text=text("figure.confidential", low=low, high=high),
            categories=tuple(c for b in self.bands for c in b.between(low, high)),
            parts=parts,
        )


def total(parts: Sequence[Part]) -> tuple[float, float]:
    """Return the least and the most that the parts sum to."""
    low = sum(part.share * (part.low or 0.0) for part in parts)
    high = sum(part.share * (part.high or 0.0) for part in parts)
    return round(low, DECIMALS), round(high, DECIMALS)


def rounded(value: float | None) -> float | None:
    """Return a number as answers print it."""
    return None if value is None else round(value, DECIMALS)


def _hidden(part: Part) -> Part:
    return replace(
        part,
        name="hidden",
        label=text("figure.confidential_label"),
        ground=None,
        value=None,
        low=0.0,
        high=part.maximum,
        text=text("figure.confidential_part"),
        facts={},
        hidden=True,
    )
