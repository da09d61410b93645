"""Names matched by hand: the matcher keeps what was promised, on folds and on names set aside."""

from collections import Counter

import pytest

from training_data.errors import UnusableInput
from training_data.names.confidence import Confidence, shipped
from training_data.names.evidence import FIGURES
from training_data.names.labelled import (
    ASIDE,
    Labelled,
    cross_validate,
    learn,
    measure,
    read_labelled,
)
from training_data.names.words import KINDS

PRECISION, RECALL = 0.99, 0.80


@pytest.fixture(scope="module")
def to_learn(labelled):
    return [one for one in labelled if one.part != ASIDE]


@pytest.fixture(scope="module")
def aside(labelled):
    return [one for one in labelled if one.part == ASIDE]


def test_the_set_covers_the_four_kinds_and_names_that_must_not_be_mapped(labelled, aside):
    kinds = Counter(one.kind for one in labelled)
    assert kinds["job"] >= 150
    assert kinds["training"] >= 120
    assert kinds["education"] >= 80
    assert kinds["unit"] >= 60
    assert sum(not one.maps for one in labelled) >= 60
    assert len(aside) >= 100
    assert len({(one.kind, one.name) for one in labelled}) == len(labelled)


def test_every_code_of_the_set_is_in_the_list_under_the_title_beside_it(labelled, catalogues):
    for one in labelled:
        codes = {entry.code for entry in catalogues[one.kind].entries}
        assert not one.maps or one.code in codes, one


def test_names_set_aside_are_mapped_precisely_and_mostly(aside, catalogues, limits):
    found = measure(aside, catalogues, limits, shipped())
    assert found.precision >= PRECISION, found.wrong
    assert found.recall >= RECALL


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_mapped_precisely_and_mostly(kind, labelled, catalogues, limits):
    mine = [one for one in labelled if one.kind == kind]
    found = measure(mine, {kind: catalogues[kind]}, limits, shipped())
    assert found.precision >= PRECISION, found.wrong
    assert found.recall >= RECALL


def test_the_queue_shows_the_right_code_where_no_automatic_match_is_made(
    labelled, catalogues, limits
):
    found = measure(labelled, catalogues, limits, shipped())
    assert found.shown >= 0.9 * (found.to_map - found.right)


@pytest.fixture(scope="module")
def held_out(to_learn, catalogues, limits):
    return cross_validate(to_learn, catalogues, limits, shipped())


def test_held_out_folds_are_mapped_precisely_and_mostly(held_out, to_learn):
    assert held_out.names == len(to_learn)
    assert held_out.precision >= PRECISION, held_out.wrong
    assert held_out.recall >= RECALL


def test_held_out_confidence_keeps_its_promise(held_out):
    assert held_out.calibration_error < 0.05
    surest = held_out.bins[-1]
    assert surest.count > 300
    assert surest.true >= surest.promised - 0.01
    true = [one.true for one in held_out.bins]
    assert max(true[:4]) < 0.35
    assert min(true[-1:]) > 0.95


def test_the_parameters_of_the_product_are_those_learnt_from_the_set(to_learn, catalogues, limits):
    learnt, ours = learn(to_learn, catalogues, limits, shipped()), shipped()
    assert learnt.rivalry == pytest.approx(ours.rivalry, abs=0.5)
    for name in FIGURES:
        assert learnt.weights[name] == pytest.approx(ours.weights[name], abs=0.5), name
    backwards = learn(to_learn[::-1], catalogues, limits, shipped())
    assert backwards == learnt


def test_parameters_survive_a_round_trip_and_impossible_ones_are_refused(tmp_path):
    file = tmp_path / "confidence.json"
    shipped().write(file)
    assert Confidence.read(file.read_text(encoding="utf-8")) == shipped()
    for text in (
        "{}",
        "[]",
        "x",
        file.read_text(encoding="utf-8").replace('"extra": 3', '"extra": -3'),
    ):
        with pytest.raises(UnusableInput):
            Confidence.read(text)


def test_more_doubt_never_makes_surer():
    ours = shipped()
    assert min(ours.weights.values()) > 0
    assert [y for _, y in ours.curve] == sorted(y for _, y in ours.curve)


def test_a_labelled_file_of_another_form_is_refused(tmp_path):
    file = tmp_path / "labelled.csv"
    file.write_text("kind,name,code\njob,Camat,J1\nship,Kapal,S1\n", encoding="utf-8")
    with pytest.raises(UnusableInput, match=r"labelled\.csv"):
        read_labelled(file)
    assert Labelled("job", "Camat", "none").maps is False
