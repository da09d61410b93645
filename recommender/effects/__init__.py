"""Evidence of effect: the level each training really adds, from assessments before and after."""

from recommender.effects.results import Effects, Evidence

__all__ = ["Effects", "Evidence"]
