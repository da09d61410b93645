"""Stage 6b: the score of a post for a person, as a sum of whole micro-points per term.

similarity − deficit − surplus + duties + technology + moves + family + affair + qualification +
experience. Smallest deficit alone is a trap (posts that ask for little would win for everybody),
so likeness of the whole profile carries the score and deficit and surplus correct it. What is
unknown adds nothing.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.results import MICRO
from recommender.role_facts import experience, fields, person_fields, role_documents, tools
from recommender.role_tables import PostTables
from recommender.similarity.gaps import Micro
from recommender.similarity.moves import NATS, MoveModel
from recommender.similarity.profiles import Comparer, Fit, ProfileSpace
from recommender.similarity.text import MICRO_SIMILARITY, TextSpace, similarities, transposed
from recommender.snapshot import Snapshot
from recommender.spread import NOISE, centre, spread, steady
from recommender.standards import Standards

ROLE_TERMS = (
    "similarity",
    "deficit",
    "surplus",
    "duties",
    "technology",
    "moves",
    "family",
    "affair",
    "qualification",
    "experience",
)
FULL_EXPERIENCE_YEARS = 5.0


@dataclass(frozen=True)
class RoleWeights:
    """Weights of the terms: standard deviations for the first six, points for the others.

    Their values come from the rule ``score.role``.
    """

    similarity: float
    deficit: float
    surplus: float
    duties: float
    technology: float
    moves: float
    family: float
    affair: float
    qualification: float
    experience: float


@dataclass(frozen=True)
class RoleConstants:
    """Mean and spread of the standardised terms, learned over a seeded sample of pairs.

    A spread of 0 switches its term off (there is nothing to tell pairs apart by).

    Attributes:
        deficit_mean, surplus_mean: what is usual where everything is known; what is unknown
            counts as usual.
        comparability: mean coverage of a pair, 0 … 1. Where posts share few competencies,
            an unrelated post shows no deficit, so deficits say less and weigh less; and a
            likeness of nothing is usual, so a little likeness speaks for a post.
        taught_by: sources of known moves that taught the weights; 0: they are the defaults.
    """

    similarity_mean: float
    similarity_spread: float
    deficit_mean: float
    deficit_spread: float
    surplus_mean: float
    surplus_spread: float
    comparability: float
    duties_mean: float
    duties_spread: float
    technology_mean: float = 0.0
    technology_spread: float = 0.0
    moves_mean: float = 0.0
    moves_spread: float = 0.0
    taught_by: int = 0


@dataclass(frozen=True)
class RoleSpaces:
    """What posts are compared in: profiles of levels, texts of duties, moves people made."""

    profile: ProfileSpace
    text: TextSpace
    moves: MoveModel


@dataclass(frozen=True)
class Seekers:
    """A block of people (or of jobs taken as people) for whom posts are scored.

    Attributes:
        levels: milli-levels ``[n, n_competencies]``, −1 unknown.
        job: row of the present post, −1 unknown.
        field: number of the field of study, −1 unknown.
        experience: years per family ``[n, n_families]``.
    """

    levels: Ints
    job: Ints
    field: Ints
    experience: NDArray[np.float64]

    def part(self, places: NDArray[np.int64]) -> Seekers:
        """Return some of the seekers."""
        return Seekers(
            self.levels[places], self.job[places], self.field[places], self.experience[places]
        )


class RoleScorer:
    """Scores posts for blocks of people; made once per snapshot and model."""

    def __init__(
        self,
        snapshot: Snapshot,
        standards: Standards,
        spaces: RoleSpaces,
        constants: RoleConstants,
        weights: RoleWeights,
    ) -> None:
        self.jobs = snapshot.jobs
        self.columns = np.arange(len(snapshot.jobs), dtype=np.int32)
        self.constants = constants
        self.weights = weights
        self.space = spaces.profile
        self.standards = standards
        self.moves = spaces.moves
        self.comparer = Comparer(self.space, standards, self.columns)
        self.documents = spaces.text.vectors(role_documents(snapshot)).sorted_indices()
        self.tools = tools(snapshot).sorted_indices()
        self.n_families = int(self.jobs.family.max(initial=UNKNOWN)) + 1
        self.field_names, self.accepts = fields(snapshot)
        self._experience = experience(snapshot, self.n_families)
        self._person_field = person_fields(snapshot, self.field_names)

    @cached_property
    def _turned(self) -> sp.csr_matrix:
        """The texts of the scored posts as columns; lists of many people never need them."""
        return transposed(self.documents[self.columns])

    @cached_property
    def tables(self) -> PostTables:
        """Posts as kernels read them."""
        return PostTables(self)

    def people(self, rows: NDArray[np.int64], levels: Ints, job: Ints) -> Seekers:
        """Return people ``rows`` as seekers."""
        return Seekers(
            levels, job, self._person_field[rows], np.asarray(self._experience[rows].toarray())
        )

    def with_people(self, snapshot: Snapshot) -> RoleScorer:
        """Return a scorer of the same posts for other people on another day."""
        other = copy.copy(self)  # with the tables of posts, which are the same
        other._experience = experience(snapshot, self.n_families)
        other._person_field = person_fields(snapshot, self.field_names)
        return other

    def weighed(self, weights: RoleWeights) -> RoleScorer:
        """Return the same scorer with other weights."""
        other = self._otherwise()
        other.weights = weights
        return other

    def moving(self, moves: MoveModel) -> RoleScorer:
        """Return the same scorer where other moves are known."""
        other = self._otherwise()
        other.moves = moves
        return other

    def only(self, columns: Ints) -> RoleScorer:
        """Return a scorer of these jobs alone; each gets the score it gets among all."""
        part = self._otherwise()
        part.__dict__.pop("_turned", None)
        part.columns = self.columns[columns]
        part.comparer = Comparer(self.space, self.standards, part.columns)
        part.accepts = self.accepts[:, columns]
        return part

    def _otherwise(self) -> RoleScorer:
        """Return a copy that is about to differ in what tables of posts are made of."""
        other = copy.copy(self)
        other.__dict__.pop("tables", None)
        return other

    def incumbents(self, jobs: Ints, levels: Ints) -> Seekers:
        """Return jobs as people who have exactly their levels and nothing else known."""
        return Seekers(
            levels,
            jobs,
            np.full(len(jobs), UNKNOWN, np.int32),
            np.zeros((len(jobs), self.n_families)),
        )

    def terms(self, seekers: Seekers) -> dict[str, Micro]:
        """Return int64 micro-points ``[n_seekers, n_jobs]`` per term."""
        fit = self.comparer.compare(seekers.levels)
        return {**self._profile_terms(fit), **self._other_terms(seekers)}

    def _profile_terms(self, fit: Fit) -> dict[str, Micro]:
        k, w = self.constants, self.weights
        usual = k.similarity_mean * k.comparability
        # Where few pairs can be compared, few show a deficit, and few show what is usual of it:
        # the weight shrinks with both.
        differences = k.comparability**2
        likeness = _standard(fit.cosine - usual, w.similarity, k.similarity_spread)
        return {
            "similarity": np.where(fit.coverage > 0, likeness, 0),
            "deficit": _standard(
                fit.coverage * k.deficit_mean - fit.deficit,
                w.deficit * differences,
                k.deficit_spread,
            ),
            "surplus": _standard(
                fit.coverage * k.surplus_mean - fit.surplus,
                w.surplus * differences,
                k.surplus_spread,
            ),
        }

    def _other_terms(self, seekers: Seekers) -> dict[str, Micro]:
        k, w, jobs = self.constants, self.weights, self.jobs
        families, affairs = jobs.family[self.columns], jobs.affair[self.columns]
        family = jobs.family[seekers.job] if len(jobs) else seekers.job
        affair = jobs.affair[seekers.job] if len(jobs) else seekers.job
        known = (seekers.job >= 0)[:, None]
        same_family = known & (family[:, None] == families) & (families >= 0)
        same_affair = known & (affair[:, None] == affairs) & (affairs >= 0)
        fits = np.vstack([self.accepts, np.zeros((1, len(self.columns)), bool)])[seekers.field]
        return {
            "duties": _standard(
                self.likeness(seekers.job) - k.duties_mean, w.duties, k.duties_spread
            )
            * known,
            "technology": self._technology(seekers.job),
            "moves": self._moved(seekers.job),
            "family": _whole(same_family * w.family),
            "affair": _whole(same_affair * w.affair),
            "qualification": _whole(fits * w.qualification),
            "experience": points_served(seekers, w)[:, families],
        }

    def _technology(self, job: Ints) -> Micro:
        """Compare the tools of the present post with each post's; none listed adds nothing."""
        k = self.constants
        if k.technology_spread == 0:
            return np.zeros((len(job), len(self.columns)), np.int64)
        wanted, back = np.unique(job, return_inverse=True)
        rows = np.zeros((len(wanted), len(self.columns)), np.int64)
        stated = np.diff(self.tools.indptr) > 0
        known = np.flatnonzero((wanted >= 0) & stated[wanted])
        value = _cosines(self.tools[wanted[known]], self.tools[self.columns])
        points = _standard(value - k.technology_mean, self.weights.technology, k.technology_spread)
        rows[known] = points * stated[self.columns]
        return rows[back]

    def _moved(self, job: Ints) -> Micro:
        """Say how usual the move from the present post is; an unknown post adds nothing."""
        k = self.constants
        wanted, back = np.unique(job, return_inverse=True)
        rows = np.zeros((len(wanted), len(self.columns)), np.int64)
        known = np.flatnonzero(wanted >= 0)
        usual = self.moves.usual(self.jobs, wanted[known], self.columns) / NATS
        rows[known] = _standard(usual - k.moves_mean, self.weights.moves, k.moves_spread)
        return rows[back]

    def likeness(self, job: Ints) -> NDArray[np.float64]:
        """Return the text similarity of each person's post to every post, 0 … 1."""
        wanted, back = np.unique(job, return_inverse=True)
        rows = np.zeros((len(wanted), len(self.columns)))
        known = wanted >= 0
        rows[known] = similarities(self.documents[wanted[known]], self._turned)
        return rows[back] / MICRO_SIMILARITY


def _cosines(left: sp.csr_matrix, right: sp.csr_matrix) -> NDArray[np.float64]:
    """Return cosines in whole millionths as shares, the same on every machine."""
    value: NDArray[np.float64] = np.asarray((left @ right.T).toarray(), np.float64)
    return np.rint(value * MICRO_SIMILARITY) / MICRO_SIMILARITY


def points_served(seekers: Seekers, weights: RoleWeights) -> Micro:
    """Return micro-points of years ``[n_seekers, n_families + 1]``; an unknown family has none."""
    years = np.append(seekers.experience, np.zeros((len(seekers.job), 1)), axis=1)
    spent = np.minimum(years, FULL_EXPERIENCE_YEARS) / FULL_EXPERIENCE_YEARS
    return _whole(spent * weights.experience)


def learn_constants(
    snapshot: Snapshot, standards: Standards, spaces: RoleSpaces, sample: int, seed: int
) -> RoleConstants:
    """Learn means and spreads over a seeded sample of jobs, each seen as a person, with all jobs.

    Jobs stand for people because they always exist and are as many kinds as there are posts.
    """
    described = np.flatnonzero((snapshot.jobs.required > UNKNOWN).any(axis=1)).astype(np.int32)
    chosen = described
    if len(described) > sample:
        chosen = np.sort(np.random.default_rng(seed).choice(described, sample, replace=False))
    documents = spaces.text.vectors(role_documents(snapshot))
    other = ~np.eye(len(chosen), dtype=bool)
    if not other.any():
        return RoleConstants(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    fit = Comparer(spaces.profile, standards, chosen).compare(standards.required[chosen])
    cosine, coverage = fit.cosine[other], fit.coverage[other]
    deficit, deficit_mean = _usual(fit.deficit[other], coverage)
    surplus, surplus_mean = _usual(fit.surplus[other], coverage)
    used = tools(snapshot)[chosen]
    stated = np.diff(used.indptr) > 0
    shared = _cosines(used, used)[other & stated[:, None] & stated[None, :]]
    usual = spaces.moves.usual(snapshot.jobs, chosen, chosen)[other] / NATS
    text_mean, text_spread = _text_constants(documents[chosen], other)
    return RoleConstants(
        centre(cosine),
        spread(cosine),
        deficit_mean,
        spread(deficit),
        surplus_mean,
        spread(surplus),
        centre(coverage),
        text_mean,
        text_spread,
        centre(shared),
        spread(shared),
        centre(usual),
        spread(usual),
    )


def _usual(
    value: NDArray[np.float64], coverage: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Return values with the unknown part taken as usual, and what is usual."""
    mean = steady(float(value.sum()) / max(float(coverage.sum()), NOISE))
    return coverage * mean - value, mean


def _text_constants(documents: sp.csr_matrix, use: NDArray[np.bool_]) -> tuple[float, float]:
    value = similarities(documents, transposed(documents))[use] / MICRO_SIMILARITY
    return centre(value), spread(value)


def _standard(value: NDArray[np.float64], weight: float, spread: float) -> Micro:
    return _whole(value * (weight / spread)) if spread > 0 else np.zeros(value.shape, np.int64)


def _whole(value: NDArray[np.float64]) -> Micro:
    return np.rint(value * MICRO).astype(np.int64)
