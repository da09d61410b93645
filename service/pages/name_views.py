"""Stage serve: the queue of names becomes a page; in: names with what may be meant, out: views."""

from __future__ import annotations

from dataclasses import dataclass

from service.naming import NameMatch, NameState, Progress, Proposed
from training_data.messages import Text, text

LIKELY, POSSIBLE = 0.8, 0.4
"""Confidence in words: from here on very likely, and possible."""


@dataclass(frozen=True)
class ProposedView:
    """An entry that may be meant, with how sure that is in words."""

    held: Proposed
    sure: Text
    differs: Text | None


@dataclass(frozen=True)
class NameView:
    """One name.

    Attributes:
        place: on the page, for the names of fields.
        chosen: what the form shows as chosen: a code, ``-`` for none of them, else nothing.
        other: a code typed by hand.
    """

    place: int
    held: NameMatch
    proposed: tuple[ProposedView, ...]
    chosen: str = ""
    other: str = ""


@dataclass(frozen=True)
class NamesPage:
    """Names of one state.

    Attributes:
        first, more: names before these; whether others follow.
        suggested: the likeliest entry is chosen already where it is very likely.
    """

    state: NameState
    kind: str
    words: str
    progress: Progress
    names: tuple[NameView, ...]
    first: int
    size: int
    more: bool
    suggested: bool = False
    may_rank: bool = False
    said: Text | None = None
    fault: Text | None = None

    @property
    def query(self) -> dict[str, str]:
        """What addresses of this page carry, without where it begins."""
        asked = {"keadaan": self.state, "jenis": self.kind, "cari": self.words}
        return {name: value for name, value in asked.items() if value}


def name_view(place: int, one: NameMatch, *, suggested: bool) -> NameView:
    """Describe a name."""
    proposed = tuple(
        ProposedView(each, _sure(each.probability), _differs(each)) for each in one.proposed
    )
    first = one.proposed[0] if one.proposed else None
    likely = suggested and first is not None and first.probability >= LIKELY
    return NameView(place, one, proposed, first.code if likely and first is not None else "")


def _sure(probability: float) -> Text:
    if probability >= LIKELY:
        return text("pages.names.likely")
    return text("pages.names.possible" if probability >= POSSIBLE else "pages.names.unlikely")


def _differs(one: Proposed) -> Text | None:
    return None if one.differs is None else Text(one.differs["id"], one.differs["en"])
