"""A nation is its agencies: what is split comes back, and what is wrong says where."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_data.dataset import Dataset
from training_data.errors import UnusableInput
from training_data.nation import OF_PEOPLE, Nation, partition_name, split, with_catalogue
from training_data.synthetic import generate


@pytest.fixture(scope="module")
def office():
    """A small city whose people belong to three agencies, one of which has an odd code."""
    made = generate(90, seed=4)
    people = made.table("employees")
    codes = pa.array([("A", "Kota/Bogor", "B b")[n % 3] for n in range(people.num_rows)])
    place = people.column_names.index("agency")
    return made.replace(employees=people.set_column(place, "agency", codes))


@pytest.fixture(scope="module")
def nation(office, tmp_path_factory):
    return split(office, tmp_path_factory.mktemp("split") / "nation")


def of(dataset: Dataset, agency: str) -> Dataset:
    """Return an agency's people and everything of nobody."""
    people = dataset.table("employees")
    ids = people["employee_id"].filter(pc.equal(people["agency"], agency)).combine_chunks()
    tables = {}
    for name, table in dataset.tables.items():
        if name in OF_PEOPLE:
            table = table.filter(pc.is_in(table["employee_id"], value_set=ids))
        if table.num_rows:
            tables[name] = table
    return Dataset.of(tables)


def test_each_agency_has_its_people_and_the_whole_catalogue(office, nation):
    assert nation.agencies == ("A", "B b", "Kota/Bogor")
    catalogue, report = nation.catalogue()
    assert report.refused == 0
    for agency in nation.agencies:
        dataset, report = nation.dataset(agency, catalogue)
        assert report.refused == 0
        assert nation.people_of(agency) == 30
        # Heads and supervisors of other agencies are no people of this one.
        wanted = of(office, agency)
        for name, table in wanted.tables.items():
            assert dataset.table(name).num_rows == table.num_rows, name
        assert set(dataset.tables) == set(wanted.tables)


def test_an_agency_alone_is_what_its_own_folder_says(office, nation, tmp_path):
    catalogue, _ = nation.catalogue()
    dataset, _ = nation.dataset("A", catalogue)
    dataset.write(tmp_path / "alone")
    assert Dataset.read(tmp_path / "alone").content_hash == dataset.content_hash
    assert with_catalogue(dataset, catalogue).content_hash == dataset.content_hash


def test_a_folder_of_tables_is_no_nation(nation, tmp_path):
    assert Nation.is_at(nation.folder)
    assert not Nation.is_at(nation.folder / "catalogue")
    assert not Nation.is_at(tmp_path)


def test_an_agency_without_people_says_so(nation):
    catalogue, _ = nation.catalogue()
    place = nation.partition("C")
    place.mkdir()
    (place / "talent.csv").write_text("employee_id,assessed_on\nX,2025-01-01\n")
    with pytest.raises(UnusableInput, match="C"):
        nation.dataset("C", catalogue)
    (place / "talent.csv").unlink()
    place.rmdir()


@given(st.text(max_size=12))
def test_every_code_has_a_name_of_a_folder_and_comes_back(code):
    from training_data.nation import _unquoted

    name = partition_name(code)
    assert "/" not in name
    assert "\0" not in name
    assert name.isascii()
    assert _unquoted(name.removeprefix("agency=")) == code
