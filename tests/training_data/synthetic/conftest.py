from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from training_data.dataset import Dataset
from training_data.synthetic import AS_OF, generate
from training_data.synthetic.city import City, joined


@pytest.fixture(scope="session")
def city() -> Dataset:
    """A city of two thousand people, as most who look at the demo see it."""
    return generate(2000)


@pytest.fixture(scope="session")
def small_city() -> Dataset:
    return generate(300, seed=3)


@pytest.fixture(scope="session")
def truth() -> dict[str, pd.DataFrame]:
    """What was planted in ``city``."""
    shards = list(City(2000, 0, AS_OF).shards(2000))
    return {name: table.to_pandas() for name, table in joined([s.truth for s in shards]).items()}


@pytest.fixture(scope="session")
def as_of() -> date:
    return AS_OF
