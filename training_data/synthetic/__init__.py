"""A fictional Jakarta: an agency of any size with people, posts, trainings and histories.

Everything is invented and follows from a seed. Lives follow ways of choosing and learning that
are not the ranking's own (thresholds, interactions, tastes nobody records), so that the city
cannot flatter the ranker; what was planted is written to ``_truth/``, which no reader opens.
"""

from __future__ import annotations

from datetime import date

from training_data.dataset import Dataset
from training_data.synthetic.city import City, joined
from training_data.synthetic.folder import write_folder

__all__ = ["AS_OF", "generate", "write_folder"]

AS_OF = date(2026, 11, 2)
"""The day the city is drawn up when none is given; nothing here reads the clock."""


def generate(employees: int = 2000, *, seed: int = 0, as_of: date = AS_OF) -> Dataset:
    """Return a fictional city as a dataset in memory.

    Parameters:
        employees: how many people, at least 1; for large numbers use ``write_folder``.
        seed: the same seed gives the same city.
        as_of: the day the data are drawn up; sessions and vacancies lie around it.

    Raises:
        ValueError: ``employees`` is below 1.
    """
    city = City(employees, seed, as_of)
    people = joined([shard.tables for shard in city.shards(20_000)])
    return Dataset.of({**people, **city.others()})
