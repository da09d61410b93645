"""The dataset as it stood before the truth: every dated row after the cut is gone.

In: a dataset and a ``Split``. Out: a ``Past``, all a method may learn from. In a time split one
moment cuts everybody; in leave-last-out each employee's rows are cut at the held-out event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recommender.evaluation.events import Events, Moments, row_numbers, taken
from recommender.evaluation.splits import Kind, Split
from training_data.dataset import Dataset

_DATED = MappingProxyType(
    {
        "training_history": "completed_on",
        "competency_scores": "assessed_on",
        "nominations": "at",
        "feedback": "at",
        "certifications": "issued_on",
        "credit_points": "as_of",
        "job_history": "from_date",
        "talent": "assessed_on",
        "discipline": "starts_on",
    }
)
"""Tables of dated facts about people."""


@dataclass(frozen=True)
class Past:
    """What a method may learn from.

    Attributes:
        dataset: the tables without anything dated after the cut.
        events: the same history as arrays.
        as_of: day of the cut.
        seed: for methods that draw.
        split: how the past was parted from the truth; validation cuts part it the same way.
    """

    dataset: Dataset
    events: Events
    as_of: date
    seed: int
    split: Kind = "time"


def known_until(dataset: Dataset, as_of: date) -> Dataset:
    """Return the dataset without facts about people dated after the day ``as_of``."""
    limit = np.datetime64(as_of + timedelta(days=1), "us")
    tables = dict(dataset.tables)
    for name, column in _DATED.items():
        if dataset.has(name):
            at = _moments(dataset.table(name), column)
            tables[name] = tables[name].filter(pa.array(np.isnat(at) | (at < limit)))
    return Dataset(MappingProxyType(tables))


def past_of(dataset: Dataset, split: Split, *, as_of: date, seed: int) -> Past:
    """Cut a dataset for a split; ``as_of`` is the day where the split itself names none."""
    tables = dict(dataset.tables)
    for name, column in _DATED.items():
        if dataset.has(name):
            table = dataset.table(name)
            keep = _known(table, column, split)
            if name == "training_history":
                keep &= _learnable(table, split)
            tables[name] = tables[name].filter(pa.array(keep))
    day = as_of if np.isnat(split.cut) else split.cut.astype("datetime64[D]").item()
    return Past(Dataset(MappingProxyType(tables)), split.past, day, seed, split.kind)


def _known(table: pa.Table, column: str, split: Split) -> NDArray[np.bool_]:
    """Per row: undated, or not after the cut of its employee."""
    at = _moments(table, column)
    employee = row_numbers(table["employee_id"], split.past.employees)
    limit = np.append(split.own_cut, np.datetime64("NaT", "us"))[employee]
    return np.asarray(np.isnat(at) | np.isnat(limit) | (at <= limit))


def _learnable(table: pa.Table, split: Split) -> NDArray[np.bool_]:
    """Per row of the history: whether the split lets a method see it.

    A taken training is seen if its pair of employee and training is in the past; what no method
    can be tested on (other states, trainings without a code) is seen as it stands.
    """
    n_items = len(split.past.items)
    seen = split.past.employee * n_items + split.past.item
    employee = row_numbers(table["employee_id"], split.past.employees)
    item = row_numbers(table["training_code"], split.past.items)
    testable = np.asarray(taken(table)) & (employee >= 0) & (item >= 0)
    return ~testable | np.isin(employee * n_items + item, seen)


def _moments(table: pa.Table, column: str) -> Moments:
    return np.asarray(table[column].cast(pa.timestamp("us")).to_numpy(), "datetime64[us]")
