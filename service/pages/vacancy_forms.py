"""Stage serve: what an officer asks of filling vacant posts; in: form fields, out: constraints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recommender.allocation.wishes import SHARE
from training_data.messages import Text, text

LEAVING_FIELDS = ("pindah-orang", "pindah-bagian", "pindah-menurut", "siap")
LEFT_BY = ("unit_code", "department")
"""What a limit on leaving may speak of."""
MOST_PEOPLE, ALL = 100_000, 100


@dataclass(frozen=True)
class LeavingForm:
    """How many may leave one unit, and what readiness counts, as it stands in the fields.

    Attributes:
        people, share: at most, and percent of the unit.
        ready: points for whom the rules leave nothing to confirm.
    """

    people: str = ""
    share: str = ""
    by: str = LEFT_BY[0]
    ready: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        """What the limit may speak of."""
        return LEFT_BY

    @property
    def usual(self) -> int:
        """Percent of a unit that holds where the fields are left empty."""
        return SHARE

    @classmethod
    def sent(cls, given: Mapping[str, str]) -> LeavingForm:
        """Return the fields as they were sent."""
        people, share, by, ready = (given.get(name, "").strip()[:20] for name in LEAVING_FIELDS)
        return cls(people, share, by if by in LEFT_BY else LEFT_BY[0], ready)

    @classmethod
    def of(cls, constraints: Mapping[str, Any]) -> LeavingForm:
        """Return the fields of constraints."""
        held = constraints.get("leaving") or {}
        people, share, ready = (
            "" if value is None else f"{value:g}".replace(".", ",")
            for value in (held.get("max"), held.get("share"), constraints.get("ready"))
        )
        return cls(people, share, held.get("by", LEFT_BY[0]), ready)

    def wishes(self) -> dict[str, Any] | Text:
        """Return what the fields ask for, or what cannot be understood."""
        leaving: dict[str, Any] = {}
        for name, typed, least, most in (
            ("max", self.people, 0, MOST_PEOPLE),
            ("share", self.share, 1, ALL),
        ):
            if not typed:
                continue
            if not typed.isdecimal() or not least <= int(typed) <= most:
                return text("pages.leaving.fault")
            leaving[name] = int(typed)
        if self.by != LEFT_BY[0]:
            leaving["by"] = self.by
        found: dict[str, Any] = {"leaving": leaving} if leaving else {}
        if self.ready:
            points = self.ready.replace(",", ".")
            if not points.replace(".", "", 1).isdecimal():
                return text("pages.leaving.fault_ready")
            found["ready"] = float(points)
        return found
