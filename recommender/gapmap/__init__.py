"""Stage explain, for groups: how many people of each unit lie below their posts' standards."""

from recommender.gapmap.branches import Branches
from recommender.gapmap.hiding import hide
from recommender.gapmap.rows import UNIT_GAPS, UNITS, Asked, UnitRows, unit_rows
from recommender.gapmap.slices import SLICES, WAYS

__all__ = [
    "SLICES",
    "UNITS",
    "UNIT_GAPS",
    "WAYS",
    "Asked",
    "Branches",
    "UnitRows",
    "hide",
    "unit_rows",
]
