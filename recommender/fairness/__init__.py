"""Fairness of a finished ranking: measured by group, small cells hidden, held to floors.

Nothing here changes a score, a list or an order.
"""

from recommender.fairness.floors import Floors
from recommender.fairness.lists import Lists
from recommender.fairness.measured import measure, rank_and_measure
from recommender.fairness.report import Report

__all__ = ["Floors", "Lists", "Report", "measure", "rank_and_measure"]
