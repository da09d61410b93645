"""What is mandatory, and what peers took, worked out on paper."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.engine import Engine
from recommender.mandates import Mandates
from recommender.similarity.history import HistoryConfig, HistoryModel, peer_shares, unit_shares
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset

AS_OF = date(2026, 1, 5)
TABLES = {
    "employees": {
        "employee_id": ["ani", "budi", "cici", "dodi"],
        "employment": ["CPNS", "PNS", "PNS", None],
        "job_code": ["A", "A", "B", None],
    },
    "jobs": {
        "job_code": ["A", "B"],
        "title": ["Penyusun Anggaran", "Pengelola Pengadaan Barang/Jasa Ahli Muda"],
        "family": ["Keuangan", "Pengadaan"],
        "tier": ["pelaksana", "jf_ahli_muda"],
    },
    "trainings": {
        "training_code": ["DASAR", "FREE", "MONEY", "NOBODY", "TENDER"],
        "title": ["Latihan Dasar", "Menulis", "Kas", "Khusus", "Tender"],
        "mandatory_for": [
            "CPNS",
            None,
            "keuangan | jf_ahli_muda",
            "Penyelam",
            "pengelola pengadaan  barang-jasa",
        ],
    },
}


@pytest.mark.parametrize(
    ("person", "bound"),
    [
        ("ani", {"DASAR", "MONEY"}),  # a CPNS, whose post is of the family Keuangan
        ("budi", {"MONEY"}),
        ("cici", {"MONEY", "TENDER"}),  # of the tier; the title holds the words, signs apart
        ("dodi", set()),  # nothing is known, so nothing binds
    ],
)
def test_the_catalogue_binds_by_employment_tier_post_and_family(person, bound):
    snapshot = Snapshot.of(Dataset.of(TABLES), AS_OF)
    mandates, people = Mandates.of(snapshot), snapshot.people
    row = [people.index.rows[person]]
    (found,) = mandates.of_people(people.employment[row], people.tier[row], people.job[row])
    codes = snapshot.trainings.index.codes
    assert {codes[mandates.trainings[at]] for at in np.flatnonzero(found)} == bound
    assert "NOBODY" in {codes[at] for at in mandates.trainings}


def test_words_within_a_longer_word_bind_nobody():
    tables = TABLES | {
        "trainings": {"training_code": ["X"], "title": ["X"], "mandatory_for": ["Penyusu"]}
    }
    assert not Mandates.of(Snapshot.of(Dataset.of(tables), AS_OF)).job.any()


def test_what_is_mandatory_comes_first_with_four_points_and_says_so():
    engine = Engine.fitted(Dataset.of(TABLES), as_of=AS_OF)
    first = engine.recommend("ani", "training", k=5)[:2]
    assert {item.item_code for item in first} == {"DASAR", "MONEY"}
    (basic,) = (item for item in first if item.item_code == "DASAR")
    (term,) = (t for t in basic.terms if t.name == "mandatory")
    assert term.micro == 4_000_000
    assert (term.text.id, term.text.en) == ("Wajib bagi CPNS.", "Mandatory for CPNS.")
    assert basic.reasons[0] == term.text
    other = engine.explain("budi", "DASAR")
    assert not [t for t in other.terms if t.name == "mandatory"]


def test_the_trainings_left_over_keep_what_binds_them():
    snapshot = Snapshot.of(Dataset.of(TABLES), AS_OF)
    part = Mandates.of(snapshot).only(np.array([4, 1, 0]))  # TENDER, FREE, DASAR
    assert part.trainings.tolist() == [0, 2]
    (found,) = part.of_people(*(np.array([row], np.int32) for row in (1, -1, 1)))
    assert found.tolist() == [True, True]  # employment 1 is CPNS, post 1 the one of tenders
    (found,) = part.of_people(*(np.array([row], np.int32) for row in (0, -1, 1)))
    assert found.tolist() == [True, False]


def test_a_post_leans_on_what_its_tier_and_its_affair_take_together():
    # 100 people, 10 took X. Of a tier's 30 people 16 did; damping 20 people of everybody:
    # (16 + 20 · 0.1) / (30 + 20) = 0.36. The affair's share is 0.2, twice everybody's.
    # Expected of the post: 0.36 · 2 = 0.72; of its 5 people 1 did: (1 + 20 · 0.72) / 25 = 0.616.
    nothing = sp.csr_matrix((1, 1))
    model = HistoryModel(
        *[nothing] * 5,
        took=np.array([10], np.int32),
        peers_job=sp.csr_matrix([[1.0]]),
        peers_tier=sp.csr_matrix([[16.0]]),
        holders_job=np.array([5.0]),
        peers_unit=sp.csr_matrix([[6.0]]),
        holders_tier=np.array([30.0]),
        holders_unit=np.array([10.0]),
        peers_all=np.array([10.0]),
        people=100.0,
        popular=np.zeros((4, 1)),
    )
    jobs, tiers = np.array([0, 0, -1, -1], np.int32), np.array([0, 0, 0, -1], np.int32)
    affairs = np.array([[0.2], [np.nan], [np.nan], [np.nan]])
    shares = peer_shares(model, jobs, tiers, HistoryConfig(), affairs).ravel()
    # Without an affair the tier alone: (1 + 20 · 0.36) / 25 = 0.328; then tier, then everybody.
    assert shares.tolist() == pytest.approx([0.616, 0.328, 0.36, 0.1])
    # Of the unit's 10 people 6 did: (6 + 20 · 0.1) / 30; without a unit everybody's share.
    units = unit_shares(model, np.array([0, -1], np.int32), HistoryConfig()).ravel()
    assert units.tolist() == pytest.approx([8 / 30, 0.1])
    # A share is never above one: 0.36 · 0.9 / 0.1 would be 3.24.
    affairs[0] = 0.9
    shares = peer_shares(model, jobs, tiers, HistoryConfig(), affairs).ravel()
    assert shares[0] == pytest.approx((1 + 20) / 25)


def test_people_of_the_unit_are_counted_and_too_few_are_not():
    ids = [f"p{n}" for n in range(9)]
    tables = {
        "employees": {"employee_id": ids, "unit_code": ["U"] * 7 + ["V"] + [None]},
        "trainings": {"training_code": ["X", "Y"], "title": ["Menulis", "Berhitung"]},
        "training_history": {
            "employee_id": [*ids[:5], ids[6], ids[7], ids[8]],
            "training_code": ["X"] * 5 + ["Y"] * 3,
        },
    }
    engine = Engine.fitted(Dataset.of(tables), as_of=AS_OF)
    seen = {}
    for person, item in (("p6", "X"), ("p5", "Y"), ("p7", "X"), ("p8", "X")):
        (term,) = (t for t in engine.explain(person, item).terms if t.name == "unit")
        seen[person] = (term.subject, term.text.en)
    # Six of U have a history, five of them took X; one took Y, too few to be counted.
    assert seen["p6"] == (
        "U",
        "Of 6 employees of the same unit with a recorded training history, 5 have taken this "
        "training.",
    )
    assert seen["p5"] == ("U", "Employees of the same unit have taken this training.")
    assert seen["p7"] == (
        "V",
        "No employees of the same unit are recorded as having taken this training.",
    )
    # Nothing is known of p8's unit: told is of everybody.
    assert seen["p8"][0] == ""
    assert "of the same unit" not in seen["p8"][1]
