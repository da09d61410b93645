"""Reference lists made up for these tests, names matched by hand, and the thresholds in force."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from training_data.names.catalogue import Catalogue, load_catalogue
from training_data.names.labelled import Labelled, read_labelled
from training_data.names.matcher import Matcher, Thresholds
from training_data.names.words import KINDS, Kind
from training_data.reference.packs import load_rules

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def limits() -> Thresholds:
    return Thresholds.of(load_rules(date(2026, 1, 5)))


@pytest.fixture(scope="session")
def catalogues() -> Mapping[Kind, Catalogue]:
    return {kind: load_catalogue(kind, [HERE]) for kind in KINDS}


@pytest.fixture(scope="session")
def labelled() -> list[Labelled]:
    return read_labelled(HERE / "labelled.csv")


@pytest.fixture(scope="session")
def matchers(catalogues, limits) -> Mapping[Kind, Matcher]:
    return {kind: Matcher(catalogue, limits) for kind, catalogue in catalogues.items()}


@pytest.fixture(scope="session")
def match_one(limits):
    """Match one name against titles; the code of a title is its number, beginning with 1."""

    def run(kind: Kind, name: str, *titles: str, decisions=None):
        rows = [{"code": str(n), "title": title} for n, title in enumerate(titles, 1)]
        matcher = Matcher(Catalogue.of(kind, rows), limits, decisions or {})
        return matcher.match([name])[name]

    return run
