"""A baseline that reads texts: trainings whose words resemble one's own trainings and post."""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from recommender.evaluation.baselines.base import Method, Params, Scorer
from recommender.evaluation.past import Past
from training_data.dataset import Dataset


def _content(past: Past, params: Params) -> Scorer:
    texts = training_texts(past.dataset, past.events.items)
    vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=1)
    items = sp.csr_matrix(vectorizer.fit_transform(texts))
    posts = sp.csr_matrix(vectorizer.transform(_post_texts(past.dataset, past.events.employees)))
    taken = past.events.matrix()
    weight = params["post"]

    def profiles(rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> sp.csr_matrix:
        own = normalize(sp.csr_matrix(taken[rows] @ items))
        return sp.csr_matrix(own + weight * posts[rows])

    return lambda rows: np.asarray((profiles(rows) @ items.T).toarray())


def training_texts(dataset: Dataset, codes: tuple[str, ...]) -> list[str]:
    """Return title, description and outcome names of each training, in the order of ``codes``."""
    names = dict(_pairs(dataset, "competencies", "competency_code", "name"))
    outcomes = defaultdict[str, list[str]](list)
    for training, competency in _pairs(
        dataset, "training_outcomes", "training_code", "competency_code"
    ):
        outcomes[training].append(names.get(competency) or competency)
    titles = dict(_pairs(dataset, "trainings", "training_code", "title"))
    said = dict(_pairs(dataset, "trainings", "training_code", "description"))
    return [" ".join([titles[c], said[c] or "", *outcomes[c]]) for c in codes]


def _post_texts(dataset: Dataset, employees: tuple[str, ...]) -> list[str]:
    titles = dict(_pairs(dataset, "jobs", "job_code", "title"))
    said = dict(_pairs(dataset, "jobs", "job_code", "description"))
    job = dict(_pairs(dataset, "employees", "employee_id", "job_code"))
    return [f"{titles.get(job[e], '')} {said.get(job[e]) or ''}" for e in employees]


def _pairs(dataset: Dataset, table: str, key: str, value: str) -> list[tuple[str, str]]:
    held = dataset.table(table)
    return list(zip(held[key].to_pylist(), held[value].to_pylist(), strict=True))


def has_words(texts: list[str]) -> bool:
    """Whether any text holds a word that the vectoriser would see (two signs or more)."""
    return any(re.search(r"\w\w", text) for text in texts)


def _applies(past: Past) -> bool:
    return has_words(training_texts(past.dataset, past.events.items))


CONTENT = Method("content", _content, ({"post": 0.3}, {"post": 0.0}), _applies)
