"""Levels as estimates: what all evidence together says, how sure it is, what to assess next.

What to assess next is ``worth``, which looks at people as they are prepared for ranking.
"""

from recommender.estimate.levels import Estimates
from recommender.estimate.sources import Errors, Observations

__all__ = ["Errors", "Estimates", "Observations"]
