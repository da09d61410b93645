"""Where versions lie, which is in force, and how a model is opened by way of both forms."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from recommender import artifact, pipeline
from recommender.card import LearntFrom
from recommender.errors import UnusableModel
from recommender.registry import changes, evaluations, journal, layout, resolve
from recommender.registry.changes import Stamp
from recommender.registry.compare import Side, compare
from recommender.registry.verify import verify
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

STAMP = Stamp("penguji", "2026-01-05T00:00:00+00:00")


@pytest.fixture
def registry(office, tmp_path: Path) -> Path:
    """A registry of three versions, of which the second is in force after the first."""
    place = tmp_path / "registry"
    changes.settle(place, STAMP)
    for day in (1, 2, 3):
        as_of = date(2026, 1, day)
        rules = load_rules(as_of)
        model = pipeline.fit(office, as_of=as_of, rules=rules)
        changes.add(place, STAMP, model, rules, LearntFrom.of(office, as_of))
    put(place, 1, "first", None)
    put(place, 2, "promote", 1)
    return place


def put(registry: Path, number: int, action: str, previous: int | None) -> None:
    version = layout.numbered(registry, number)
    assert version is not None
    changes.put_in_force(registry, STAMP, version, action, previous=previous)


def spoil(version: Path) -> None:
    (version / "arrays.npz").write_bytes(b"")


def test_a_plain_model_and_a_registry_are_opened_alike(office, registry, tmp_path):
    artifact.save(pipeline.fit(office, as_of=date(2026, 1, 5)), tmp_path / "plain")
    assert resolve(tmp_path / "plain") == tmp_path / "plain"
    assert artifact.load(resolve(registry)).as_of == date(2026, 1, 2)


def test_a_registry_in_which_nothing_is_in_force_is_refused_with_the_remedy(registry):
    (registry / layout.POINTER).unlink()
    with pytest.raises(UnusableModel, match="selaras models promote"):
        resolve(registry)


def test_what_is_neither_is_refused_when_it_is_opened(tmp_path):
    with pytest.raises(UnusableModel, match="selaras fit"):
        artifact.load(resolve(tmp_path / "nothing"))


@pytest.mark.parametrize("held", ["", "[]", '{"number": 2}', '{"number":"2","id":"","previous":1}'])
def test_a_damaged_pointer_is_refused_and_mended_by_the_next_promotion(registry, held):
    (registry / layout.POINTER).write_text(held)
    with pytest.raises(UnusableModel, match="cannot be read"):
        resolve(registry)
    assert [one.code for one in verify(registry)] == ["pointer"]
    put(registry, 3, "promote", None)
    assert artifact.load(resolve(registry)).as_of == date(2026, 1, 3)


def test_a_version_in_force_that_is_gone_offers_the_way_back(registry):
    folder = resolve(registry)
    folder.rename(registry / "elsewhere")
    with pytest.raises(UnusableModel, match="selaras models rollback"):
        resolve(registry)
    assert changes.way_back(registry) == [1]


def test_a_damaged_version_is_not_put_in_force_and_nothing_changes(registry):
    spoil(layout.versions(registry)[2].folder)
    before = (registry / journal.NAME).read_bytes()
    with pytest.raises(UnusableModel, match="damaged"):
        put(registry, 3, "promote", 2)
    assert artifact.load(resolve(registry)).as_of == date(2026, 1, 2)
    assert (registry / journal.NAME).read_bytes() == before
    assert [one.code for one in verify(registry)] == ["damaged"]


def test_versions_are_named_by_number_folder_or_the_beginning_of_the_id(registry):
    second = layout.versions(registry)[1]
    for name in ("2", "000002", second.folder.name, second.id, second.id[:8]):
        assert layout.find(registry, name) == second
    for name in ("", "9", second.id[:3], "../registry", "zzzz"):
        assert layout.find(registry, name) is None


def test_the_same_model_is_not_written_twice_but_a_damaged_one_is(office, registry):
    as_of = date(2026, 1, 3)
    rules = load_rules(as_of)
    model, learnt = pipeline.fit(office, as_of=as_of, rules=rules), LearntFrom.of(office, as_of)
    version, new = changes.add(registry, STAMP, model, rules, learnt)
    assert (version.number, new) == (3, False)
    spoil(version.folder)
    version, new = changes.add(registry, STAMP, model, rules, learnt)
    assert (version.number, new) == (4, True)


def test_the_way_back_is_the_order_in_which_versions_were_in_force(registry):
    put(registry, 3, "promote", 2)
    assert changes.way_back(registry) == [2, 1]
    put(registry, 2, "rollback", 1)
    assert changes.way_back(registry) == [1]
    put(registry, 3, "promote", 2)
    put(registry, 1, "promote", 3)
    assert changes.way_back(registry) == [3, 2]


def test_a_pointer_moved_by_hand_differs_from_the_journal(registry):
    held = json.loads((registry / layout.POINTER).read_text())
    third = artifact.read_manifest(layout.versions(registry)[2].folder)["id"]
    (registry / layout.POINTER).write_text(json.dumps({**held, "number": 3, "id": third}))
    assert [one.code for one in verify(registry)] == ["journal_differs"]


def test_a_journal_with_a_changed_line_is_found(registry):
    file = registry / journal.NAME
    file.write_text(file.read_text().replace("penguji", "orang lain", 1))
    assert [one.code for one in verify(registry)] == ["journal_broken"]


def test_a_version_under_another_name_is_found(registry):
    one, two, _ = layout.versions(registry)
    one.folder.rename(one.folder.with_name(f"000001-{two.id}"))
    assert [found.code for found in verify(registry)] == ["renamed"]


def test_figures_are_kept_beside_a_model_that_stays_as_it_was(registry, made_evaluation):
    version = layout.versions(registry)[0]
    before = {n: (version.folder / n).read_bytes() for n in ("arrays.npz", "manifest.json")}
    assert evaluations.kept(version) is None
    evaluations.keep(version, made_evaluation)
    assert evaluations.kept(version) == made_evaluation
    assert before == {name: (version.folder / name).read_bytes() for name in before}
    card = (version.folder / "CARD.md").read_text()
    assert "NDCG@10 0.500 (0.400–0.600); best plain baseline ease 0.400; 50 judged" in card
    assert "NDCG@10 0,500" in card
    assert "This model itself was not tested." in card
    assert "Model ini sendiri tidak diuji." in card
    assert verify(registry) == ()


def test_a_changed_figure_is_found(registry, made_evaluation):
    version = layout.versions(registry)[0]
    evaluations.keep(version, made_evaluation)
    file = version.folder / evaluations.NAME
    file.write_text(file.read_text().replace("0.5", "0.9", 1))
    with pytest.raises(UnusableModel, match="selaras models evaluate 1"):
        evaluations.kept(version)
    assert [one.code for one in verify(registry)] == ["damaged"]


@pytest.fixture
def made_evaluation() -> dict[str, object]:
    interval = {"low": 0.4, "high": 0.6}
    return {
        "as_of": "2026-01-05",
        "seed": 0,
        "data": "d" * 64,
        "rules": "r" * 64,
        "lacking": ["role"],
        "reports": {
            "training": {
                "protocol": {
                    "kind": "training",
                    "split": "time",
                    "k": 10,
                    "own": "selaras",
                    "best_baseline": {"all": "ease"},
                },
                "n": 50,
                "groups": {
                    "all": {
                        "selaras": {"ndcg@10": {"value": 0.5, **interval}},
                        "ease": {"ndcg@10": {"value": 0.4, **interval}},
                    }
                },
            }
        },
    }


def test_two_versions_side_by_side_show_what_differs_and_what_cannot_be_compared(
    registry, made_evaluation
):
    one, two, _ = layout.versions(registry)
    sides = [
        Side(
            version.number,
            {**artifact.load(version.folder).description(), "weight": 0.1 * version.number},
            artifact.read_manifest(version.folder),
            evaluation,
        )
        for version, evaluation in ((one, made_evaluation), (two, {**made_evaluation, "data": "x"}))
    ]
    found = compare(*sides)
    assert ("as_of", "2026-01-01", "2026-01-02") in found.about
    assert ("training_codes", 6, 6) in found.known
    assert ("weight", 0.1, 0.2) in found.settings
    assert all(a != b for _, a, b in found.settings)
    ((kind, first, second, same),) = found.figures
    assert (kind, first, same) == ("training", second, False)
    assert json.loads(json.dumps(found.as_json()))["figures"][0]["comparable"] is False


def test_a_model_says_from_how_many_rows_of_past_posts_it_learnt(office):
    held = {
        "employee_id": ["E1", "E1"],
        "job_code": ["J1", "J2"],
        "from_date": [date(2019, 1, 1), date(2020, 1, 1)],
    }
    tables = Dataset.of({"job_history": held})
    known = office.replace(job_history=tables.table("job_history"))
    assert LearntFrom.of(known, date(2026, 1, 3)).rows["job_history"] == 2


def test_the_card_states_data_period_weights_use_and_limits_in_both_languages(registry):
    card = (resolve(registry) / "CARD.md").read_text()
    for said in (
        "Rows of data: employees 4, jobs 4, trainings 6, training_history 3, competency_scores 6.",
        "Events from 1 April 2023 to 1 June 2025.",
        "Peristiwa dari 1 April 2023 sampai 1 Juni 2025.",
        "- training.gap_now: 1",
        "Not for: decisions without a person",
        "Bukan untuk: keputusan tanpa manusia",
        "Not measured yet.",
        "Belum diukur.",
    ):
        assert said in card
