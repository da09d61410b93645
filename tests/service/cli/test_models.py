"""``selaras models``: versions kept, measured, compared, put in force and taken back."""

import json
import shutil
from pathlib import Path

import pytest

from recommender import artifact
from recommender.errors import VersionInForce
from recommender.registry import changes, layout
from recommender.registry.changes import Stamp

DAY, LATER = "2026-01-05", "2026-01-06"


@pytest.fixture
def registry(workplace) -> Path:
    return workplace / ".selaras" / "models"


@pytest.fixture
def fit(selaras, agency):
    """Fit a version of a day; the agency has enough of a past to judge by."""
    history = agency / "training_history.csv"
    history.write_text(
        "employee_id,training_code,completed_on\n"
        "P-1,K-1,2023-05-02\nP-2,K-1,2024-05-02\nP-3,K-1,2024-06-02\n"
        "P-1,K-3,2024-08-02\nP-2,K-3,2025-08-02\nP-3,K-3,2025-09-02\n",
        encoding="utf-8",
    )

    def run(day=DAY, *more):
        return selaras("fit", "--data", agency, "--as-of", day, *more)

    return run


@pytest.fixture
def floors(workplace, monkeypatch):
    """Set the floors of the agency."""

    def put(**params):
        folder = workplace / "ketentuan"
        folder.mkdir(exist_ok=True)
        rules = [{"id": "model.floors", "params": params}]
        (folder / "uji.json").write_text(json.dumps({"overlay": "uji", "rules": rules}))
        monkeypatch.setenv("SELARAS_RULES_DIR", str(folder))

    return put


LOW = {"min_ratio_to_best_baseline": 0.0, "min_people_judged": 1, "max_drop_against_current": 1.0}


def held(registry) -> int:
    return json.loads((registry / "promoted.json").read_text())["number"]


def listed(selaras):
    return json.loads(selaras("models", "list", "--json").out)


def test_the_first_version_is_in_force_and_later_ones_are_candidates(selaras, fit, registry):
    done = fit()
    assert done.code == 0
    assert "Versi 1 berlaku." in done.err
    done = fit(LATER)
    assert done.code == 0
    assert "selaras models evaluate 2" in done.err
    assert "selaras models promote 2" in done.err
    found = listed(selaras)
    assert found["in_force"] == held(registry) == 1
    assert [version["in_force"] for version in found["versions"]] == [True, False]
    assert [version["measured"] for version in found["versions"]] == [None, None]


def test_fitting_the_same_again_writes_nothing(selaras, fit):
    fit()
    assert "tidak ada yang ditulis" in fit().err
    assert len(listed(selaras)["versions"]) == 1


def test_what_was_not_measured_is_refused_with_the_remedy(selaras, fit, registry):
    fit()
    fit(LATER)
    done = selaras("models", "promote", "2")
    assert done.code == 1
    assert "selaras models evaluate 2" in done.err
    assert held(registry) == 1


def test_a_measured_version_below_the_floors_waits_and_one_that_meets_them_is_promoted(
    selaras, fit, agency, floors, registry
):
    fit()
    fit(LATER)
    done = selaras("models", "evaluate", "2", "--data", agency)
    assert done.code == 0
    assert "NDCG@10" in done.out
    done = selaras("models", "promote", "2", "--as-of", DAY, "--json")
    assert done.code == 1
    assert "few_people" in [one["code"] for one in json.loads(done.out)["refused"]]
    assert held(registry) == 1
    floors(**LOW)
    assert selaras("models", "promote", "2", "--as-of", DAY).code == 0
    assert held(registry) == 2


def test_fit_can_measure_and_promote_at_once(fit, floors, registry, selaras):
    fit()
    done = fit(LATER, "--promote")
    assert done.code == 1
    assert held(registry) == 1
    floors(**LOW)
    assert fit("2026-01-07", "--promote").code == 0
    assert held(registry) == 3
    assert listed(selaras)["versions"][2]["measured"]["training"]["people"] > 0


def test_data_without_a_past_cannot_be_measured_and_say_so(selaras, agency, registry):
    (agency / "training_history.csv").unlink()
    done = selaras("fit", "--data", agency, "--as-of", DAY, "--promote")
    assert done.code == 1
    assert "belum diukur" in done.err
    assert not (registry / "promoted.json").exists()
    assert selaras("models", "evaluate", "1", "--data", agency).code == 3


def test_an_override_needs_a_reason_and_is_recorded(selaras, fit, registry):
    fit()
    fit(LATER)
    assert selaras("models", "promote", "2", "--override", " ").code == 2
    done = selaras("models", "promote", "2", "--override", "uji coba di satu unit")
    assert done.code == 0
    assert held(registry) == 2
    shown = selaras("models", "show", "2")
    assert "uji coba di satu unit" in " ".join(shown.out.split())
    lines = json.loads(selaras("models", "show", "2", "--json").out)["journal"]
    assert [line["event"] for line in lines] == ["added", "intent", "done"]
    assert lines[-1]["action"] == "override"
    assert lines[-1]["who"]


def test_rollback_returns_to_the_version_before_and_says_where_there_is_none(
    selaras, fit, registry
):
    fit()
    fit(LATER)
    selaras("models", "promote", "2", "--override", "uji")
    assert selaras("models", "rollback").code == 0
    assert held(registry) == 1
    done = selaras("models", "rollback")
    assert done.code == 4
    assert "selaras models promote" in done.err


def test_a_damaged_version_in_force_is_refused_and_rollback_mends_it(
    selaras, fit, agency, registry
):
    fit()
    fit(LATER)
    selaras("models", "promote", "2", "--override", "uji")
    (second,) = (registry / "versions").glob("000002-*")
    (second / "arrays.npz").write_bytes(b"")
    asked = ("recommend", "P-1", "--data", agency, "--model", registry, "--as-of", LATER)
    done = selaras(*asked)
    assert done.code == 5
    assert "selaras models rollback" in done.err
    doctor = selaras("doctor")
    assert doctor.code == 1
    assert "selaras models rollback" in " ".join(doctor.out.split())
    assert selaras("models", "verify").code == 1
    assert selaras("models", "promote", "2", "--override", "uji").code == 5
    assert selaras("models", "rollback").code == 0
    assert selaras(*asked).code == 0


def test_rollback_passes_over_a_damaged_version(selaras, fit, registry):
    for day in (DAY, LATER, "2026-01-07"):
        fit(day)
    for number in ("2", "3"):
        selaras("models", "promote", number, "--override", "uji")
    (second,) = (registry / "versions").glob("000002-*")
    (second / "model.json").unlink()
    done = selaras("models", "rollback", "--json")
    assert (done.code, json.loads(done.out)["damaged"]) == (0, [2])
    assert held(registry) == 1


def test_doctor_names_the_version_in_force(selaras, fit):
    fit()
    out = " ".join(selaras("doctor").out.split())
    assert "Model versi 1" in out
    assert selaras("models", "verify").code == 0


def test_a_journal_that_was_changed_is_found(selaras, fit, registry):
    fit()
    journal = registry / "journal.jsonl"
    journal.write_text(journal.read_text().replace('"first"', '"promote"', 1))
    done = selaras("models", "verify", "--json")
    assert done.code == 1
    assert [one["code"] for one in json.loads(done.out)["findings"]] == ["journal_broken"]


def test_comparing_shows_what_differs_and_whose_lists_change(selaras, fit, agency):
    fit("2024-12-31")
    fit(DAY)
    asked = ("models", "compare", "1", "2", "--data", agency, "--as-of", DAY)
    done = selaras(*asked)
    assert done.code == 0
    assert "as_of: 2024-12-31 → 2026-01-05" in done.out
    found = json.loads(selaras(*asked, "--json").out)
    assert found["lists"]["training"]["people"] == 4
    assert 0 <= found["lists"]["training"]["overlap"] <= 1
    same = json.loads(selaras("models", "compare", "2", "2", "--json").out)
    assert (same["settings"], same["lists"]) == ([], {})


def test_a_version_that_is_not_there_is_not_found(selaras, fit):
    fit()
    for arguments in (("show", "7"), ("promote", "7"), ("compare", "1", "7")):
        assert selaras("models", *arguments).code == 4


@pytest.fixture
def four(selaras, fit, floors):
    """Four versions: the third is in force, the first was before it."""
    floors(**LOW)
    for day in ("2024-12-31", "2025-06-30", DAY, LATER):
        fit(day)
    selaras("models", "evaluate", "3", "--data", "data")
    return selaras("models", "promote", "3", "--override", "uji", "--as-of", LATER)


def numbers(selaras):
    return [version["number"] for version in listed(selaras)["versions"]]


def test_pruning_keeps_the_one_in_force_the_one_before_it_and_the_newest(selaras, four, registry):
    assert held(registry) == 3
    told = json.loads(selaras("models", "prune", "--keep", "1", "--dry-run", "--json").out)
    assert [one["number"] for one in told["removed"]] == [2]
    assert numbers(selaras) == [1, 2, 3, 4]
    done = selaras("models", "prune", "--keep", "1")
    assert done.code == 0
    assert "Versi 2 (" in done.out
    for kept in ("Versi 1 tetap: tujuan", "Versi 3 tetap: sedang berlaku", "Versi 4 tetap"):
        assert kept in done.out
    assert numbers(selaras) == [1, 3, 4]
    assert selaras("models", "verify").code == 0
    again = selaras("models", "prune", "--keep", "1")
    assert (again.code, "Tidak ada versi" in again.err) == (0, True)
    assert selaras("models", "rollback").code == 0
    assert held(registry) == 1


def test_what_is_in_force_and_what_was_before_it_are_never_removed(selaras, four, registry):
    for number in ("3", "1"):
        for more in ([], ["--dry-run"]):
            done = selaras("models", "prune", number, *more)
            assert (done.code, "tidak dihapus" in done.err) == (1, True)
    assert numbers(selaras) == [1, 2, 3, 4]
    assert selaras("models", "prune", "4").code == 0
    assert numbers(selaras) == [1, 2, 3]
    assert selaras("models", "prune", "7").code == 4
    assert selaras("models", "prune", "--keep", "0").code == 2
    versions = layout.versions(registry)
    with pytest.raises(VersionInForce):
        changes.remove(registry, Stamp("uji", "2026-01-05"), versions[2])
    (registry / "promoted.json").write_text("?")
    assert selaras("models", "prune", "--keep", "1").code == 5
    assert layout.versions(registry) == versions


def test_a_version_that_vanished_without_being_removed_is_found(selaras, four, registry):
    (gone,) = (registry / "versions").glob("000002-*")
    shutil.rmtree(gone)
    done = selaras("models", "verify", "--json")
    assert [one["code"] for one in json.loads(done.out)["findings"]] == ["missing"]


def test_pruning_where_nothing_is_makes_nothing(selaras, workplace):
    assert selaras("models", "prune").code == 0
    assert list(workplace.iterdir()) == []


def test_an_empty_registry_is_said_and_nothing_is_made(selaras, workplace):
    done = selaras("models", "list")
    assert done.code == 0
    assert "selaras fit" in done.err
    assert selaras("models", "verify").code == 0
    assert list(workplace.iterdir()) == []


def test_the_model_of_older_times_becomes_version_1_in_force(selaras, agency, fit, registry):
    selaras("fit", "--data", agency, "--model", registry / "current", "--as-of", DAY)
    assert "Model" in selaras("doctor").out
    fit(LATER)
    assert held(registry) == 1
    (first,) = (registry / "versions").glob("000001-*")
    assert artifact.load(first).as_of.isoformat() == DAY
    assert not (registry / "current").exists()


def test_a_named_folder_stays_a_plain_model_without_versions(selaras, agency, fit, workplace):
    assert fit(DAY, "--model", "m").code == 0
    assert fit(LATER, "--model", "m").code == 0
    assert sorted(p.name for p in (workplace / "m").iterdir()) == [
        *("CARD.md", "arrays.npz", "manifest.json", "model.json")
    ]
    assert not (workplace / ".selaras").exists()
    assert fit(DAY, "--model", "m", "--promote").code == 2


def test_a_model_folder_is_no_place_for_versions(selaras, fit, workplace, monkeypatch):
    fit(DAY, "--model", "m")
    monkeypatch.setenv("SELARAS_MODEL_DIR", "m")
    assert fit(LATER).code == 2
    assert not (workplace / "m" / "versions").exists()


def test_the_database_is_ranked_with_the_version_in_force_and_files_are_fitted_anew(
    selaras, installation, agency
):
    def model_of(*arguments):
        assert selaras("rank", "--kind", "training", "--out", "s.csv", *arguments).code == 0
        return json.loads((installation / "s.csv.json").read_text())["model"]

    fitted = model_of("--as-of", LATER)
    selaras("fit", "--as-of", DAY)
    version = listed(selaras)["versions"][0]["id"]
    assert model_of("--as-of", LATER) == version != fitted
    assert model_of("--as-of", LATER, "--data", agency) == fitted
    before = model_of("--as-of", "2026-01-04")
    assert before not in (version, fitted)


def test_help_and_words_are_there_in_english_too(selaras, fit):
    fit()
    assert "in force" in selaras("models", "list", "--lang", "en").out
    assert "Not measured yet." in selaras("models", "show", "1", "--lang", "en").out
