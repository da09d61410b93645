"""Stage serve: what an officer asks of filling vacant posts; in: form fields, out: constraints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recommender.allocation.wishes import SHARE
from training_data.messages import Text, text

LEAVING_FIELDS = ("pindah-orang", "pindah-bagian", "pindah-menurut", "siap")
POST_FIELDS = ("lowong-jabatan", "lowong-unit", "lowong-kursi")
LEFT_BY = ("unit_code", "department")
"""What a limit on leaving may speak of."""
MOST_PEOPLE, ALL, MOST_SEATS = 100_000, 100, 10_000


def code_of(titles: Mapping[str, str], typed: str) -> str | None:
    """Return what a code or a title names, if it is one alone."""
    if typed in titles:
        return typed
    named = [code for code, title in titles.items() if title.casefold() == typed.casefold()]
    return named[0] if len(named) == 1 else None


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


@dataclass(frozen=True)
class PostForm:
    """A vacancy that is not there, as it stands in the fields.

    Attributes:
        job, unit: code or name; the unit may be left empty.
    """

    job: str = ""
    unit: str = ""
    seats: str = ""

    @classmethod
    def sent(cls, given: Mapping[str, str]) -> PostForm:
        """Return the fields as they were sent."""
        return cls(*(given.get(name, "").strip()[:300] for name in POST_FIELDS))

    def wish(self, jobs: Mapping[str, str], units: Mapping[str, str]) -> dict[str, Any] | Text:
        """Return the vacancy that is asked for, or what cannot be understood.

        Parameters:
            jobs, units: code → title or name.
        """
        job = code_of(jobs, self.job)
        if job is None:
            return text("pages.new_post.fault.job", job=self.job[:80])
        found: dict[str, Any] = {"job_code": job}
        if self.unit:
            unit = code_of(units, self.unit)
            if unit is None:
                return text("pages.new_post.fault.unit", unit=self.unit[:80])
            found["unit_code"] = unit
        if self.seats:
            if not self.seats.isdecimal() or not 1 <= int(self.seats) <= MOST_SEATS:
                return text("pages.new_post.fault.seats")
            found["seats"] = int(self.seats)
        return found
