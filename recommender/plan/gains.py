"""What courses gain once and for all beside levels: the open parts of a person's IP ASN.

In: the figures HR speaks. Out: points per part that is still open, and which trainings fulfil it.
Several courses that fulfil the same part gain it once. For a later year the index is taken on the
last day of that year, by when recent courses of today have grown old.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from recommender.figures.facade import FigureMaker
from recommender.figures.ip_asn import IpAsn
from recommender.figures.ip_asn_figure import IpAsnFigures
from recommender.plan.problem import Flags


class Gains:
    """Open parts of everybody's IP ASN."""

    def __init__(self, figures: FigureMaker) -> None:
        self.figures = figures
        self._later: dict[int, IpAsn] = {}

    def of(self, person: int, year: int) -> tuple[NDArray[np.float64], Flags]:
        """Return points per part (0 not open or not known), and what fulfils it ``[n, parts]``."""
        index = self._index(year)
        points = index.open_points(np.array([person]))[0]
        return np.nan_to_num(points), index.fulfils

    def total(self, person: int, year: int) -> float | None:
        """Return the points before the plan, ``None`` where not measured or not wholly known."""
        found = IpAsnFigures(self._index(year), self.figures.ratings).of(person)
        return found.value

    def _index(self, year: int) -> IpAsn:
        maker = self.figures
        if year == maker.snapshot.as_of.year:
            return maker.ip_asn
        if year not in self._later:
            end = date(year, 12, 31)
            self._later[year] = IpAsn(maker.facts, maker.rules, maker.history, day=end)
        return self._later[year]
