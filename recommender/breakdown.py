"""Stage 8: what each chosen item's score is made of, part by part and what each part is about.

The parts are computed by the same formulas, on the same whole numbers, as the scores; for every
pick they sum to its score exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.columns import MILLI, UNKNOWN
from recommender.effects import effect_term
from recommender.rank import Parts, Picks
from recommender.role_score import ROLE_TERMS, RoleScorer, Seekers
from recommender.similarity.gaps import Micro, Target
from recommender.training_score import Learners, OwnLooks, TrainingScorer
from recommender.training_terms import TRAINING_TERMS

NOT_ASSESSED = "belum_dinilai"
TRAINING_PARTS = (*TRAINING_TERMS, NOT_ASSESSED)
_AT_ONCE = 1 << 12
"""Pairs compared at a time: their vectors stay in the nearest memory."""


def training_parts(
    scorer: TrainingScorer,
    people: Learners,
    values: Mapping[str, Micro],
    picks: Picks,
    looks: OwnLooks,
    shown: int | None = None,
) -> Parts:
    """Split the picks' scores: gaps and priorities by competency, history by what came before.

    Parameters:
        values: the picks' terms that speak of no single competency, by name.
        looks: the people's own trainings.
        shown: how many parts of each pick will be shown, all by default: what came before is
            sought for these alone.
    """
    outcome = _outcomes_of(scorer, picks)
    now = Target.present(scorer.standards, people.now)
    following = Target.following(scorer.standards, people.now, people.following)
    gaps = [
        _gap_parts("gap_now", scorer, people, now, picks, outcome),
        _gap_parts("gap_next", scorer, people, following, picks, outcome),
    ]
    closed = np.zeros(len(picks.item), np.int64)
    for part in gaps:
        np.add.at(closed, part.pick, part.micro)
    effect = effect_term(closed, scorer.beyond[picks.item], scorer.weights.effect)
    parts = [
        _whole_term(name, points, _own_subject(name, people, picks))
        for name, points in {**values, "effect": effect}.items()
    ]
    parts += gaps
    parts.append(_priority_parts(scorer, people, picks, outcome))
    parts.append(_not_assessed(scorer, people, now, picks, outcome))
    return _with_earlier(Parts.join(parts), scorer, looks, picks, shown)


def role_parts(
    scorer: RoleScorer, seekers: Seekers, values: Mapping[str, Micro], picks: Picks
) -> Parts:
    """Split the picks' scores by term; deficit and surplus name their largest competency.

    Parameters:
        values: every term of the picks, by name.
    """
    deficit, surplus = _largest_difference(scorer, seekers, picks)
    job = seekers.job[picks.person].astype(np.int64)
    own = dict.fromkeys(("duties", "technology", "moves"), job)
    subject = {"deficit": deficit, "surplus": surplus, **own}
    return Parts.join(
        [
            _whole_term(
                name,
                values[name],
                subject.get(name, picks.item),
                ROLE_TERMS,
            )
            for name in ROLE_TERMS
        ]
    )


def _with_earlier(
    parts: Parts, scorer: TrainingScorer, own: OwnLooks, picks: Picks, shown: int | None
) -> Parts:
    """Say of each part of one's own history which earlier training speaks most; −1 none.

    A pick has one part of each such term, so what it is about never decides the order.
    """
    first = np.searchsorted(parts.pick, np.arange(len(picks.item) + 1))
    place = np.arange(len(parts.pick)) - first[parts.pick]
    wanted = place < (len(parts.pick) if shown is None else shown)
    h = scorer.history
    spoken: dict[str, Callable[[Picks], list[_Spoken]]] = {
        "history": lambda some: [
            _spoken_for(own.wide, h.next_share, some),
            _spoken_for(own.last, h.direct, some),
        ],
        "together": lambda some: [
            _spoken_for(own.near, h.together, some),
            _spoken_for(own.wide + own.loose, h.pattern, some),
        ],
        "alike": lambda some: [_alike(own.near, scorer, some)],
    }
    subject = parts.subject.copy()
    for name, said in spoken.items():
        at = np.flatnonzero((parts.term == TRAINING_PARTS.index(name)) & wanted)
        some = picks.part(parts.pick[at])
        subject[at] = _strongest(said(some), len(at))
    return replace(parts, subject=subject)


_Spoken = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def _strongest(parts: list[_Spoken], n_picks: int) -> NDArray[np.int64]:
    pick, before, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((before, -value, pick))
    pick, before = pick[order], before[order]
    first = np.ones(len(pick), bool)
    first[1:] = pick[1:] != pick[:-1]
    subject = np.full(n_picks, UNKNOWN, np.int64)
    subject[pick[first]] = before[first]
    return subject


def _alike(own: sp.csr_matrix, scorer: TrainingScorer, picks: Picks) -> _Spoken:
    pick, before, weight = _own_events(own, picks)
    value = np.empty(len(pick), np.int64)
    for start in range(0, len(pick), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        left, right = scorer.latent[before[part]], scorer.latent[picks.item[pick[part]]]
        value[part] = np.einsum("ij,ij->i", left, right)
    value *= weight
    some = value > 0
    return pick[some], before[some], value[some]


def _own_events(own: sp.csr_matrix, picks: Picks) -> _Spoken:
    """Return, for every pick and own event, the pick, the event and its weight."""
    counts = np.diff(own.indptr)[picks.person]
    pick = np.repeat(np.arange(len(picks.item)), counts)
    within = np.arange(len(pick)) - np.repeat(np.cumsum(counts) - counts, counts)
    at = own.indptr[picks.person[pick]] + within
    return pick, own.indices[at].astype(np.int64), own.data[at]


def _spoken_for(own: sp.csr_matrix, table: sp.csr_matrix, picks: Picks) -> _Spoken:
    """Return, for every pick and own event with a say, the pick, the event and its points."""
    pick, before, weight = _own_events(own, picks)
    share = np.asarray(table[before, picks.item[pick]]).ravel() if len(pick) else before
    value = weight * share
    some = value > 0
    return pick[some], before[some], value[some]


def _whole_term(
    name: str,
    micro: Micro,
    subject: NDArray[np.int64],
    names: tuple[str, ...] = TRAINING_PARTS,
) -> Parts:
    some = np.flatnonzero(micro)
    return Parts(some, np.full(len(some), names.index(name)), subject[some], micro[some], names)


def _own_subject(name: str, people: Learners, picks: Picks) -> NDArray[np.int64]:
    if name in ("duties", "peers"):
        return people.job[picks.person].astype(np.int64)
    if name == "unit":
        return people.unit[picks.person].astype(np.int64)
    return picks.item


class _Outcomes:
    """The outcomes of the picked trainings, one entry per (pick, outcome)."""

    def __init__(
        self,
        pick: NDArray[np.int64],
        entry: NDArray[np.int64],
        scorer: TrainingScorer,
        picks: Picks,
    ) -> None:
        trainings = scorer.snapshot.trainings
        self.pick = pick
        self.person = picks.person[pick]
        self.competency = trainings.outcome_competency[entry]
        self.low = trainings.outcome_from[entry]
        self.high = trainings.outcome_to[entry]


def _outcomes_of(scorer: TrainingScorer, picks: Picks) -> _Outcomes:
    trainings = scorer.snapshot.trainings
    order = np.argsort(trainings.outcome_training, kind="stable")
    owner = trainings.outcome_training[order]
    low = np.searchsorted(owner, picks.item)
    counts = np.searchsorted(owner, picks.item, side="right") - low
    pick = np.repeat(np.arange(len(picks.item)), counts)
    within = np.arange(len(pick)) - np.repeat(np.cumsum(counts) - counts, counts)
    return _Outcomes(pick, order[np.repeat(low, counts) + within], scorer, picks)


def _gap_parts(
    name: str, scorer: TrainingScorer, people: Learners, target: Target, picks: Picks, o: _Outcomes
) -> Parts:
    h = people.levels[o.person, o.competency]
    low, high = target.low[o.person, o.competency], target.high[o.person, o.competency]
    bottom = np.maximum(np.maximum(h, low), o.low)
    reach = np.minimum(np.minimum(high, o.high), h + scorer.limits.max_step)
    counts = (h != UNKNOWN) & (h >= o.low - scorer.limits.slack)
    length = np.where(counts, np.maximum(reach - bottom, 0), 0).astype(np.int64)
    micro = np.rint(length * target.weight[o.person, o.competency] * scorer.gap_scale(name))
    return _by_competency(name, o, micro.astype(np.int64))


def _priority_parts(scorer: TrainingScorer, people: Learners, picks: Picks, o: _Outcomes) -> Parts:
    weights = scorer.priorities.of_units(people.unit)[o.person, o.competency]
    h = np.maximum(people.levels[o.person, o.competency], 0)
    step = np.clip(o.high - np.maximum(h, o.low), 0, MILLI).astype(np.int64)
    micro = np.rint(step * weights * scorer.priority_scale()).astype(np.int64)
    return _by_competency("priority", o, micro)


def _not_assessed(
    scorer: TrainingScorer, people: Learners, now: Target, picks: Picks, o: _Outcomes
) -> Parts:
    """Parts without points that say: this competency is asked for, but not assessed yet."""
    unknown = people.levels[o.person, o.competency] == UNKNOWN
    some = np.flatnonzero(unknown & (now.high[o.person, o.competency] > o.low))
    return Parts(
        o.pick[some],
        np.full(len(some), TRAINING_PARTS.index(NOT_ASSESSED)),
        o.competency[some].astype(np.int64),
        np.zeros(len(some), np.int64),
        TRAINING_PARTS,
    )


def _by_competency(name: str, o: _Outcomes, micro: Micro) -> Parts:
    some = np.flatnonzero(micro)
    return Parts(
        o.pick[some],
        np.full(len(some), TRAINING_PARTS.index(name)),
        o.competency[some].astype(np.int64),
        micro[some],
        TRAINING_PARTS,
    )


def _largest_difference(
    scorer: RoleScorer, seekers: Seekers, picks: Picks
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the competency of the largest weighted deficit and surplus per pick; −1 none."""
    asked = scorer.tables.places(picks.item)
    h = seekers.levels[picks.person[:, None], asked.competency]
    difference = np.where(h != UNKNOWN, (asked.level - h) * asked.weight, 0.0)
    if difference.size == 0:
        none = np.full(len(picks.item), UNKNOWN, np.int64)
        return none, none
    deficit, surplus = difference.argmax(axis=1), difference.argmin(axis=1)
    rows = np.arange(len(picks.item))
    named = asked.competency.astype(np.int64)
    return (
        np.where(difference[rows, deficit] > 0, named[rows, deficit], UNKNOWN),
        np.where(difference[rows, surplus] < 0, named[rows, surplus], UNKNOWN),
    )
