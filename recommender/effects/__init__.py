"""Evidence of effect: the level each training really adds, from assessments before and after."""

from recommender.effects.facade import Effects

__all__ = ["Effects"]
