"""What groups of people are told by: gaps and hours of units, as a generation holds them.

In: rows of units in which small groups are already missing. Out: plain values. What is hidden is
None in them; nothing here could bring it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

Part = Literal["whole", "own"]
Place = tuple[str, Part]
"""A unit's code, empty for the agency, and whether all below it or its own people are meant."""

EVERYBODY = ""
"""The slice that holds everybody."""

MILLI = 1000

PAST = 12
"""Generations that a trend goes back to."""


@dataclass(frozen=True)
class Figures:
    """People of one unit and competency; all None where they are too few to be told.

    Attributes:
        people: whose present post asks for the competency.
        known: of these, measured.
        below: of these, below the standard.
        milli: thousandths of a level that those below miss together; None also where they alone
            are too few.
    """

    people: int | None = None
    known: int | None = None
    below: int | None = None
    milli: int | None = None

    @property
    def hidden(self) -> bool:
        """Whether nothing may be told."""
        return self.people is None

    @property
    def unknown(self) -> int | None:
        """Those who were not assessed; never taken for below."""
        return None if self.people is None or self.known is None else self.people - self.known

    @property
    def share(self) -> float | None:
        """Those below of those measured; None where nobody was."""
        return self.below / self.known if self.known and self.below is not None else None

    @property
    def deficit(self) -> float | None:
        """Levels that those below miss on average; None where nobody is, or they are too few."""
        return self.milli / MILLI / self.below if self.below and self.milli is not None else None


@dataclass(frozen=True)
class Hours:
    """People of one unit by their JP of the year; all None where they are too few to be told."""

    people: int | None = None
    none: int | None = None
    some: int | None = None
    enough: int | None = None

    @property
    def hidden(self) -> bool:
        """Whether nothing may be told."""
        return self.people is None

    @property
    def share(self) -> float | None:
        """Those with enough of those whose hours are known; None where nobody's are."""
        if self.people is None or self.unknown is None or self.enough is None:
            return None
        known = self.people - self.unknown
        return self.enough / known if known else None

    @property
    def unknown(self) -> int | None:
        """Those whose hours are not known."""
        if self.people is None or self.none is None or self.some is None or self.enough is None:
            return None
        return self.people - self.none - self.some - self.enough


@dataclass(frozen=True)
class Survey:
    """A unit with its parts.

    Attributes:
        hours: of every place: the unit itself, the units below it, its own people.
        cells: of these places by competency; what is not in it is asked of nobody.
    """

    hours: Mapping[Place, Hours]
    cells: Mapping[Place, Mapping[str, Figures]]


@dataclass(frozen=True)
class Moment:
    """A whole unit in one generation, by competency."""

    generation: int
    as_of: date
    cells: Mapping[str, Figures]


class Surveys(Protocol):
    """The figures of units of one generation."""

    @property
    def least(self) -> int:
        """People that a figure speaks of at least."""
        ...

    @property
    def enough(self) -> float:
        """JP that a year asks for."""
        ...

    def skill(self, code: str) -> tuple[str, str]:
        """Return name and group of a competency; an empty group where none is known."""
        ...

    def parts(self, unit: str) -> Sequence[Place]:
        """Return what a unit is made of: units below it, and its own people."""
        ...

    def of(self, unit: str, slice_: str = EVERYBODY) -> Survey:
        """Return a unit with its parts, of everybody or of one slice."""
        ...

    def past(self, unit: str, competencies: Sequence[str]) -> Sequence[Moment]:
        """Return the whole generations up to this one, oldest first; the latest ``PAST``."""
        ...
