"""Chains of posts: which tiers to hold, and how long, on the shortest way from one to another.

In: the rules in force. Out: ``Ladder``, the moves that the packs allow between tiers (feeding
posts, distance, the next functional level), each with the months that come before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from recommender.eligibility.tiers import MANAGERIAL
from recommender.eligibility.wording import joined, tier_name
from recommender.scenario import Hold
from training_data import reference
from training_data.messages import Text
from training_data.reference.packs import Rules

_MONTHS = 12


@dataclass(frozen=True)
class Ladder:
    """Allowed moves between tiers, by position in ``reference.tiers()``.

    Attributes:
        moves: tier → (tier moved to, months to hold the first before).
    """

    moves: dict[int, tuple[tuple[int, int], ...]]

    @classmethod
    def of(cls, rules: Rules) -> Ladder:
        """Read the moves from the packs; where nothing else is asked, the interval of moves is."""
        tiers = reference.tiers()
        held, distance = rules.get("role.held_post"), rules.get("role.tier_distance")
        interval = rules.get("role.mutation_interval")
        feeders = held.params["from"] if held else {}
        usual = round(_MONTHS * interval.params["min_years"]) if interval else 0
        moves = {}
        for a, own in enumerate(tiers):
            found = []
            for b, target in enumerate(tiers):
                years = dict(feeders.get(target.code, ())).get(own.code)
                next_level = own.ladder == target.ladder != MANAGERIAL
                next_level = next_level and target.step == own.step + 1
                near = True
                if distance is not None:
                    ranks = distance.params["ranks"]
                    near = ranks[target.code] - ranks[own.code] in distance.params["allowed"]
                if years is not None:
                    found.append((b, max(round(_MONTHS * years), usual)))
                elif next_level or (near and (a == b or target.code not in feeders)):
                    found.append((b, usual))
            moves[a] = tuple(found)
        return cls(moves)

    def after(self, tier: int) -> tuple[int, ...]:
        """Return the tiers to which the holder of a tier may move; none for an unknown tier."""
        return tuple(onward for onward, _ in self.moves.get(int(tier), ()))

    def chain(self, own: int, target: int) -> tuple[tuple[int, int], ...] | None:
        """Return the tiers held between ``own`` and ``target``, with the months of each.

        Empty where the move is direct; ``None`` where no chain leads there. Of chains equally
        long in time the one with fewer, then lower, tiers is taken.
        """
        if target in dict(self.moves[own]):
            return ()
        heap: list[tuple[int, int, int, tuple[tuple[int, int], ...]]] = [(0, 0, own, ())]
        seen: set[int] = set()
        while heap:
            months, steps, here, held = heappop(heap)
            if here == target:
                return held
            if here in seen:
                continue
            seen.add(here)
            for onward, needed in self.moves[here]:
                # The time in the present post is judged by the rules themselves.
                spent = months + needed if steps else 0
                kept = (*held, (here, needed)) if steps else held
                heappush(heap, (spent, steps + 1, onward, kept))
        return None

    def to(self, own: int, targets: Sequence[int]) -> tuple[Hold, ...]:
        """Return what to hold so as to be in one of the tiers, the quickest.

        Where no chain leads there, the first is taken up at once: somebody decided it.
        """
        chains = [(self.chain(own, t), t) for t in targets]
        found = [(sum(m for _, m in c), len(c), t, c) for c, t in chains if c is not None]
        if not found:
            return (Hold(0, reference.tiers()[targets[0]].code),)
        _, _, target, chain = min(found)
        return (*holds(chain), Hold(0, reference.tiers()[target].code))


def holds(chain: tuple[tuple[int, int], ...]) -> tuple[Hold, ...]:
    """Return the changes that a chain of tiers makes."""
    return tuple(Hold(months, reference.tiers()[tier].code) for tier, months in chain)


def chain_words(chain: tuple[tuple[int, int], ...]) -> Text:
    """Return a chain in words: "Pengawas, lalu Administrator"."""
    return joined([tier_name(tier) for tier, _ in chain], "list.then")
