"""Levels as estimates: what all evidence together says, how sure it is, what to assess next."""

from recommender.estimate.levels import Estimates
from recommender.estimate.sources import Errors, Observations
from recommender.estimate.worth import Worth, assess_first, assess_next

__all__ = ["Errors", "Estimates", "Observations", "Worth", "assess_first", "assess_next"]
