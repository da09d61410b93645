"""The whole engine, stage by stage, in the order of the data.

    dataset ─ 1 snapshot ─ 2 profile ─ 3 standards ─ 4 next posts ─ 5 eligibility ┐
                    └ fit: spaces, tables, constants ─ model ─ 6 scores ─ 7 rank ─ 8 breakdown
                                                                        └ 9 explanation

``fit`` learns a model from a dataset; ``prepare`` lays a dataset and a model out so that any
block of people can be scored. The facade that answers questions is ``recommender.engine``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender import documents, nextpost, role_learning, role_score, training_score
from recommender.columns import UNKNOWN, Index, Ints
from recommender.effects import Effects, surplus
from recommender.eligibility import Eligibility
from recommender.errors import NothingToRank
from recommender.estimate import sources
from recommender.estimate.sources import Errors, Observations
from recommender.evaluation.events import Events
from recommender.evaluation.past import Past
from recommender.evaluation.splits import Kind
from recommender.learning.weights import LearntWeights, Outcomes, learn
from recommender.model import EngineConfig, Model
from recommender.nextpost import NextPosts
from recommender.one_thread import on_one_thread
from recommender.policy import Policy
from recommender.profile import Profile
from recommender.role_score import RoleScorer, RoleSpaces
from recommender.similarity.history import HistoryModel
from recommender.similarity.kinship import competency_documents
from recommender.similarity.moves import Moved, MoveModel
from recommender.similarity.profiles import ProfileSpace
from recommender.similarity.text import LatentText, TextSpace
from recommender.snapshot import Snapshot, cut
from recommender.standards import Standards
from recommender.training_score import Learners, Spaces, TrainingScorer
from recommender.training_terms import UNIT, UNIT_WEIGHTS, TrainingConstants
from recommender.units import UnitTree
from training_data.dataset import Dataset
from training_data.reference.packs import Rules, load_rules

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much is done and the total."""


@dataclass(frozen=True)
class Facts:
    """Stages 1 to 4: what is known of everybody on the day."""

    snapshot: Snapshot
    policy: Policy
    profile: Profile
    standards: Standards
    tree: UnitTree
    now: Ints
    following: NextPosts

    def learners(self, rows: NDArray[np.int64]) -> Learners:
        """Return a block of people for the training score."""
        people = self.snapshot.people
        return Learners(
            rows,
            self.profile.levels(rows),
            self.now[rows],
            self.following.row[rows],
            people.job[rows],
            people.tier[rows],
            people.unit[rows],
        )


@dataclass(frozen=True)
class Prepared:
    """Facts and a model, laid out for scoring."""

    facts: Facts
    model: Model
    trainings: TrainingScorer
    roles: RoleScorer


def gather(snapshot: Snapshot, space: ProfileSpace, rules: Rules) -> Facts:
    """Run stages 2 to 4 on a snapshot."""
    policy = Policy.of(rules, snapshot)
    profile = Profile.of(snapshot, policy.evidence)
    standards = Standards.of(snapshot, policy.default_levels)
    tree = UnitTree.of(snapshot)
    following = nextpost.find(
        snapshot,
        standards,
        profile,
        space,
        tree,
        nextpost.Limits(policy.barred, policy.no_step, policy.education),
    )
    return Facts(snapshot, policy, profile, standards, tree, standards.present(snapshot), following)


@on_one_thread
def fit(
    dataset: Dataset,
    *,
    as_of: date,
    seed: int = 0,
    config: EngineConfig | None = None,
    rules: Rules | None = None,
    progress: Progress | None = None,
    split: Kind = "time",
) -> Model:
    """Learn spaces, tables, constants and weights from what was known on ``as_of``.

    Parameters:
        split: how the past is parted once more to learn the weights (``learning.weights``).

    Raises:
        NothingToRank: the dataset holds neither trainings nor jobs.
    """
    rules = rules or load_rules(as_of)
    config = config or EngineConfig.of(rules)
    report = progress or _quiet
    report("snapshot", 0, 5)
    snapshot = Snapshot.of(dataset, as_of)
    if len(snapshot.trainings) == 0 and len(snapshot.jobs) == 0:
        raise NothingToRank(
            "The dataset holds neither trainings nor jobs. Add trainings.csv or jobs.csv."
        )
    report("text", 1, 5)
    text = TextSpace.fit(
        [*documents.job_documents(snapshot), *documents.training_documents(snapshot)]
    )
    latent = LatentText.fit(text.vectors(documents.training_documents(snapshot)))
    space = ProfileSpace.fit(snapshot.jobs.required, competency_documents(snapshot))
    history = HistoryModel.fit(snapshot, config.history)
    report("constants", 2, 5)
    facts = gather(snapshot, space, rules)
    effects = Effects.fit(snapshot, rules)
    spaces = Spaces(text, latent, history, config.history, surplus(effects))
    people = facts.learners(_sample(len(snapshot.people), config.sample, seed))
    constants = _constants(facts, spaces, people)
    report("weights", 3, 5)
    weights = LearntWeights.defaults(config.training)
    if len(snapshot.trainings) and len(snapshot.events.employee):
        known = cut(dataset, as_of)
        past = Past(known, Events.of(known), as_of, seed, split)
        lay = partial(_lay, spaces=spaces, space=space, rules=rules, sample=config.sample)
        weights = learn(past, lay, config.training, config.learning)
    report("constants", 4, 5)
    moved = Moved.of(snapshot)
    moves = MoveModel.fit(moved, snapshot.jobs)
    alike = RoleSpaces(space, text, moves)
    roles = role_score.learn_constants(snapshot, facts.standards, alike, config.sample, seed)
    scorer = RoleScorer(snapshot, facts.standards, alike, roles, config.role)
    role_weights, taught_by = role_learning.learn_from_pairs(scorer, *_known_moves(snapshot), seed)
    if taught_by == 0:
        role_weights, taught_by = role_learning.learn_from_moves(scorer, moved, snapshot.jobs, seed)
    config, roles = replace(config, role=role_weights), replace(roles, taught_by=taught_by)
    report("constants", 5, 5)
    return Model(
        config=config,
        as_of=as_of,
        seed=seed,
        data_hash=dataset.content_hash,
        competency_codes=snapshot.competencies.codes,
        job_codes=snapshot.jobs.index.codes,
        unit_codes=snapshot.units.codes,
        training_codes=snapshot.trainings.index.codes,
        space=space,
        text=text,
        latent=latent,
        history=history,
        moves=moves,
        effects=effects,
        training_constants=constants,
        training_weights=weights,
        role_constants=roles,
        source_errors=sources.learn(Observations.of(snapshot), Errors.of(rules)),
    )


def _constants(facts: Facts, spaces: Spaces, people: Learners) -> TrainingConstants:
    raw = TrainingScorer(
        facts.snapshot,
        facts.standards,
        facts.tree,
        spaces,
        facts.policy.limits,
        UNIT,
        UNIT_WEIGHTS,
    )
    return training_score.learn_constants(raw, people)


def _lay(
    past: Past, *, spaces: Spaces, space: ProfileSpace, rules: Rules, sample: int
) -> tuple[TrainingScorer, Callable[[NDArray[np.int64]], Learners], Outcomes]:
    """Lay a cut past out for learning: histories are read again, texts and profiles stay.

    Effects stay out: people did not choose by them, and those of today know what came after.
    """
    snapshot = Snapshot.of(past.dataset, past.as_of)
    facts = gather(snapshot, space, rules)
    own = replace(
        spaces,
        history=HistoryModel.fit(snapshot, spaces.config),
        beyond=np.zeros(len(snapshot.trainings)),
    )
    people = facts.learners(_sample(len(snapshot.people), sample, past.seed))
    scorer = TrainingScorer(
        snapshot,
        facts.standards,
        facts.tree,
        own,
        facts.policy.limits,
        _constants(facts, own, people),
        UNIT_WEIGHTS,
    )
    gates = Eligibility(snapshot, rules, facts.profile).training
    return scorer, facts.learners, gates.outcomes


def _known_moves(snapshot: Snapshot) -> tuple[NDArray[np.float64], Ints]:
    """Return gains ``[n_sources, n_jobs]`` of known good moves, and the rows of the sources."""
    table = snapshot.dataset.table("role_pairs")
    source, target = (snapshot.jobs.index.lookup(table[c]) for c in ("source_job", "target_job"))
    gain = pc.fill_null(table["gain"], 1.0).to_numpy()
    use = (source >= 0) & (target >= 0) & (source != target) & (gain > 0)
    sources, row = np.unique(source[use], return_inverse=True)
    gains = np.zeros((len(sources), len(snapshot.jobs)))
    gains[row, target[use]] = gain[use]
    return gains, sources.astype(np.int32)


def prepare(dataset: Dataset, model: Model, *, as_of: date, rules: Rules) -> Prepared:
    """Lay out a dataset with a model, which may know other people, trainings and jobs."""
    snapshot = Snapshot.of(dataset, as_of)
    model = _aligned(model, snapshot)
    facts = gather(snapshot, model.space, rules)
    trainings = TrainingScorer(
        snapshot,
        facts.standards,
        facts.tree,
        Spaces(
            model.text,
            model.latent,
            model.history,
            model.config.history,
            surplus(model.effects),
        ),
        facts.policy.limits,
        model.training_constants,
        model.training_weights.by_kind,
    )
    roles = RoleScorer(
        snapshot,
        facts.standards,
        RoleSpaces(model.space, model.text, model.moves),
        model.role_constants,
        model.config.role,
    )
    return Prepared(facts, model, trainings, roles)


def with_people(prepared: Prepared, dataset: Dataset, *, as_of: date, rules: Rules) -> Prepared:
    """Lay other people out beside the same posts and trainings, which costs far less.

    Parameters:
        dataset: one whose tables that are of nobody are those of the prepared one.
    """
    snapshot = prepared.facts.snapshot.with_people(dataset, as_of)
    facts = gather(snapshot, prepared.model.space, rules)
    return Prepared(
        facts,
        prepared.model,
        prepared.trainings.with_people(snapshot, facts.standards, facts.tree),
        prepared.roles.with_people(snapshot),
    )


def _aligned(model: Model, snapshot: Snapshot) -> Model:
    """Return the model's spaces and tables in the rows and columns of the snapshot."""
    competencies = _old_rows(model.competency_codes, snapshot.competencies)
    trainings = _old_rows(model.training_codes, snapshot.trainings.index)
    jobs = _old_rows(model.job_codes, snapshot.jobs.index)
    units = _old_rows(model.unit_codes, snapshot.units)
    return replace(
        model,
        space=model.space.aligned(competencies),
        history=model.history.aligned(trainings, jobs, units),
        moves=model.moves.aligned(jobs),
        effects=model.effects.aligned(trainings),
    )


def _old_rows(codes: tuple[str, ...], index: Index) -> Ints:
    known = {code: row for row, code in enumerate(codes)}
    return np.array([known.get(code, UNKNOWN) for code in index.codes], np.int32)


def _sample(n: int, size: int, seed: int) -> NDArray[np.int64]:
    if n <= size:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, size, replace=False))


def _quiet(stage: str, done: int, total: int) -> None:
    """Report nothing."""
