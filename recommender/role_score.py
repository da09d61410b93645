"""Stage 6b: the score of a post for a person, as a sum of whole micro-points per term.

similarity − deficit − surplus + duties + technology + family + affair + qualification +
experience. Smallest deficit alone is a trap (posts that ask for little would win for everybody),
so likeness of the whole profile carries the score and deficit and surplus correct it. What is
unknown adds nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.results import MICRO
from recommender.similarity.gaps import Micro
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
    "family",
    "affair",
    "qualification",
    "experience",
)
FULL_EXPERIENCE_YEARS = 5.0


@dataclass(frozen=True)
class RoleWeights:
    """Weights of the terms: standard deviations for the first five, points for the others.

    Their values come from the rule ``score.role``.
    """

    similarity: float
    deficit: float
    surplus: float
    duties: float
    technology: float
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
    taught_by: int = 0


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


class RoleScorer:
    """Scores posts for blocks of people; made once per snapshot and model."""

    def __init__(
        self,
        snapshot: Snapshot,
        standards: Standards,
        space: ProfileSpace,
        text: TextSpace,
        constants: RoleConstants,
        weights: RoleWeights,
    ) -> None:
        self.jobs = snapshot.jobs
        self.columns = np.arange(len(snapshot.jobs), dtype=np.int32)
        self.constants = constants
        self.weights = weights
        self.space = space
        self.standards = standards
        self.comparer = Comparer(space, standards, self.columns)
        self.documents = text.vectors(role_documents(snapshot))
        self._turned = transposed(self.documents)
        self.tools = _tools(snapshot)
        self.n_families = int(self.jobs.family.max(initial=UNKNOWN)) + 1
        self.field_names, self.accepts = _fields(snapshot)
        self._experience = _experience(snapshot, self.n_families)
        self._person_field = _person_fields(snapshot, self.field_names)

    def people(self, rows: NDArray[np.int64], levels: Ints, job: Ints) -> Seekers:
        """Return people ``rows`` as seekers."""
        return Seekers(
            levels, job, self._person_field[rows], np.asarray(self._experience[rows].toarray())
        )

    def with_people(self, snapshot: Snapshot) -> RoleScorer:
        """Return a scorer of the same posts for other people on another day."""
        other = copy.copy(self)
        other._experience = _experience(snapshot, self.n_families)
        other._person_field = _person_fields(snapshot, self.field_names)
        return other

    def weighed(self, weights: RoleWeights) -> RoleScorer:
        """Return the same scorer with other weights."""
        other = copy.copy(self)
        other.weights = weights
        return other

    def only(self, columns: Ints) -> RoleScorer:
        """Return a scorer of these jobs alone; each gets the score it gets among all."""
        part = copy.copy(self)
        part.columns = self.columns[columns]
        part.comparer = Comparer(self.space, self.standards, part.columns)
        part._turned = transposed(self.documents[part.columns])
        part.accepts = self.accepts[:, columns]
        return part

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
        years = np.append(seekers.experience, np.zeros((len(seekers.job), 1)), axis=1)
        spent = np.minimum(years[:, families], FULL_EXPERIENCE_YEARS) / FULL_EXPERIENCE_YEARS
        return {
            "duties": _standard(
                self.likeness(seekers.job) - k.duties_mean, w.duties, k.duties_spread
            )
            * known,
            "technology": self._technology(seekers.job),
            "family": _whole(same_family * w.family),
            "affair": _whole(same_affair * w.affair),
            "qualification": _whole(fits * w.qualification),
            "experience": _whole(spent * w.experience),
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

    def likeness(self, job: Ints) -> NDArray[np.float64]:
        """Return the text similarity of each person's post to every post, 0 … 1."""
        wanted, back = np.unique(job, return_inverse=True)
        rows = np.zeros((len(wanted), len(self.columns)))
        known = wanted >= 0
        rows[known] = similarities(self.documents[wanted[known]], self._turned)
        return rows[back] / MICRO_SIMILARITY


def role_documents(snapshot: Snapshot) -> list[str]:
    """Return the text of each job's duties: its description, or its title where it has none."""
    jobs = snapshot.jobs
    return [d or t for d, t in zip(jobs.descriptions, jobs.titles, strict=True)]


def _tools(snapshot: Snapshot) -> sp.csr_matrix:
    """Return unit vectors of what each job asks for without a level: tools, by damped counts."""
    table = snapshot.dataset.table("job_requirements")
    table = table.filter(pc.is_null(table["level"]))
    job = snapshot.jobs.index.lookup(table["job_code"])
    tool = snapshot.competencies.lookup(table["competency_code"])
    count = pc.fill_null(table["weight"], 1.0).to_numpy().astype(np.float64)
    use = (job >= 0) & (tool >= 0) & (count > 0)
    shape = (len(snapshot.jobs), len(snapshot.competencies))
    found = sp.csr_matrix((np.log1p(count[use]), (job[use], tool[use])), shape)
    norm = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    return sp.csr_matrix(sp.diags(1 / np.maximum(norm, NOISE)) @ found)


def _cosines(left: sp.csr_matrix, right: sp.csr_matrix) -> NDArray[np.float64]:
    """Return cosines in whole millionths as shares, the same on every machine."""
    value: NDArray[np.float64] = np.asarray((left @ right.T).toarray(), np.float64)
    return np.rint(value * MICRO_SIMILARITY) / MICRO_SIMILARITY


def learn_constants(
    scorer_parts: tuple[Snapshot, Standards, ProfileSpace, TextSpace], sample: int, seed: int
) -> RoleConstants:
    """Learn means and spreads over a seeded sample of jobs, each seen as a person, with all jobs.

    Jobs stand for people because they always exist and are as many kinds as there are posts.
    """
    snapshot, standards, space, text = scorer_parts
    described = np.flatnonzero((snapshot.jobs.required > UNKNOWN).any(axis=1)).astype(np.int32)
    chosen = described
    if len(described) > sample:
        chosen = np.sort(np.random.default_rng(seed).choice(described, sample, replace=False))
    documents = text.vectors(role_documents(snapshot))
    other = ~np.eye(len(chosen), dtype=bool)
    if not other.any():
        return RoleConstants(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    fit = Comparer(space, standards, chosen).compare(standards.required[chosen])
    cosine, coverage = fit.cosine[other], fit.coverage[other]
    deficit, deficit_mean = _usual(fit.deficit[other], coverage)
    surplus, surplus_mean = _usual(fit.surplus[other], coverage)
    tools = _tools(snapshot)[chosen]
    stated = np.diff(tools.indptr) > 0
    shared = _cosines(tools, tools)[other & stated[:, None] & stated[None, :]]
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


def _fields(snapshot: Snapshot) -> tuple[Mapping[str, int], NDArray[np.bool_]]:
    """Return numbers of the fields of study that posts accept, and who accepts which."""
    lists = [
        [f.strip().casefold() for f in (v or "").split("|") if f.strip()]
        for v in snapshot.dataset.table("jobs")["education_fields"].to_pylist()
    ]
    names = {f: i for i, f in enumerate(sorted({f for fields in lists for f in fields}))}
    accepts = np.zeros((len(names), len(lists)), bool)
    for job, fields in enumerate(lists):
        accepts[[names[f] for f in fields], job] = True
    return names, accepts


def _person_fields(snapshot: Snapshot, names: Mapping[str, int]) -> Ints:
    column = snapshot.dataset.table("employees")["education_field"].to_pylist()
    return np.array([names.get((v or "").strip().casefold(), UNKNOWN) for v in column], np.int32)


def _experience(snapshot: Snapshot, n_families: int) -> sp.csr_matrix:
    """Return years per person and family from definitive posts in the job history."""
    table = snapshot.dataset.table("job_history")
    person = snapshot.people.index.lookup(table["employee_id"])
    job = snapshot.jobs.index.lookup(table["job_code"])
    start = table["from_date"].to_numpy().astype("datetime64[D]")
    end = table["to_date"].to_numpy().astype("datetime64[D]")
    end = np.where(np.isnat(end), np.datetime64(snapshot.as_of, "D"), end)
    end = np.minimum(end, np.datetime64(snapshot.as_of, "D"))
    held = pc.fill_null(pc.equal(table["assignment"], "definitif"), True).to_numpy()
    family = np.append(snapshot.jobs.family, np.int32(UNKNOWN))[job]
    use = (person >= 0) & (family >= 0) & ~np.isnat(start) & held & (end > start)
    years = (end - start)[use].astype(np.float64) / 365.25
    shape = (len(snapshot.people), n_families)
    return sp.csr_matrix((years, (person[use], family[use])), shape)
