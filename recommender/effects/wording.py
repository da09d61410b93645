"""Says what a training was measured to add, of how many people and how surely."""

from __future__ import annotations

from recommender.effects.results import Effects
from training_data.messages import Text, text


def told(effects: Effects, training: int, scale: float = 1.0) -> Text:
    """Return the sentence of one training; it says so where nothing was measured.

    Parameters:
        scale: levels of the competency's scale per level of a five-level scale.
    """
    found = effects.evidence(training, scale)
    if found is None:
        return text("effect.not_measured")
    less = effects.share[training] < effects.usual
    if found.low > 0:
        code = "effect.measured_less" if less else "effect.measured"
    else:
        code = "effect.nothing_seen" if less else "effect.unsure"
    return text(code, people=str(found.people), added=found.added, low=found.low, high=found.high)
