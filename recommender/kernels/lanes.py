"""The compiled path: a problem's arrays in one fixed type, cut among threads.

In: a ``Problem``. Out: the same ``Best`` as ``arrays``. Blocks are independent of one another, so
threads and their number change nothing; compiled code runs without Python's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.kernels.layout import blocks
from recommender.kernels.own import OwnPart, OwnPoints
from recommender.kernels.problem import LARGEST, Best, Problem, Shared
from recommender.kernels.role_problem import AlikeRows, Entries, RoleProblem, units_of
from recommender.masks import Mask

if TYPE_CHECKING:
    from recommender.kernels.role_walk import Neighbours, People, Standards
    from recommender.kernels.walk import Items, Rest, Wants
    from recommender.kernels.words import Words


def best(problem: Problem, k: int, *, threads: int = 1) -> Best:
    """Return the best ``k`` items of everybody.

    Raises:
        ImportError: numba is not installed.
    """
    from recommender.kernels.compiled import LANES
    from recommender.kernels.walk import walk

    kind = np.dtype(np.int32 if problem.bound() <= LARGEST else np.int64)
    people, starts = blocks(problem.beside, problem.shared.beside(), LANES)
    return _walked(partial(walk, people), starts, _parts(problem, kind), problem.mask, k, kind,
                   threads)  # fmt: skip


def best_roles(problem: RoleProblem, k: int, *, threads: int = 1) -> Best:
    """Return the best ``k`` posts of everybody.

    Raises:
        ImportError: numba is not installed.
    """
    from recommender.kernels.compiled import LANES
    from recommender.kernels.role_walk import walk_roles

    people, starts = blocks(problem.beside, problem.job, LANES)
    return _walked(partial(walk_roles, people), starts, _role_parts(problem), problem.mask, k,
                   np.dtype(np.int64), threads)  # fmt: skip


def own_points(parts: Sequence[OwnPart], unit: float) -> OwnPoints:
    """Return the points that own histories give; at least one part.

    Raises:
        ImportError: numba is not installed.
    """
    from recommender.kernels.own_walk import Part, walk_own

    names = list(dict.fromkeys(part.term for part in parts))
    n_people, n_items = parts[0].own.shape[0], parts[0].table.shape[1]
    start = np.zeros(n_people + 1, np.int64)
    laid = tuple(
        Part(
            names.index(part.term),
            *_plain_matrix(part.own, np.dtype(np.int64)),
            *_plain_matrix(part.table, np.dtype(np.int64)),
            _plain(part.weight, np.float64),
        )
        for part in parts
    )
    # Large arrays of NumPy: pages never written cost nothing, the others are cleared many at once.
    room = int(np.minimum(sum(map(_pairs, parts), start[1:]), n_items).sum())
    item, micro = np.empty(room, np.int32), np.empty((len(names), room), np.int64)
    n = walk_own(laid, n_items, float(unit), start, item, micro)
    return OwnPoints(start, item[:n], dict(zip(names, micro[:, :n], strict=True)), n_items)


def _pairs(part: OwnPart) -> NDArray[np.int64]:
    """Return how many items go with what each person took, one that goes with two counted twice."""
    before = np.append(0, np.cumsum(np.diff(part.table.indptr).astype(np.int64)[part.own.indices]))
    found: NDArray[np.int64] = np.diff(before[part.own.indptr])
    return found


def whole_products(
    left: sp.csr_matrix, right_transposed: sp.csr_matrix, unit: int
) -> NDArray[np.int32]:
    """Return ``left · right`` times ``unit``, rounded, int32 ``[n_left, n_right]``.

    Raises:
        ImportError: numba is not installed.
    """
    from recommender.kernels.products_walk import write_products

    found = np.empty((left.shape[0], right_transposed.shape[1]), np.int32)
    kind = np.dtype(np.float64)
    entries = *_plain_matrix(left, kind), *_plain_matrix(right_transposed, kind)
    write_products(*entries, float(unit), found)
    return found


def allowed(mask: Mask) -> NDArray[np.bool_]:
    """Return what everybody may get, bool ``[n_people, n_items]``."""
    from recommender.kernels.words import words_of, write_allowed

    found = np.zeros((mask.n_people, mask.n_items), bool)
    write_allowed(words_of(mask), mask.n_people, found)
    return found


def _walked(
    walk: Callable[..., None],
    starts: NDArray[np.int64],
    parts: tuple[Any, ...],
    mask: Mask,
    k: int,
    kind: np.dtype[Any],
    threads: int,
) -> Best:
    """Cut the blocks among threads and collect the lists."""
    found = Best(np.full((mask.n_people, k), -1, np.int32), np.zeros((mask.n_people, k), kind))
    if mask.n_people == 0 or mask.n_items == 0 or k < 1:
        return Best(found.item, found.micro.astype(np.int64))

    def run(share: NDArray[np.int64]) -> None:
        walk(starts[share[0] : share[-1] + 2], *parts, found.item, found.micro)

    shares = np.array_split(np.arange(len(starts) - 1), max(1, min(threads, len(starts) - 1)))
    if len(shares) == 1:
        run(shares[0])
    else:
        with ThreadPoolExecutor(len(shares)) as pool:
            list(pool.map(run, shares))
    return Best(found.item, np.where(found.item >= 0, found.micro, 0).astype(np.int64))


def _parts(problem: Problem, kind: np.dtype[Any]) -> tuple[Items, Wants, Rest, Words]:
    from recommender.kernels.walk import Items, Rest, Wants
    from recommender.kernels.words import words_of

    d, gap, needs, own = problem.distinct, problem.gap, problem.needs, problem.own
    alike = problem.alike
    items = Items(
        _plain(d.start, np.int64),
        _plain(d.low, np.int32),
        _plain(d.high, np.int32),
        _plain(d.item_start, np.int64),
        _plain(d.outcome, np.int32),
        _plain(problem.effect, np.float64),
        _plain(problem.constant, kind),
    )
    wants = Wants(
        _plain(gap.levels, np.int32),
        _plain(gap.required, np.int32),
        _plain(gap.weight, np.int32),
        _plain(gap.now, np.int32),
        _plain(gap.following, np.int32),
        gap.limits.max_step,
        gap.limits.slack,
        float(gap.now_scale),
        float(gap.next_scale),
        _plain(needs.weight, np.int64),
        _plain(needs.row, np.int32),
        float(needs.scale),
    )
    rest = Rest(
        *_shared(problem.shared, kind),
        _plain(own.start, np.int64),
        _plain(own.item, np.int32),
        _plain(own.micro, kind),
        _plain(alike.profile, np.int64),
        _plain(alike.vector, np.int64),
        _plain(alike.weight, np.float64),
        _plain(alike.most(), np.int64),
        float(alike.unit),
    )
    return items, wants, rest, words_of(problem.mask)


def _shared(shared: Shared, kind: np.dtype[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the table and everybody's rows; where the table needs another type, what is used."""
    if shared.table.dtype == kind:
        return _plain(shared.table, kind), _plain(shared.row, np.int32)
    used, place = np.unique(np.append(shared.row, -1), return_inverse=True)
    row = place[:-1].reshape(shared.row.shape) - 1
    return _plain(shared.table[used[1:]], kind), _plain(row, np.int32)


def _role_parts(
    problem: RoleProblem,
) -> tuple[People, Standards, Neighbours, Words]:
    from recommender.kernels.role_walk import Neighbours, People, Standards
    from recommender.kernels.words import words_of

    asked, posts, units = problem.asked, problem.posts, units_of(problem)
    who = People(
        _plain(np.where(problem.levels >= 0, problem.levels / units.level, -1.0), units.kind),
        _plain(problem.vector, np.float64),
        _plain(problem.norm, np.float64),
        _plain(problem.job, np.int32),
        _plain(problem.field, np.int32),
        _plain(problem.served, np.int64),
    )
    standards = Standards(
        _plain(asked.start, np.int64),
        _plain(asked.competency, np.int32),
        _plain(asked.level / units.level, units.kind),
        _plain(asked.weight / units.weight, units.kind),
        _plain(asked.counts, np.float64),
        _plain(asked.weight_sum, np.float64),
        _plain(asked.counts_sum, np.float64),
        float(units.weight),
        float(units.weight * units.level),
        *_plain_entries(asked.kin),
        _plain(asked.norm, np.float64),
        _plain(posts.family, np.int32),
        _plain(problem.accepts, np.uint8),
        int(problem.accepted),
        float(problem.likeness.usual),
        float(problem.likeness.factor),
        float(problem.deficit.usual),
        float(problem.deficit.factor),
        float(problem.surplus.usual),
        float(problem.surplus.factor),
    )
    neighbours = Neighbours(
        *_plain_rows(posts.duties),
        *_plain_rows(posts.tools),
        _plain(posts.family, np.int32),
        _plain(posts.affair, np.int32),
        _plain(posts.tier, np.int32),
        _plain(posts.usual, np.int64),
        *_plain_entries(posts.moved),
    )
    return who, standards, neighbours, words_of(problem.mask)


def _plain_rows(rows: AlikeRows) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    kind = rows.points.dtype
    return _plain(rows.points, kind), _plain(rows.row, np.int32), _plain(rows.column, np.int32)


def _plain_matrix(
    matrix: sp.csr_matrix, kind: np.dtype[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    return (
        _plain(matrix.indptr, np.int64),
        _plain(matrix.indices, np.int32),
        _plain(matrix.data, kind),
    )


def _plain_entries(entries: Entries) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    return (
        _plain(entries.start, np.int64),
        _plain(entries.column, np.int32),
        _plain(entries.value, np.float64),
    )


def _plain(values: NDArray[Any], kind: Any) -> NDArray[Any]:
    """Return an array of the one type that the code was compiled for: contiguous and writable."""
    return np.require(values, kind, ["C", "W"])
