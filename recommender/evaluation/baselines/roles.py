"""Baselines for roles: each scores every candidate job for a profile of levels."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from recommender.evaluation.baselines.content import has_words
from recommender.evaluation.baselines.levels import Levels
from recommender.evaluation.baselines.vendors import odoo_match, sap_match
from recommender.evaluation.ranking import Scores
from recommender.similarity.moves import Moved
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset


@dataclass(frozen=True)
class RoleTask:
    """What a method may read when it ranks jobs for people who are exactly a job's standard.

    Attributes:
        dataset: the tables without known moves and without titles.
        jobs: codes of the candidates, in byte order.
        required: levels the candidates ask for, ``[n_jobs, n_competencies]``, NaN not asked.
        sources: rows of the jobs taken as people.
        as_of: the day, for methods that read dated facts.
        seed: for methods that draw.
        gains: known moves ``[n_sources, n_jobs]``; only for a method that learns from them, which
            must score a source by what other folds of sources have taught.
    """

    dataset: Dataset
    jobs: tuple[str, ...]
    required: Levels
    sources: NDArray[np.int64]
    as_of: date
    seed: int
    gains: sp.csr_matrix

    @property
    def levels(self) -> Levels:
        """Levels of the people: their job's own requirements."""
        return self.required[self.sources]


def always(task: RoleTask) -> bool:
    """Whether the method can be used: yes."""
    return True


@dataclass(frozen=True)
class RoleMethod:
    """A way to score jobs: ``score`` gives ``[n_sources, n_jobs]``, higher is better."""

    name: str
    score: Callable[[RoleTask], Scores]
    applies: Callable[[RoleTask], bool] = always
    ours: bool = False


def _random(task: RoleTask) -> Scores:
    drawn = []
    for source in task.sources:
        name = f"{task.seed}\0{task.jobs[source]}".encode()
        own = int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big")
        drawn.append(np.random.default_rng(own).random(len(task.jobs)))
    return np.array(drawn)


def _popularity(task: RoleTask) -> Scores:
    holders = dict.fromkeys(task.jobs, 0)
    for job in task.dataset.table("employees")["job_code"].to_pylist():
        if job in holders:
            holders[job] += 1
    return np.tile(np.array(list(holders.values()), np.int64), (len(task.sources), 1))


def _transitions(task: RoleTask) -> Scores:
    """Count who moved so before; equal counts by how many came to the post from anywhere."""
    snapshot = Snapshot.of(task.dataset, task.as_of)
    moved = Moved.of(snapshot)
    column = {code: place for place, code in enumerate(task.jobs)}
    place = np.array([column.get(code, -1) for code in snapshot.jobs.index.codes], np.int64)
    source, target = place[moved.source], place[moved.target]
    counts = np.zeros((len(task.jobs), len(task.jobs)))
    use = (source >= 0) & (target >= 0)
    np.add.at(counts, (source[use], target[use]), 1.0)
    arrived = counts.sum(axis=0)
    return np.asarray(counts[task.sources] + arrived / (arrived.sum() + 1.0))


def _smallest_deficit(task: RoleTask) -> Scores:
    level, need = np.nan_to_num(task.levels), np.nan_to_num(task.required)
    return -np.stack([np.maximum(row - level, 0.0).sum(axis=1) for row in need], axis=1)


def _cosine(task: RoleTask) -> Scores:
    return _cosines(np.nan_to_num(task.required), task.sources)


def _cosine_z(task: RoleTask) -> Scores:
    level = np.nan_to_num(task.required)
    spread = level.std(axis=0)
    centred = np.divide(
        level - level.mean(axis=0), spread, out=np.zeros_like(level), where=spread > 0
    )
    return _cosines(centred, task.sources)


def _cosines(vectors: Levels, sources: NDArray[np.int64]) -> Scores:
    norm = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, norm, out=np.zeros_like(vectors), where=norm > 0)
    return np.asarray(unit[sources] @ unit.T)


def _content(task: RoleTask) -> Scores:
    said = _descriptions(task)
    words = sp.csr_matrix(TfidfVectorizer(sublinear_tf=True).fit_transform(said))
    return np.asarray((words[task.sources] @ words.T).toarray())


def _descriptions(task: RoleTask) -> list[str]:
    table = task.dataset.table("jobs")
    said = dict(zip(table["job_code"].to_pylist(), table["description"].to_pylist(), strict=True))
    return [said[code] or "" for code in task.jobs]


def _has_holders(task: RoleTask) -> bool:
    """One person per job, as in a framework, is no popularity."""
    jobs = [j for j in task.dataset.table("employees")["job_code"].to_pylist() if j is not None]
    return len(jobs) > len(set(jobs))


def _has_moves(task: RoleTask) -> bool:
    return len(Moved.of(Snapshot.of(task.dataset, task.as_of)).at) > 0


def _has_words(task: RoleTask) -> bool:
    return has_words(_descriptions(task))


ROLE_BASELINES: tuple[RoleMethod, ...] = (
    RoleMethod("random", _random),
    RoleMethod("popularity", _popularity, _has_holders),
    RoleMethod("transitions", _transitions, _has_moves),
    RoleMethod("smallest_deficit", _smallest_deficit),
    RoleMethod("sap", lambda task: sap_match(task.levels, task.required)),
    RoleMethod("odoo", lambda task: odoo_match(task.levels, task.required)),
    RoleMethod("content", _content, _has_words),
    RoleMethod("cosine", _cosine),
    RoleMethod("cosine_z", _cosine_z),
)
