"""Says what a training was measured to add, of how many people and how surely."""

from __future__ import annotations

from recommender.effects.results import Effects
from training_data.messages import Text, text


def told(effects: Effects, training: int) -> Text:
    """Return the sentence of one training; it says so where nothing was measured."""
    found = effects.evidence(training)
    if found is None:
        return text("effect.not_measured")
    code = "effect.measured" if found.low > 0 else "effect.nothing_seen"
    return text(code, people=str(found.people), added=found.added, low=found.low, high=found.high)
