"""Which path answers: the compiled one for many people where numba is installed, else NumPy.

The answer is the same bytes; only time differs.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.kernels import arrays, lanes, own, products
from recommender.kernels.own import OwnPart, OwnPoints
from recommender.kernels.problem import Best, Problem
from recommender.kernels.role_problem import RoleProblem
from recommender.masks import Mask

FEWEST = 64
"""Fewer people are ranked sooner by NumPy, without ever importing numba."""
MANY_CELLS = 1 << 17
"""Fewer cells of a product are worked out sooner by SciPy."""
LONGEST = 100
"""Longer lists are sorted by NumPy: keeping them up to date item by item costs more."""


def best(problem: Problem, k: int, *, threads: int = 1) -> Best:
    """Return the best ``k`` items of everybody."""
    if compiled(problem.n_people, k):
        return lanes.best(problem, k, threads=threads)
    return arrays.best(problem, k)


def best_roles(problem: RoleProblem, k: int, *, threads: int = 1) -> Best:
    """Return the best ``k`` posts of everybody; only where ``compiled`` says so."""
    return lanes.best_roles(problem, k, threads=threads)


def own_points(parts: Sequence[OwnPart], unit: float) -> OwnPoints:
    """Return the points that own histories give; at least one part."""
    if compiled(parts[0].own.shape[0], 1):
        return lanes.own_points(parts, unit)
    return own.own_points(parts, unit)


def whole_products(
    left: sp.csr_matrix, right_transposed: sp.csr_matrix, unit: int
) -> NDArray[np.int32]:
    """Return ``left · right`` times ``unit``, rounded, int32 ``[n_left, n_right]``."""
    if left.shape[0] * right_transposed.shape[1] >= MANY_CELLS and available():
        return lanes.whole_products(left, right_transposed, unit)
    return products.whole_products(left, right_transposed, unit)


def allowed(mask: Mask) -> NDArray[np.bool_]:
    """Return what everybody may get, bool ``[n_people, n_items]``."""
    if compiled(mask.n_people, 1):
        return lanes.allowed(mask)
    return mask.allowed(np.arange(mask.n_people))


def compiled(n_people: int, k: int) -> bool:
    """Whether compiled code answers sooner for so many people and so long a list."""
    return n_people >= FEWEST and k <= LONGEST and available()


@cache
def available() -> bool:
    """Whether compiled code can be used here; numba's own settings may switch it off."""
    if importlib.util.find_spec("numba") is None:
        return False
    try:
        from recommender.kernels.compiled import IN_FORCE
    except RuntimeError:  # numba's way to say: no folder to keep compiled code in
        return False
    return IN_FORCE
