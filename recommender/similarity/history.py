"""What people took, and what tends to come next: order, company and popularity.

In: completed trainings known on ``as_of``. Out: ``HistoryModel``: whole-number tables by training
and job code, so that a person's history can be scored by exact integer sums.

* *direct*, *next*: from dated histories, how often training j is the very next, or among the next
  few, after i;
* *together*: from all histories, cosine of being taken by the same people;
* *pattern*: the same with what other trainings explain taken out (EASE, Steck, WWW 2019);
* *peers*: share of people of the same post who took it, shrunk to the tier and to everybody,
  recent events counting more;
* *popular*: how many took it, over several windows of time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from recommender.columns import Ints
from recommender.entities import Events
from recommender.snapshot import Snapshot
from training_data import reference

SHARE = 1_000_000
"""Conditional shares and cosines are stored in millionths."""
RECENCY = 1_000
"""Weights of own past events are stored in thousandths."""
POPULAR_WINDOWS = ("popular", "popular_year", "popular_quarter", "popular_month")
"""Names of the windows of popularity; the first counts all of the past alike."""
_HALF_LIVES = (np.inf, 365.0, 90.0, 30.0)
MOST_PATTERN_ITEMS = 4_000
"""EASE inverts a dense matrix of all trainings ever taken; above this size it is left out."""
_KEPT = 100


@dataclass(frozen=True)
class Look:
    """How far back one looks into a person's own history.

    Attributes:
        recency: weight of each step back.
        last: how many of the latest trainings count.
    """

    recency: float
    last: int


@dataclass(frozen=True)
class HistoryConfig:
    """Parameters of the history terms; the defaults are the documented ones.

    Attributes:
        window: how many of the following trainings count as "next".
        decay: weight of each further step within the window.
        recency, last: how own history counts for *together*.
        wide_recency, wide_last: the same for *next* and *pattern*, which look further back.
        damping: events added to each denominator, so that small counts promise little.
        penalty: least ridge penalty of *pattern*; the mean number of takers where that is larger.
        half_life_days: age at which an event counts half for peers.
        peers_damping: people like those of its tier and affair that are added to a post's own.
        group_damping: people of everybody added to those of a tier, a family or an affair.
    """

    window: int = 3
    decay: float = 0.7
    recency: float = 0.6
    last: int = 5
    wide_recency: float = 0.8
    wide_last: int = 8
    damping: float = 2.0
    penalty: float = 20.0
    half_life_days: float = 3650.0
    peers_damping: float = 20.0
    group_damping: float = 20.0

    @property
    def near(self) -> Look:
        """The look for *together*."""
        return Look(self.recency, self.last)

    @property
    def wide(self) -> Look:
        """The look for *next* and *pattern*."""
        return Look(self.wide_recency, self.wide_last)


@dataclass(frozen=True)
class HistoryModel:
    """Learned tables; rows and columns are trainings in the order of ``training_codes``.

    Attributes:
        direct, next_share: CSR int64, millionths: shares of the very next and the next few.
        together, pattern: CSR int64, millionths: co-occurrence, plain and with EASE.
        followed: CSR int32: people who took j within the window after i.
        took: int32 per training: people who took it.
        peers_job, peers_tier, peers_unit: float64 counts CSR ``[n_jobs, n_trainings]`` and so
            on, recency-weighted people.
        holders_job, holders_tier, holders_unit: float64 people with any history, per group.
        peers_all: float64 recency-weighted people per training; ``people`` their number.
        popular: float64 ``[windows, n_trainings]``, people who took it, by ``POPULAR_WINDOWS``.
    """

    direct: sp.csr_matrix
    next_share: sp.csr_matrix
    together: sp.csr_matrix
    pattern: sp.csr_matrix
    followed: sp.csr_matrix
    took: Ints
    peers_job: sp.csr_matrix
    peers_tier: sp.csr_matrix
    peers_unit: sp.csr_matrix
    holders_job: NDArray[np.float64]
    holders_tier: NDArray[np.float64]
    holders_unit: NDArray[np.float64]
    peers_all: NDArray[np.float64]
    people: float
    popular: NDArray[np.float64]

    @classmethod
    def fit(cls, snapshot: Snapshot, config: HistoryConfig) -> HistoryModel:
        """Count order, company, peers and popularity on the snapshot's completed trainings."""
        firsts = first_completions(snapshot.events)
        n = len(snapshot.trainings)
        took = np.bincount(firsts.training, minlength=n).astype(np.int32)
        following, followed = _transitions(firsts, n, config.window, config)
        return cls(
            _whole(_transitions(firsts, n, 1, config)[0]),
            _whole(following),
            _whole(_together(firsts, len(snapshot.people), n)),
            _whole(_pattern(firsts, len(snapshot.people), n, config)),
            followed,
            took,
            *_peers(snapshot, firsts, config),
            _popular(snapshot, firsts),
        )

    def aligned(self, trainings: Ints, jobs: Ints, units: Ints) -> HistoryModel:
        """Return the tables for others of each: old row of each, −1 for a new one."""
        column = _selection(trainings, len(self.took))
        row = _selection(jobs, len(self.holders_job))
        unit = _selection(units, len(self.holders_unit))
        square = {
            name: sp.csr_matrix(column @ getattr(self, name) @ column.T)
            for name in (*SQUARE, "followed")
        }
        return HistoryModel(
            **square,
            took=np.append(self.took, 0)[trainings],
            peers_job=sp.csr_matrix(row @ self.peers_job @ column.T),
            peers_tier=sp.csr_matrix(self.peers_tier @ column.T),
            peers_unit=sp.csr_matrix(unit @ self.peers_unit @ column.T),
            holders_job=np.append(self.holders_job, 0.0)[jobs],
            holders_tier=self.holders_tier,
            holders_unit=np.append(self.holders_unit, 0.0)[units],
            peers_all=np.append(self.peers_all, 0.0)[trainings],
            people=self.people,
            popular=np.append(self.popular, np.zeros((len(self.popular), 1)), axis=1)[:, trainings],
        )

    def columns(self, trainings: Ints) -> HistoryModel:
        """Return what speaks for these trainings alone; the rows, what came before, stay."""
        return replace(
            self,
            **{name: getattr(self, name)[:, trainings] for name in SQUARE},
            peers_job=self.peers_job[:, trainings],
            peers_tier=self.peers_tier[:, trainings],
            peers_unit=self.peers_unit[:, trainings],
            peers_all=self.peers_all[trainings],
            popular=self.popular[:, trainings],
        )


SQUARE = ("direct", "next_share", "together", "pattern")
"""Names of the tables from one's own training to a candidate."""


def first_completions(events: Events) -> Events:
    """Keep completed events, and of each person's repeats of a training the first."""
    done = events.status == 0
    employee, training, at = events.employee[done], events.training[done], events.at[done]
    pair = employee.astype(np.int64) * (int(training.max(initial=0)) + 1) + training
    _, first = np.unique(pair, return_index=True)  # events are in time order: the first is kept
    first.sort()
    return Events(employee[first], training[first], at[first], events.status[done][first])


def own_weights(
    firsts: Events,
    people: NDArray[np.int64],
    n_trainings: int,
    look: Look,
) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Weigh each person's own completed trainings, in thousandths.

    Returns:
        Dated events (the latest ``look.last``, decaying) and undated ones (alike, summing to
        one), CSR int64 ``[len(people), n_trainings]`` each.
    """
    begin = np.searchsorted(firsts.employee, people)
    count = np.searchsorted(firsts.employee, people, side="right") - begin
    row = np.repeat(np.arange(len(people)), count)
    entry = np.arange(len(row)) + np.repeat(begin - (np.cumsum(count) - count), count)
    dated = ~np.isnat(firsts.at[entry])
    shape = (len(people), n_trainings)
    step = np.rint(RECENCY * look.recency ** np.arange(look.last)).astype(np.int64)
    # From the latest back: the place of each dated event among its person's.
    back_row, back = row[dated][::-1], entry[dated][::-1]
    place = np.arange(len(back)) - np.searchsorted(-back_row, -back_row)
    kept = place < look.last
    loose_row, loose = row[~dated], entry[~dated]
    share = np.maximum(RECENCY // np.maximum(np.bincount(loose_row, minlength=len(people)), 1), 1)
    return (
        _csr(back_row[kept], firsts.training[back[kept]], step[place[kept]], shape),
        _csr(loose_row, firsts.training[loose], share[loose_row], shape),
    )


def peer_shares(
    model: HistoryModel,
    jobs: NDArray[np.integer],
    tiers: NDArray[np.integer],
    config: HistoryConfig,
    affairs: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the shrunk share of peers who took each training, ``[len(jobs), n_trainings]``.

    A post with few holders leans on what its tier and its affair would take together: the share
    of everybody, times how much more the tier takes it, times how much more the affair does. A
    post without one, and a person without a post, lean on the tier alone.

    Parameters:
        jobs, tiers: row numbers of each person's post and tier, −1 unknown.
        affairs: shares of each person's affair, NaN where it is unknown.
    """
    everybody = model.peers_all / max(model.people, 1.0)
    k = config.group_damping
    of_tier = np.asarray(model.peers_tier.toarray())
    by_tier = (of_tier + k * everybody) / (model.holders_tier[:, None] + k)
    shares: NDArray[np.float64] = np.vstack([by_tier, everybody[None, :]])[tiers]  # −1: everybody
    known = (jobs >= 0) & ~np.isnan(affairs).any(axis=1)
    more = affairs[known] / np.where(everybody > 0, everybody, 1.0)
    shares[known] = np.minimum(shares[known] * more, 1.0)
    held, k = jobs >= 0, config.peers_damping
    counts = np.asarray(model.peers_job[jobs[held]].toarray())
    shares[held] = (counts + k * shares[held]) / (model.holders_job[jobs[held]][:, None] + k)
    return shares


def group_shares(model: HistoryModel, group: Ints, config: HistoryConfig) -> NDArray[np.float64]:
    """Return the shrunk share of each group of posts who took each training.

    Parameters:
        group: number of the group of each post, −1 none.

    Returns:
        float64 ``[n_groups + 1, n_trainings]``; the last row, −1, is everybody.
    """
    k = config.group_damping
    everybody = (model.peers_all / max(model.people, 1.0))[None, :]
    posts = np.flatnonzero(group >= 0)
    size = int(group.max(initial=-1)) + 1
    member = sp.csr_matrix((np.ones(len(posts)), (group[posts], posts)), (size, len(group)))
    counts = np.asarray((member @ model.peers_job).toarray())
    holders = np.asarray(member @ model.holders_job)[:, None]
    return np.vstack([(counts + k * everybody) / (holders + k), everybody])


def unit_shares(
    model: HistoryModel, units: NDArray[np.integer], config: HistoryConfig
) -> NDArray[np.float64]:
    """Return the shrunk share of each unit's people who took each training.

    Parameters:
        units: row numbers, −1 unknown: everybody's share.

    Returns:
        float64 ``[len(units), n_trainings]``.
    """
    k = config.group_damping
    everybody = model.peers_all / max(model.people, 1.0)
    shares = np.tile(everybody, (len(units), 1))
    known = units >= 0
    counts = np.asarray(model.peers_unit[units[known]].toarray())
    shares[known] = (counts + k * everybody) / (model.holders_unit[units[known]][:, None] + k)
    return shares


def deciding_group(
    model: HistoryModel, job: int, tier: int, training: int, config: HistoryConfig
) -> str:
    """Return which group to tell of: the first of post, tier and all with enough takers.

    The words count people of that group; the share itself leans on the affair as well, which has
    no count that a reader could check against the list of colleagues.
    """
    k = config.peers_damping
    everybody = float(model.peers_all[training]) / max(model.people, 1.0)
    of_tier = (float(model.peers_tier[tier, training]), float(model.holders_tier[tier]))
    taken, holders = of_tier if tier >= 0 else (0.0, 0.0)
    by_tier = (taken + k * everybody) / (holders + k)
    if job >= 0 and float(model.peers_job[job, training]) >= k * by_tier:
        return "job"
    return "tier" if tier >= 0 and taken >= k * everybody else "all"


def _transitions(
    firsts: Events, n: int, window: int, config: HistoryConfig
) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    dated = ~np.isnat(firsts.at)
    employee, training = firsts.employee[dated], firsts.training[dated]
    total = sp.csr_matrix((n, n))
    people = sp.csr_matrix((n, n), dtype=np.int32)
    for step in range(1, window + 1):
        same = employee[step:] == employee[:-step]
        pairs = (training[:-step][same], training[step:][same])
        ones = np.ones(len(pairs[0]))
        total = total + sp.csr_matrix((ones * config.decay ** (step - 1), pairs), (n, n))
        people = people + sp.csr_matrix((ones.astype(np.int32), pairs), (n, n))
    row = np.asarray(total.sum(axis=1)).ravel()
    return sp.diags(1.0 / (row + config.damping)) @ total, sp.csr_matrix(people)


def _taken(firsts: Events, n_people: int, n: int) -> sp.csr_matrix:
    ones = np.ones(len(firsts.employee))
    return sp.csr_matrix((ones, (firsts.employee, firsts.training)), (n_people, n))


def _together(firsts: Events, n_people: int, n: int) -> sp.csr_matrix:
    taken = _taken(firsts, n_people, n)
    shared = taken.T @ taken
    weight = np.sqrt(np.maximum(np.asarray(shared.diagonal()).ravel(), 1.0))
    cosine = sp.csr_matrix(sp.diags(1.0 / weight) @ shared @ sp.diags(1.0 / weight))
    cosine.setdiag(0.0)
    cosine.eliminate_zeros()
    return cosine


def _pattern(firsts: Events, n_people: int, n: int, config: HistoryConfig) -> sp.csr_matrix:
    """Return EASE's weights among the trainings ever taken, the strongest of each row."""
    active = np.unique(firsts.training)
    if len(active) == 0 or len(active) > MOST_PATTERN_ITEMS:
        return sp.csr_matrix((n, n))
    taken = _taken(firsts, n_people, n)[:, active]
    gram = np.asarray((taken.T @ taken).toarray())
    gram[np.diag_indices_from(gram)] += max(config.penalty, float(gram.diagonal().mean()))
    inverse = cho_solve(cho_factor(gram, overwrite_a=True), np.eye(len(gram)))
    # As whole as they are stored before the strongest are chosen: what is equal stays or goes
    # together, however a machine's cores share the work of the inverse.
    weights = np.rint(np.maximum(inverse / -np.diag(inverse), 0.0) * SHARE) / SHARE
    np.fill_diagonal(weights, 0.0)
    if len(active) > _KEPT:
        least = -np.partition(-weights, _KEPT - 1, axis=1)[:, _KEPT - 1 : _KEPT]
        weights[weights < least] = 0.0
    kept = sp.coo_matrix(weights)
    return sp.csr_matrix((kept.data, (active[kept.row], active[kept.col])), (n, n))


def _age(snapshot: Snapshot, firsts: Events, undated: float) -> NDArray[np.float64]:
    """Return the age of each event in days."""
    days = firsts.at.astype("datetime64[D]").astype(np.int64)
    today = int(np.datetime64(snapshot.as_of, "D").astype(np.int64))
    return np.where(np.isnat(firsts.at), undated, np.maximum(today - days, 0)).astype(np.float64)


def _popular(snapshot: Snapshot, firsts: Events) -> NDArray[np.float64]:
    """Count takers per window; what is undated counts as a year old."""
    age = _age(snapshot, firsts, 365.0)
    n = len(snapshot.trainings)
    return np.stack(
        [np.bincount(firsts.training, 0.5 ** (age / half), n) for half in _HALF_LIVES]
    ).astype(np.float64)


def _peers(
    snapshot: Snapshot, firsts: Events, config: HistoryConfig
) -> tuple[
    sp.csr_matrix,
    sp.csr_matrix,
    sp.csr_matrix,
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
    float,
]:
    people, n = snapshot.people, len(snapshot.trainings)
    age = _age(snapshot, firsts, config.half_life_days)
    weight: NDArray[np.float64] = 0.5 ** (age / config.half_life_days)
    active = np.unique(firsts.employee)
    n_jobs = len(snapshot.jobs)
    n_tiers = len(reference.tiers())

    def by(group: Ints, size: int) -> tuple[sp.csr_matrix, NDArray[np.float64]]:
        of_event, of_person = group[firsts.employee], group[active]
        use = of_event >= 0
        counts = sp.csr_matrix((weight[use], (of_event[use], firsts.training[use])), (size, n))
        holders = np.bincount(of_person[of_person >= 0], minlength=size).astype(np.float64)
        return counts, holders

    jobs, job_holders = by(people.job, n_jobs)
    tiers, tier_holders = by(people.tier, n_tiers)
    units, unit_holders = by(people.unit, len(snapshot.units))
    everybody: NDArray[np.float64] = np.bincount(
        firsts.training, weights=weight, minlength=n
    ).astype(np.float64)
    counts = (jobs, tiers, units, job_holders, tier_holders, unit_holders)
    return *counts, everybody, float(len(active))


def _selection(old: Ints, n_old: int) -> sp.csr_matrix:
    """Return the 0/1 matrix that picks old rows; a −1 picks nothing."""
    new = np.flatnonzero(old >= 0)
    return sp.csr_matrix((np.ones(len(new), np.int64), (new, old[new])), (len(old), n_old))


def _whole(shares: sp.spmatrix) -> sp.csr_matrix:
    whole = sp.csr_matrix(shares)
    whole.data = np.rint(whole.data * SHARE)
    whole = whole.astype(np.int64)
    whole.eliminate_zeros()
    whole.sort_indices()
    return whole


def _csr(
    rows: NDArray[np.int64],
    cols: Ints,
    values: NDArray[np.int64],
    shape: tuple[int, int],
) -> sp.csr_matrix:
    return sp.csr_matrix((values, (rows, cols)), shape, dtype=np.int64)
