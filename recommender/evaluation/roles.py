"""Known good moves as a test: jobs taken as people, ranked against all jobs with requirements.

In: a dataset with ``role_pairs``. Out: a task for the methods, and the truth. Taken out of what a
method may read are the moves, the job histories they may have been drawn from, and the titles:
these are names, and frameworks have composed their related jobs from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp

from recommender.errors import NothingToEvaluate
from recommender.evaluation.baselines.levels import competency_codes, required_levels
from recommender.evaluation.baselines.roles import RoleTask
from recommender.evaluation.events import row_numbers
from recommender.evaluation.ranking import Truth
from training_data.dataset import Dataset
from training_data.messages import say

HIDDEN_TITLE = "-"


@dataclass(frozen=True)
class RoleCase:
    """A task and its truth.

    Attributes:
        task: what methods may read.
        truth: gains ``[n_sources, n_jobs]``.
        own: CSR of the same shape, the source itself, which is never suggested.
        split: what the truth is: ``pairs`` or ``moves``.
    """

    task: RoleTask
    truth: Truth
    own: sp.csr_matrix
    split: Literal["pairs", "moves"] = "pairs"


def role_case(dataset: Dataset, as_of: date, seed: int) -> RoleCase:
    """Lay out the known moves between listed jobs that ask for at least one level.

    A pair with a gain of 0, or of a job with itself, is no known move.

    Raises:
        NothingToEvaluate: no pair joins two jobs with requirements.
    """
    jobs = listed_jobs(dataset)
    pairs = dataset.table("role_pairs")
    source, target = (row_numbers(pairs[c], jobs) for c in ("source_job", "target_job"))
    gain = pc.fill_null(pairs["gain"], 1.0).to_numpy()
    use = (source >= 0) & (target >= 0) & (source != target) & (gain > 0)
    if not use.any():
        raise NothingToEvaluate(say("evaluate.no_pairs", "id"))
    sources = np.unique(source[use])
    shape = (len(sources), len(jobs))
    row = np.searchsorted(sources, source[use])
    gains = sp.csr_matrix((gain[use], (row, target[use])), shape)
    own = sp.csr_matrix((np.ones(len(sources)), (np.arange(len(sources)), sources)), shape)
    required = required_levels(dataset, jobs, competency_codes(dataset))
    return RoleCase(
        RoleTask(_readable(dataset), jobs, required, sources, as_of, seed, gains), Truth(gains), own
    )


def listed_jobs(dataset: Dataset) -> tuple[str, ...]:
    """Return the candidates: listed jobs that ask for at least one level, in byte order."""
    requirements = dataset.table("job_requirements")
    with_level = requirements.filter(pc.is_valid(requirements["level"]))
    known = set(dataset.table("jobs")["job_code"].to_pylist())
    return tuple(sorted(known & set(with_level["job_code"].to_pylist()), key=str.encode))


def _readable(dataset: Dataset) -> Dataset:
    """Take out the known moves, where they may come from, and the titles of jobs."""
    hidden_tables = ("role_pairs", "job_history")
    tables = {name: table for name, table in dataset.tables.items() if name not in hidden_tables}
    if "jobs" in tables:
        jobs = tables["jobs"]
        hidden = pa.array([HIDDEN_TITLE] * jobs.num_rows, pa.string())
        tables["jobs"] = jobs.set_column(jobs.column_names.index("title"), "title", hidden)
    return Dataset(MappingProxyType(tables))
