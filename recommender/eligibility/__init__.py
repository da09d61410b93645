"""Rules before scores: three-valued gates with a reason and a way forward."""

from recommender.eligibility.facade import Eligibility, Gates, evidence
from recommender.eligibility.gate import OUTCOMES, Gate

__all__ = ["OUTCOMES", "Eligibility", "Gate", "Gates", "evidence"]
