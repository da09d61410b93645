"""What one viewer may read of one generation: the answers behind both the API and the pages.

In: a ``Serving`` and a ``Viewer``. Out: results of the engine, restricted to visible people, equal
to what was published, and without confidential facts the viewer may not see. A person outside the
viewer's scope and a person who does not exist raise the same ``not_found``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from recommender.results import Candidate, Gaps, Item, Kind
from service.auth import Right, Viewer, visible
from service.confidential import is_hidden, without_confidential
from service.directory import Card, Query, Rows
from service.problems import Problem
from service.runtime import Published, Serving

ALL_CANDIDATES = 1_000_000

_RANKED: dict[Kind, Right] = {"training": Right.TRAININGS, "role": Right.ROLES}
_CANDIDATES: dict[Kind, Right] = {
    "training": Right.TRAINING_CANDIDATES,
    "role": Right.JOB_CANDIDATES,
}


class Reading:
    """One viewer's view of one generation."""

    def __init__(self, serving: Serving, viewer: Viewer) -> None:
        self.serving = serving
        self.viewer = viewer

    @cached_property
    def rows(self) -> Rows:
        """The people the viewer may see."""
        return visible(self.viewer, self.serving.directory)

    def person(self, ref: str) -> Card:
        """Return the person with this ``ref``, if the viewer may see them."""
        card = self.serving.directory.find(ref)
        if card is None or not self.rows.holds(card):
            raise Problem("not_found")
        return card

    def search(self, query: Query) -> Sequence[int]:
        """Return positions of the visible people who fit, by name."""
        self.viewer.require(Right.SEARCH)
        return self.serving.directory.search(query, self.rows)

    def ranked(self, card: Card, kind: Kind, first: int = 0, k: int = 10) -> list[Item]:
        """Return the published items with rank above ``first``, at most ``k``, explained.

        Raises:
            Problem: ``answer_differs`` where the explanation does not sum to what was published.
        """
        self.viewer.require(_RANKED[kind])
        stored = [row for row in self.serving.published(card.employee_id, kind) if row.rank > first]
        explained = (self._explained(card, kind, row) for row in stored[:k])
        return [self._shown(card, item) for item in explained]

    def later(self, card: Card) -> list[Item]:
        """Return posts that open once dated steps are taken.

        A post that is closed for a reason the viewer may not know is left out: its date would
        tell.
        """
        self.viewer.require(Right.ROLES)
        items = self.serving.engine.later_roles(card.employee_id)
        if not self.viewer.may_see_confidential(card):
            items = [item for item in items if not any(map(is_hidden, item.checks))]
        return items

    def gaps(self, card: Card) -> Gaps:
        """Return the person's gaps on the present and on the next post."""
        self.viewer.require(Right.GAPS)
        return self.serving.engine.gaps(card.employee_id)

    def excluded(self, card: Card, kind: Kind) -> list[Item]:
        """Return what the rules forbid the person, and the way to become eligible."""
        self.viewer.require(Right.EXCLUDED)
        items = self.serving.engine.excluded(card.employee_id, kind)
        return [self._shown(card, item) for item in items]

    def candidates(
        self, kind: Kind, item_code: str, first: int = 0, k: int = 20
    ) -> list[tuple[Card, Candidate]]:
        """Return the visible people an item suits, best first, ranked among themselves."""
        self.viewer.require(_CANDIDATES[kind])
        if item_code not in self.serving.titles[kind]:
            raise Problem("not_found")
        found = self.serving.engine.candidates(kind, item_code, ALL_CANDIDATES)
        if not self.rows.everyone:
            ids = self.serving.directory.ids(self.rows)
            found = [one for one in found if one.employee_id in ids]
        page = found[first : first + k]
        return [self._candidate(one, item_code, first + n) for n, one in enumerate(page, start=1)]

    def _candidate(self, one: Candidate, item_code: str, rank: int) -> tuple[Card, Candidate]:
        """Return a candidate with the reasons this viewer may read."""
        card = self.serving.directory.card(one.employee_id)
        item = self.serving.engine.explain(one.employee_id, item_code)
        if (item.micro, item.eligibility) != (one.micro, one.eligibility):
            raise Problem("answer_differs")
        return card, replace(one, rank=rank, reasons=self._shown(card, item).reasons)

    def _explained(self, card: Card, kind: Kind, row: Published) -> Item:
        """Explain a published row; refuse to show an explanation that is of something else."""
        item = self.serving.engine.explain(card.employee_id, row.item_code)
        if (item.kind, item.micro, item.eligibility) != (kind, row.micro, row.eligibility):
            raise Problem("answer_differs")
        if sum(term.micro for term in item.terms) != row.micro:
            raise Problem("answer_differs")
        return replace(item, rank=row.rank)

    def _shown(self, card: Card, item: Item) -> Item:
        """Return the item as this viewer may see it."""
        if self.viewer.may_see_confidential(card):
            return item
        return without_confidential(item)
