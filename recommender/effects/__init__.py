"""Evidence of effect: the level each training really adds, from assessments before and after."""

from recommender.effects.results import Effects, Evidence
from recommender.effects.term import effect_term, surplus
from recommender.effects.wording import told

__all__ = ["Effects", "Evidence", "effect_term", "surplus", "told"]
