"""Baselines that know nothing of the person but the post: random and three popularities."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recommender.evaluation.baselines.base import Method, Params, Scorer
from recommender.evaluation.events import Rows, row_numbers
from recommender.evaluation.past import Past
from recommender.evaluation.ranking import Scores

_DAY = np.timedelta64(1, "D")


def _random(past: Past, params: Params) -> Scorer:
    n_items = len(past.events.items)

    def score(rows: Rows) -> Scores:
        # One generator per person: the order of a batch never changes a person's list.
        drawn = []
        for row in rows:
            name = f"{past.seed}\0{past.events.employees[row]}".encode()
            own = int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big")
            drawn.append(np.random.default_rng(own).random(n_items))
        return np.array(drawn).reshape(len(rows), n_items)

    return score


def _popularity(past: Past, params: Params) -> Scorer:
    counts = past.events.counts
    return lambda rows: np.tile(counts, (len(rows), 1))


def _recent(past: Past, params: Params) -> Scorer:
    events = past.events
    end = np.datetime64(past.as_of, "D") + _DAY
    age = (end - events.at) / _DAY
    weight = np.where(np.isnan(age), 0.0, 0.5 ** (age / params["half_life"]))
    counts = np.bincount(events.item, weights=weight, minlength=len(events.items))
    return lambda rows: np.tile(counts, (len(rows), 1))


def _within_job(past: Past, params: Params) -> Scorer:
    events = past.events
    codes, job = job_numbers(past)
    n_jobs, n_items = len(codes) + 1, len(events.items)
    counts = np.zeros((n_jobs, n_items))  # the last row, −1, is the unknown post
    np.add.at(counts, (job[events.employee], events.item), 1.0)
    everybody = events.counts / max(len(np.unique(events.employee)), 1)
    holders = np.zeros(n_jobs)
    np.add.at(holders, job[np.unique(events.employee)], 1.0)
    counts[-1], holders[-1] = 0.0, 0.0
    k = params["damping"]
    share = (counts + k * everybody) / (holders + k)[:, None]
    return lambda rows: share[job[rows]]


def job_numbers(past: Past) -> tuple[tuple[str, ...], Rows]:
    """Return the posts people hold, and each employee's place among them (−1 unknown)."""
    table = past.dataset.table("employees")
    place = pc.index_in(pa.array(past.events.employees, pa.string()), table["employee_id"])
    held = table["job_code"].combine_chunks().take(place)
    codes = tuple(sorted({c for c in held.to_pylist() if c is not None}, key=str.encode))
    return codes, row_numbers(held, codes)


def _has_dates(past: Past) -> bool:
    return bool((~np.isnat(past.events.at)).any())


def _has_jobs(past: Past) -> bool:
    return past.dataset.knows("employees", "job_code")


RANDOM = Method("random", _random)
POPULARITY = Method("popularity", _popularity)
POPULARITY_RECENT = Method(
    "popularity_recent",
    _recent,
    tuple({"half_life": days} for days in (180, 30, 90, 365, 730)),
    _has_dates,
)
POPULARITY_IN_JOB = Method(
    "popularity_in_job", _within_job, tuple({"damping": k} for k in (20, 2, 100)), _has_jobs
)
