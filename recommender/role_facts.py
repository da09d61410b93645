"""Stage 6a: what is read of posts and people beside levels, to score posts by.

In: the snapshot. Out: the text of each post's duties, its tools, the fields of study it accepts,
each person's field, and the years each person served in each family of posts.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow.compute as pc
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.snapshot import Snapshot
from recommender.spread import NOISE


def role_documents(snapshot: Snapshot) -> list[str]:
    """Return the text of each job's duties: its description, or its title where it has none."""
    jobs = snapshot.jobs
    return [d or t for d, t in zip(jobs.descriptions, jobs.titles, strict=True)]


def tools(snapshot: Snapshot) -> sp.csr_matrix:
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


def fields(snapshot: Snapshot) -> tuple[Mapping[str, int], NDArray[np.bool_]]:
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


def person_fields(snapshot: Snapshot, names: Mapping[str, int]) -> Ints:
    """Return the number of each person's field of study, −1 where no post accepts it."""
    column = snapshot.dataset.table("employees")["education_field"].to_pylist()
    return np.array([names.get((v or "").strip().casefold(), UNKNOWN) for v in column], np.int32)


def experience(snapshot: Snapshot, n_families: int) -> sp.csr_matrix:
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
