"""The exact search: the best set of options, by branch and bound over whole layers of sets.

In: a ``Problem``. Out: a ``Solution``. Sets grow by options of falling worth, so that a set that
did without the best ones is soon seen to be beaten. All sets of one size form a layer, which numpy
extends at once; a set that cannot beat the best known plan, even if everything still open went as
well as possible, is dropped. While sets grow, every outcome is taken to count; what a promising
set is really worth, in its order and with what each option needs, is said by ``evaluate``.
A narrow search that keeps only the most promising sets gives the first good plan. Everything is
in whole numbers, so ties are ties and any machine gives the same plan.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.plan.problem import NO_LIMIT, Flags, Problem, Whole, evaluate

NARROW = 24
"""Sets that the narrow search keeps per layer."""

PAIRS = 2_000
"""Pairs of a set and an option added at a time, the most promising first."""

BLOCK = 4_096
"""Sets looked at a time; changes memory, never a plan."""

PRICES_TRIED = 24
"""Prices of a limited resource that are tried for the bound."""

MOST_SETS = 400_000
"""Sets after which the search gives up proving, and says how far off the plan may be."""

_NONE = -(2**62)
Amounts = NDArray[np.float64]


@dataclass(frozen=True)
class Solution:
    """The best plan found.

    Attributes:
        options: its options, in order.
        value: its objective, micro-points.
        bound: no plan is worth more than this.
        sets: how many sets were looked at.
    """

    options: tuple[int, ...]
    value: int
    bound: int
    sets: int

    @property
    def exact(self) -> bool:
        """Whether it is proved that there is no better plan."""
        return self.value == self.bound


def solve(problem: Problem) -> Solution:
    """Return the best plan; where even the locked options alone are not possible, just these."""
    locked = tuple(np.flatnonzero(problem.locked).tolist())
    found = evaluate(problem, locked)
    if found is None or len(problem) == 0:
        value = found.value if found else 0
        return Solution(locked, value, value, 0)
    search = _Search(problem)
    search.run(NARROW)
    search.run(None)
    return Solution(
        search.best, search.best_value, max(search.best_value, search.open_bound), search.sets
    )


@dataclass(frozen=True)
class _Layer:
    """Sets of one size, one row each; sums and unions over the set.

    Attributes:
        chosen: options by falling worth ``[n, size]``; ``last`` place of the last one chosen.
        used: trainings taken ``[n, trainings]``.
        covered: segments covered if every outcome counts; ``badges`` gained.
        load, count, free: milli-JP and courses by month, and whether one of them is not locked.
        hours, counted, loose: milli-JP in all, against the year's limit, and without a date;
            ``any_loose``: an undated one is not locked.
        cost, extra, by_class: rupiah, micro-points, milli-JP in the classes 70, 20, 10.
    """

    chosen: Whole
    last: Whole
    used: Flags
    covered: Flags
    badges: Flags
    load: Whole
    count: Whole
    free: Flags
    hours: Whole
    counted: Whole
    loose: Whole
    any_loose: Flags
    cost: Whole
    extra: Whole
    by_class: Whole

    def __len__(self) -> int:
        return len(self.hours)

    def take(self, rows: NDArray[np.int64]) -> _Layer:
        return _Layer(*(getattr(self, f.name)[rows] for f in fields(self)))


class _Price(NamedTuple):
    """What a unit of a limited resource costs.

    Attributes:
        each: micro-points per unit.
        use: what every option uses; ``limit``: what a plan may use.
        field: under which name a layer keeps what is used.
    """

    each: float
    use: Whole
    limit: int
    field: str


class _Prospects(NamedTuple):
    """What the options could add to each set ``[n, options]``, micro-points; shut ones nothing.

    Attributes:
        open_segments: segments not covered yet ``[n, segments]``.
        main, side: open segments of the option's main competency and of others, with its extra.
        badges, relief: open badges, and the penalty for missing hours that it takes away.
    """

    open_segments: Amounts
    main: Amounts
    side: Amounts
    badges: Amounts
    relief: Amounts

    @property
    def added(self) -> Amounts:
        return self.main + self.side + self.badges + self.relief


class _Search:
    def __init__(self, problem: Problem) -> None:
        self.p = p = problem
        self.start = np.flatnonzero(p.locked)
        self.size = max(p.limits.courses, len(self.start)) - len(self.start)
        self.reach = _reach(p)
        worth = self.reach @ p.segment_weight + p.badge @ p.badge_weight + p.extra
        worth = worth + p.limits.hour_penalty * np.minimum(p.hours, p.limits.target)
        order = np.lexsort((np.arange(len(p)), -worth))
        self.place = np.argsort(order)
        """Place of each option when ordered by falling worth."""
        # The options of each training, one row per place; a training with fewer repeats its first.
        by_training = np.argsort(p.training, kind="stable")
        first = np.searchsorted(p.training[by_training], np.arange(p.n_trainings))
        count = np.bincount(p.training, minlength=p.n_trainings)
        place = np.arange(int(count.max(initial=1)))[:, None]
        self.column = by_training[first + np.where(place < count, place, 0)]
        self._group_by_competency()
        self.open_bound = _NONE
        self.sets = 0
        self.best: tuple[int, ...] = tuple(self.start.tolist())
        alone = evaluate(p, self.best)
        assert alone is not None
        self.best_value = alone.value
        self.root = self._root()
        self.prices = self._best_prices()

    def _group_by_competency(self) -> None:
        """Say which competency each training belongs to, and what it covers there and elsewhere."""
        p = self.p
        weight = self.reach * p.segment_weight
        names, column = np.unique(p.segment_competency, return_inverse=True)
        by_competency = np.zeros((p.n_trainings, max(len(names), 1)), np.int64)
        for place in range(len(names)):
            inside = weight[:, column == place].sum(axis=1)
            np.maximum.at(by_competency[:, place], p.training, inside)
        home = np.where(by_competency.any(axis=1), by_competency.argmax(axis=1), -1)
        at_home = column[None, :] == home[p.training][:, None]
        self.main = np.where(at_home, weight, 0).astype(np.float64)
        self.side = np.where(at_home, 0, weight).astype(np.float64)
        self.badge = (p.badge * p.badge_weight).astype(np.float64)
        self.groups = [
            (np.flatnonzero(home == place), np.where(column == place, p.segment_weight, 0))
            for place in np.unique(home)
        ]

    def _root(self) -> _Layer:
        """Return the set of the locked options alone, which every plan holds."""
        p, chosen = self.p, self.start
        used = np.zeros(p.n_trainings, bool)
        used[p.training[chosen]] = True
        by_class = np.zeros(3, np.int64)
        classed = chosen[p.mix[chosen] >= 0]
        np.add.at(by_class, p.mix[classed], p.hours[classed])
        load = p.load[chosen]
        values = {
            "chosen": chosen,
            "last": np.int64(-1),
            "used": used,
            "covered": self.reach[chosen].any(axis=0),
            "badges": p.badge[chosen].any(axis=0),
            "load": load.sum(axis=0),
            "count": (load > 0).sum(axis=0),
            "free": np.zeros(load.shape[1], bool),
            "hours": p.hours[chosen].sum(),
            "counted": p.counted_hours[chosen].sum(),
            "loose": p.undated_hours[chosen].sum(),
            "any_loose": np.bool_(False),
            "cost": p.cost[chosen].sum(),
            "extra": p.extra[chosen].sum(),
            "by_class": by_class,
        }
        return _Layer(**{name: np.asarray(value)[None] for name, value in values.items()})

    def run(self, width: int | None) -> None:
        """Search layer by layer; ``width`` keeps so many sets per layer, ``None`` all."""
        layer = self.root
        for left in range(self.size, 0, -1):
            bound = self._bound(layer, left)
            keep = np.flatnonzero(bound > self.best_value)
            if width is not None:
                keep = keep[np.argsort(-bound[keep], kind="stable")[:width]]
            elif self.sets > MOST_SETS:
                self.open_bound = max(self.open_bound, int(bound[keep].max(initial=_NONE)))
                return
            layer = self._extended(layer.take(keep), left, None if width is None else 4 * width)
            if len(layer) == 0:
                return

    def _extended(self, layer: _Layer, left: int, most: int | None) -> _Layer:
        """Return the sets with one more option each that may still win, noting the best plan.

        Parameters:
            left: how many options may still be added.
            most: so many of the most promising are added, ``None`` all.
        """
        row, option, promise = self._promising(layer, left)
        order = np.argsort(-promise, kind="stable")[:most]
        row, option, promise = row[order], option[order], promise[order]
        pieces = []
        for start in range(0, len(row), PAIRS):
            part = slice(start, start + PAIRS)
            # The best plan may have become better since the promise was made.
            kept = np.flatnonzero(promise[part] > self.best_value)
            piece = self._added(layer, row[part][kept], option[part][kept])
            self._note(piece)
            pieces.append(
                piece.take(np.flatnonzero(self._bound(piece, left - 1) > self.best_value))
            )
        if not pieces:
            return layer.take(np.zeros(0, np.int64))
        return _Layer(
            *(np.concatenate([getattr(p, f.name) for p in pieces]) for f in fields(_Layer))
        )

    def _promising(self, layer: _Layer, left: int) -> tuple[Whole, Whole, Whole]:
        """Return the pairs of a set and an option that may still win, and what they promise."""
        found: list[tuple[Whole, Whole, Whole]] = [(np.zeros(0, np.int64),) * 3]
        for start in range(0, len(layer), BLOCK):
            block = layer.take(np.arange(start, min(start + BLOCK, len(layer))))
            prospects = self._prospects(block)
            base, added = self._floor(block), prospects.added
            promise = (base + self._more(block, prospects, left - 1))[:, None] + added
            for price in self.prices if left > 1 else []:
                rest = base + self._more_at(price, block, prospects, left - 1)
                paying = added - price.each * price.use
                promise = np.minimum(promise, np.ceil(rest[:, None] + paying))
            row, option = np.nonzero(self._open(block) & (promise > self.best_value))
            found.append((row + start, option, promise[row, option].astype(np.int64)))
        rows, options, promises = zip(*found, strict=True)
        return np.concatenate(rows), np.concatenate(options), np.concatenate(promises)

    def _open(self, layer: _Layer) -> Flags:
        """Return which options may be added to each set, loads apart, bool ``[n, options]``."""
        p = self.p
        found = (self.place > layer.last[:, None]) & ~p.locked & ~layer.used[:, p.training]
        for k in range(layer.chosen.shape[1]):
            found &= ~p.clash[layer.chosen[:, k]]
        if p.limits.budget != NO_LIMIT:
            found &= (layer.cost[:, None] + p.cost <= p.limits.budget) | (p.cost == 0)
        if p.limits.year != NO_LIMIT:
            found &= layer.counted[:, None] + p.counted_hours <= p.limits.year
        return found

    def _added(self, layer: _Layer, row: Whole, option: Whole) -> _Layer:
        """Return sets with the given options added; those that load months too much are left out.

        A plan that has a course too much for a month has it however it goes on.
        """
        p, limits = self.p, self.p.limits
        load, busy = layer.load[row] + p.load[option], p.load[option] > 0
        count, free = layer.count[row] + busy, layer.free[row] | busy
        loose = layer.loose[row] + p.undated_hours[option]
        any_loose = layer.any_loose[row] | (p.undated_hours[option] > 0)
        if limits.load != NO_LIMIT:
            fits = ~((load > limits.load) & (count > 1) & free).any(axis=1)
            if limits.room != NO_LIMIT:
                taken = np.minimum(load, limits.load).sum(axis=1)
                fits &= ~any_loose | (loose + taken <= limits.room)
            kept = np.flatnonzero(fits)
            row, option, load, count = row[kept], option[kept], load[kept], count[kept]
            free, loose, any_loose = free[kept], loose[kept], any_loose[kept]
        used = layer.used[row]
        used[np.arange(len(row)), p.training[option]] = True
        by_class = layer.by_class[row]
        classed = np.flatnonzero(p.mix[option] >= 0)
        by_class[classed, p.mix[option[classed]]] += p.hours[option[classed]]
        self.sets += len(row)
        return _Layer(
            chosen=np.concatenate([layer.chosen[row], option[:, None]], axis=1),
            last=self.place[option],
            used=used,
            covered=layer.covered[row] | self.reach[option],
            badges=layer.badges[row] | p.badge[option],
            load=load,
            count=count,
            free=free,
            hours=layer.hours[row] + p.hours[option],
            counted=layer.counted[row] + p.counted_hours[option],
            loose=loose,
            any_loose=any_loose,
            cost=layer.cost[row] + p.cost[option],
            extra=layer.extra[row] + p.extra[option],
            by_class=by_class,
        )

    def _note(self, layer: _Layer) -> None:
        """Remember the best plan of a layer; the most promising sets are looked at first."""
        limits = self.p.limits
        total = layer.by_class.sum(axis=1)
        off = np.abs(1000 * layer.by_class - np.array(limits.mix) * total[:, None]).sum(axis=1)
        value = self._floor(layer) - limits.mix_penalty * off // np.maximum(2000 * total, 1)
        for row in np.argsort(-value, kind="stable").tolist():
            if value[row] <= self.best_value:
                return
            chosen = layer.chosen[row].tolist()
            found = evaluate(self.p, chosen)
            if found is not None and found.value > self.best_value:
                self.best_value, self.best = found.value, tuple(sorted(chosen))

    def _floor(self, layer: _Layer) -> Whole:
        """Return what each set is worth if every outcome counts and any mix will do."""
        p = self.p
        gains = layer.covered @ p.segment_weight + layer.badges @ p.badge_weight + layer.extra
        worth: Whole = gains - p.limits.hour_penalty * self._missing(layer)
        return worth

    def _missing(self, layer: _Layer) -> Whole:
        """Return the milli-JP that each set lacks to the target."""
        return np.maximum(0, self.p.limits.target - layer.hours)

    def _bound(self, layer: _Layer, left: int) -> Whole:
        """Return what no plan that grows from each set by ``left`` options can exceed."""
        if left == 0 or len(layer) == 0:
            return self._floor(layer)
        prospects = self._prospects(layer)
        more = self._more(layer, prospects, left)
        for price in self.prices:
            more = np.minimum(more, self._more_at(price, layer, prospects, left))
        return self._floor(layer) + more

    def _prospects(self, layer: _Layer) -> _Prospects:
        """Return what every option that is still open could add to each set."""
        p, missing = self.p, self._missing(layer)
        # Products of whole numbers below 2**53 in floating point are exact, and far faster.
        open_segments = (~layer.covered).astype(np.float64)
        main = open_segments @ self.main.T
        side = open_segments @ self.side.T + p.extra
        badges = (~layer.badges).astype(np.float64) @ self.badge.T
        relief = p.limits.hour_penalty * np.minimum(p.hours, missing[:, None]).astype(np.float64)
        shut = (self.place <= layer.last[:, None]) | layer.used[:, p.training] | p.locked
        for part in (main, badges, relief):
            part[shut] = 0.0
        side[shut] = -np.inf
        return _Prospects(open_segments, main, side, badges, relief)

    def _more(self, layer: _Layer, prospects: _Prospects, left: int) -> Whole:
        """Return what ``left`` more options add at most.

        Every option adds at most what it covers that is not covered yet, its badges, its extra
        and the hours it brings; all options together gain each badge once and relieve the penalty
        for missing hours once. The least of several such sums is taken.
        """
        open_segments, main, side, badges, relief = prospects
        if left == 0:
            return np.zeros(len(layer), np.int64)
        spare = (~layer.badges) @ self.p.badge_weight
        penalty = self.p.limits.hour_penalty * self._missing(layer)
        more = self._most(main + side + badges + relief, left)
        more = np.minimum(more, self._in_groups(open_segments, main, side, left) + penalty + spare)
        if penalty.any():
            grouped = self._in_groups(open_segments, main, side + relief, left)
            more = np.minimum(more, grouped + spare)
        return more.astype(np.int64)

    def _more_at(self, price: _Price, layer: _Layer, prospects: _Prospects, left: int) -> Whole:
        """Return the same where options pay for what they take of a limited resource.

        A plan that keeps the limit loses nothing by paying and being paid for the whole of what
        is left, so the sum at any price is a bound; at a good price it is a close one.
        """
        open_segments, main, side, badges, relief = prospects
        paid = side - price.each * price.use
        spare = (~layer.badges) @ self.p.badge_weight
        penalty = self.p.limits.hour_penalty * self._missing(layer)
        unused = np.maximum(price.limit - getattr(layer, price.field), 0)
        more = self._in_groups(open_segments, main, paid, left) + penalty + spare
        more = np.minimum(more, self._most(main + paid + badges + relief, left))
        whole: Whole = np.ceil(more + price.each * unused).astype(np.int64)
        return whole

    def _best_prices(self) -> list[_Price]:
        """Return, per limited resource, the price at which the locked options promise least."""
        p, limits = self.p, self.p.limits
        prospects = self._prospects(self.root)
        least = int(self._more(self.root, prospects, self.size)[0])
        gain = (prospects.added - prospects.relief)[0]
        found = []
        for limit, use, name in (
            (limits.year, p.counted_hours, "counted"),
            (limits.budget, p.cost, "cost"),
        ):
            using = (use > 0) & (gain > 0)
            if limit == NO_LIMIT or self.size == 0 or not using.any():
                continue
            tried = np.quantile(gain[using] / use[using], np.linspace(0.05, 1, PRICES_TRIED))
            prices = [_Price(float(each), use, limit, name) for each in tried]
            bounds = [int(self._more_at(q, self.root, prospects, self.size)[0]) for q in prices]
            best = int(np.argmin(bounds))
            if bounds[best] < least:
                found.append(prices[best])
        return found

    def _in_groups(
        self, open_segments: Amounts, main: Amounts, side: Amounts, left: int
    ) -> Amounts:
        """Return what ``left`` more trainings add at most, counting each main competency once.

        A training belongs to the competency where it can cover most. All the trainings of one
        competency together cover in it no more than is open there; what they cover elsewhere
        counts in full. The steps of each competency shrink, so the largest steps of all are best.
        """
        total, beside = self._by_training(main + side), self._by_training(side)
        steps = []
        for members, weight in self.groups:
            room = open_segments @ weight
            sums = _largest(total[:, members], left).cumsum(axis=1)
            capped = _largest(beside[:, members], left).cumsum(axis=1) + room[:, None]
            steps.append(np.diff(np.minimum(sums, capped), axis=1, prepend=0.0))
        found: Amounts = _largest(np.concatenate(steps, axis=1), left).sum(axis=1)
        return found

    def _by_training(self, gain: Amounts) -> Amounts:
        """Return the largest gain among the options of each training."""
        found = gain[:, self.column[0]]
        for others in self.column[1:]:
            np.maximum(found, gain[:, others], out=found)
        return found

    def _most(self, gain: Amounts, left: int) -> Amounts:
        """Return the sum of the ``left`` largest gains above 0, one per training."""
        found: Amounts = _largest(self._by_training(gain), left).sum(axis=1)
        return found


def _reach(problem: Problem) -> Flags:
    """Return what each option can cover at most, given everything that may come before it.

    An outcome counts once enough of its competency is covered before; what no choice of options
    could have covered by then makes it count never.
    """
    n, n_segments = len(problem), len(problem.segment_weight)
    counts = problem.part_need <= 0
    while True:
        reach = np.zeros((n, n_segments), bool)
        np.logical_or.at(reach, problem.part_option[counts], problem.part_mask[counts])
        before = (problem.ready.T.astype(np.int64) @ reach) > 0
        more = counts.copy()
        for part in np.flatnonzero(~counts).tolist():
            same = problem.segment_competency == problem.part_competency[part]
            reached = problem.segment_length @ (before[problem.part_option[part]] & same)
            more[part] = reached >= problem.part_need[part]
        if (more == counts).all():
            return reach
        counts = more


def _largest(gain: Amounts, count: int) -> Amounts:
    """Return the ``count`` largest gains above 0 of each row, largest first."""
    kept = np.maximum(gain, 0.0)
    if count < kept.shape[1]:
        kept = -np.partition(-kept, count - 1, axis=1)[:, :count]
    return -np.sort(-kept, axis=1)
