"""Words about several tiers, and which tiers still lie ahead of somebody."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.eligibility.wording import joined, reason, tier_name
from training_data import reference
from training_data.messages import Text

MANAGERIAL, EXPERT, SKILLED = "struktural", "keahlian", "keterampilan"
LOWEST_OFFICE = 2
"""Step of pengawas: below it the managerial ladder holds pelaksana, which nobody moves up to."""


def tier_list(tiers: Sequence[int]) -> Text:
    """Return tiers by name; most of them as "semua jenjang selain …"."""
    every = range(len(reference.tiers()))
    rest = [tier for tier in every if tier not in tiers]
    if rest and len(rest) < len(tiers) / 2:
        return reason("list.all_but", rest=joined([tier_name(t) for t in rest], "list.and"))
    return joined([tier_name(tier) for tier in tiers])


def ahead(own: int, tiers: Sequence[int]) -> list[int]:
    """Return those of ``tiers`` that a holder of ``own`` may still come to, in the given order.

    Up the same ladder; from skilled to expert posts; between experts and managers at the same
    height. A way forward never leads down.
    """
    return [tier for tier in tiers if _ahead(own, tier)]


def _ahead(own: int, other: int) -> bool:
    mine, theirs = reference.tiers()[own], reference.tiers()[other]
    if mine.ladder == theirs.ladder:
        return theirs.step > mine.step
    if theirs.ladder == SKILLED:
        return mine.ladder == MANAGERIAL and mine.step < LOWEST_OFFICE
    if theirs.ladder == EXPERT:
        return mine.ladder == SKILLED or theirs.step >= mine.step
    return theirs.step >= LOWEST_OFFICE and (mine.ladder == SKILLED or theirs.step >= mine.step)
