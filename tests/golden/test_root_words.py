"""Words of one root are one word, in Indonesian and in English, and the model keeps the roots."""

from __future__ import annotations

from datetime import date

import pytest

from recommender import artifact, pipeline
from recommender.similarity.roots import learn_roots, rooted
from recommender.similarity.text import TextSpace
from training_data.dataset import Dataset

INDONESIAN = "Pegawai mengelola anggaran dan menyusun laporan keuangan daerah"
ENGLISH = "Officers are managing the budgets and have written several reports"
FRENCH = "Introduction à la gestion de projet pour débutants"


def test_roots_are_those_of_the_language_of_the_text():
    roots = learn_roots([INDONESIAN, ENGLISH])
    assert roots["mengelola"] == "kelola"
    assert roots["menyusun"] == "susun"
    assert roots["managing"] == "manage"
    assert roots["budgets"] == "budget"
    assert "dan" not in roots
    assert rooted("Managing MENGELOLA tak-dikenal", roots) == [
        "manage", "kelola", "tak", "dikenal",
    ]  # fmt: skip


@pytest.mark.parametrize("text", [FRENCH, "", "12 34 ----", "x"])
def test_texts_of_another_language_stay_as_written(text):
    assert learn_roots([text]) == {}


def test_forms_of_one_word_are_alike_as_words_and_not_by_letters_alone():
    space = TextSpace.fit([INDONESIAN, ENGLISH, "She manages what they have"])
    plain = TextSpace(space.terms, space.idf, {})
    n_words = len(space.terms[0])

    def word_likeness(of: TextSpace) -> float:
        left, right = of.vectors(["managing", "manages"])[:, :n_words]
        return float((left @ right.T).toarray()[0, 0])

    # Words are half of the likeness, and both texts are the one word "manage".
    assert word_likeness(space) == pytest.approx(0.5)
    assert word_likeness(plain) == 0.0


def test_a_model_keeps_its_roots(tmp_path):
    tables = {
        "employees": {"employee_id": ["a"]},
        "jobs": {"job_code": ["J"], "title": [INDONESIAN]},
        "trainings": {"training_code": ["T", "U"], "title": [ENGLISH, "Tulis laporan"]},
    }
    model = pipeline.fit(Dataset.of(tables), as_of=date(2026, 1, 5))
    artifact.save(model, tmp_path / "model")
    found = artifact.load(tmp_path / "model")
    assert found.text.roots == model.text.roots
    assert found.text.roots["mengelola"] == "kelola"
    assert found.id == model.id
