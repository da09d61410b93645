from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from recommender import artifact, pipeline
from recommender.errors import UnusableModel
from training_data.reference.packs import load_rules


@pytest.fixture
def folder(office, tmp_path: Path) -> Path:
    artifact.save(pipeline.fit(office, as_of=date(2026, 1, 5)), tmp_path / "model")
    return tmp_path / "model"


def test_the_same_data_gives_the_same_model_and_the_same_bytes(office, folder, tmp_path):
    artifact.save(pipeline.fit(office, as_of=date(2026, 1, 5)), tmp_path / "again")
    for file in ("arrays.npz", "model.json", "manifest.json", "CARD.md"):
        assert (folder / file).read_bytes() == (tmp_path / "again" / file).read_bytes()


def test_saving_replaces_the_old_model_whole(office, folder):
    artifact.save(pipeline.fit(office, as_of=date(2026, 1, 6)), folder)
    assert artifact.load(folder).as_of == date(2026, 1, 6)
    assert [p.name for p in folder.parent.iterdir()] == ["model"]


@pytest.mark.parametrize("name", ["arrays.npz", "model.json"])
def test_a_flipped_bit_is_refused(folder, name):
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(UnusableModel, match="damaged"):
        artifact.load(folder)


@pytest.mark.parametrize("name", ["arrays.npz", "model.json", "manifest.json"])
def test_a_missing_file_is_refused(folder, name):
    (folder / name).unlink()
    with pytest.raises(UnusableModel):
        artifact.load(folder)


def test_another_format_is_refused(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["format"] = 99
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(UnusableModel, match="format 99"):
        artifact.load(folder)


def test_a_pickle_in_place_of_the_arrays_is_refused(folder):
    import hashlib
    import pickle

    payload = pickle.dumps({"space.centre": [1]})
    (folder / "arrays.npz").write_bytes(payload)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["arrays.npz"] = hashlib.sha256(payload).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(UnusableModel):
        artifact.load(folder)


def test_the_model_names_no_person(folder):
    text = (folder / "model.json").read_text() + (folder / "CARD.md").read_text()
    for name in ("budi", "Budi Santoso", "dewi", "Lestari"):
        assert f'"{name}"' not in text


def test_manifest_and_card_name_the_rules_their_marks_and_the_overlays(office, tmp_path):
    overlay = tmp_path / "ketentuan"
    overlay.mkdir()
    change = {"overlay": "rekaan", "rules": [{"id": "role.jpt_term", "params": {"max_years": 4}}]}
    (overlay / "rekaan.json").write_text(json.dumps(change))
    rules = load_rules(date(2026, 1, 5), overlay)
    model = pipeline.fit(office, as_of=date(2026, 1, 5), rules=rules)
    artifact.save(model, tmp_path / "model", rules)
    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    assert (manifest["rules"], manifest["overlays"]) == (rules.hash, ["rekaan"])
    card = (tmp_path / "model" / "CARD.md").read_text()
    assert f"Rules {rules.hash[:12]} (changed by rekaan)" in card
    confirmed = sum(rule.mark == "V" for rule in rules)
    assert f"by mark: V {confirmed}, " in card
    assert artifact.load(tmp_path / "model").id == model.id


def test_what_was_learnt_of_sources_is_read_back_so_that_estimates_are_replayed(office, folder):
    model = artifact.load(folder)
    assert model.source_errors == pipeline.fit(office, as_of=date(2026, 1, 5)).source_errors
    surer = replace(model.source_errors, error=(0.2,) * len(model.source_errors.error))
    artifact.save(replace(model, source_errors=surer), folder)
    assert artifact.load(folder).source_errors == surer != model.source_errors


def test_what_trainings_were_measured_to_add_is_read_back_and_counts_in_the_id(office, folder):
    model = artifact.load(folder)
    rows = np.arange(len(model.training_codes))
    measured = replace(model.effects, share=rows / 7, people=10 + rows, missing=rows / 3)
    artifact.save(replace(model, effects=measured), folder)
    again = artifact.load(folder)
    assert again.id != model.id
    assert [again.effects.evidence(t) for t in rows] == [measured.evidence(t) for t in rows]
    assert again.effects.description() == measured.description()
