"""``selaras recommend`` and ``explain``: the contract's JSON, and words a person reads."""

import json
import re

import pytest

DAY = "2026-01-05"
LIST = {"as_of", "generation", "model", "rules", "not_checked", "items", "next_cursor"}
NIP = "198503122010011012"


@pytest.fixture
def about(selaras, agency):
    def run(command, *arguments):
        return selaras(command, *arguments, "--data", agency, "--as-of", DAY)

    return run


def test_recommend_gives_the_shape_of_the_contract(about):
    done = about("recommend", "P-1", "--json")
    assert done.code == 0
    body = json.loads(done.out)
    assert set(body) == {"employee", "trainings", "roles", "plan"}
    assert body["employee"]["employee_id"] == "P-1"
    assert set(body["trainings"]) == set(body["roles"]) == LIST
    assert {"year", "rows", "totals", "remaining_gaps"} <= set(body["plan"])
    for item in body["trainings"]["items"] + body["roles"]["items"]:
        total = sum(round(1e6 * term["points"]) for term in item["terms"])
        assert total == round(1e6 * item["score"])
        assert item["reasons"]
        assert all(set(reason) == {"id", "en"} for reason in item["reasons"])


def test_figures_stand_beside_the_lists_without_the_talent_box(about):
    figures = json.loads(about("recommend", "P-1", "--json").out)["employee"]["figures"]
    assert {"jpm_now", "jpm_next", "ip_asn", "jp", "assessment"} <= set(figures)
    assert figures["nine_box"] is None
    assert figures["talent_value"] is None
    read = about("recommend", "P-1").out
    assert "Angka kepegawaian" in read
    assert "IP ASN" in read


def test_one_persons_answer_equals_the_batch(selaras, about, agency, workplace):
    selaras("rank", "--data", agency, "--kind", "training", "--out", "s.csv", "--as-of", DAY)
    items = json.loads(about("recommend", "P-1", "--json").out)["trainings"]["items"]
    rows = [r.split(",") for r in (workplace / "s.csv").read_text().splitlines()]
    assert [(i["item_code"], f"{i['score']:.6f}") for i in items] == [
        (r[2], r[4]) for r in rows if r[0] == "P-1"
    ]


def test_json_holds_as_many_items_as_a_ranking_and_the_screen_fewer(selaras, agency, workplace):
    more = "".join(f"X-{n:02},Pelatihan umum {n},8\n" for n in range(12))
    with (agency / "trainings.csv").open("a", encoding="utf-8") as table:
        table.write(more)
    given = ("--data", agency, "--as-of", DAY)
    selaras("rank", *given, "--kind", "training", "--out", "s.csv")
    batch = (workplace / "s.csv").read_text().count("P-1,training,")
    items = json.loads(selaras("recommend", "P-1", "--json", *given).out)["trainings"]["items"]
    assert batch == len(items) == 10
    read = selaras("recommend", "P-1", *given).out
    assert sum(item["title"] in read for item in items) == 5


def test_rows_dated_later_do_not_hide_that_what_is_known_is_old(selaras, agency):
    with (agency / "training_history.csv").open("a", encoding="utf-8") as table:
        table.write("P-1,K-3,2999-01-01\n")
    assert "2025-03-12" in selaras("recommend", "P-1", "--data", agency).err


def test_explain_says_whether_and_where_the_item_is_ranked(about):
    ranked = json.loads(about("explain", "P-1", "K-1", "--json").out)
    assert ranked["ranked"] is True
    assert ranked["rank"] >= 1
    refused = json.loads(about("explain", "P-2", "K-1", "--json").out)
    assert refused["ranked"] is False
    assert refused["rank"] is None
    assert "tidak_lolos" in {check["outcome"] for check in refused["checks"]}


def test_people_read_reasons_and_terms_that_sum_to_the_score(about):
    out = about("explain", "P-1", "K-1").out
    assert "Ani Rekaan" in out
    assert "Dasar Rekayasa Lalu Lintas" in out
    assert "standar jabatan" in out
    points = [float(p.replace(",", ".")) for p in re.findall(r"^ +(-?\d+,\d{6})", out, re.M)]
    *terms, total = points
    assert len(terms) >= 2
    assert sum(terms) == pytest.approx(total, abs=1e-9)
    assert f"nilai kesesuaian {total:.6f}".replace(".", ",") in out


def test_a_refusal_is_worded_kindly_and_never_by_its_code(about):
    out = about("explain", "P-2", "K-1").out
    assert "belum memenuhi persyaratan" in out
    for word in ("tidak_lolos", "perlu_verifikasi", "lolos", "gagal", "tidak layak"):
        assert word not in out


def test_gaps_open_the_list_and_the_unknown_is_not_zero(about):
    out = about("recommend", "P-1").out
    assert "Rekayasa Lalu Lintas: level 1, standar 2" in out
    out = about("recommend", "P-3").out
    assert "Belum dinilai: Pelayanan Publik (standar 2), Rekayasa Lalu Lintas (standar 2)." in out
    assert "level 0" not in out


@pytest.mark.parametrize("how", ["option", "environment"])
def test_english_is_spoken_where_it_is_asked_for(about, monkeypatch, how):
    if how == "environment":
        monkeypatch.setenv("SELARAS_LANG", "en")
    more = ["--lang", "en"] if how == "option" else []
    out = about("recommend", "P-1", *more).out
    assert "Suggested trainings" in out
    assert "Saran pelatihan" not in out
    assert "Saran pelatihan" in about("recommend", "P-1", "--lang", "id").out


def test_a_pipe_gets_neither_colours_nor_trailing_blanks(about):
    out = about("recommend", "P-1").out
    assert "\x1b" not in out
    assert [line for line in out.splitlines() if line != line.rstrip()] == []


@pytest.mark.parametrize("arguments", [("recommend", "P-9"), ("explain", "P-9", "K-1")])
def test_an_unknown_person_is_not_found(about, arguments):
    done = about(*arguments)
    assert (done.code, done.out) == (4, "")
    assert "employee_id" in done.err


def test_an_unknown_item_is_not_found(about):
    done = about("explain", "P-1", "K-9")
    assert done.code == 4
    assert "kode" in done.err


def test_a_nip_is_not_repeated_in_messages(about):
    done = about("recommend", "199001012015031002")
    assert done.code == 4
    assert "199001012015031002" not in done.err


def test_without_data_the_ranking_in_force_answers(selaras, installation, agency):
    body = json.loads(selaras("recommend", NIP, "--json").out)
    assert body["trainings"]["generation"] == 1
    assert body["trainings"]["as_of"] == DAY
    direct = json.loads(selaras("recommend", NIP, "--json", "--data", agency, "--as-of", DAY).out)
    assert direct["trainings"]["generation"] is None
    assert direct["trainings"]["items"] == body["trainings"]["items"]


def test_nothing_published_yet_is_said_with_what_to_do(selaras):
    done = selaras("recommend", "P-1")
    assert done.code == 5
    assert "selaras rank" in done.err


def test_a_ranking_of_other_rules_or_damaged_data_is_not_used(selaras, installation, monkeypatch):
    rules = installation / "rules"
    rules.mkdir()
    monkeypatch.setenv("SELARAS_RULES_DIR", str(rules))
    change = {"id": "role.mutation_interval", "mark": "R"}
    (rules / "own.json").write_text(json.dumps({"overlay": "own", "rules": [change]}))
    done = selaras("recommend", "P-1")
    assert done.code == 5
    assert "selaras rank" in done.err
    monkeypatch.delenv("SELARAS_RULES_DIR")
    for file in (installation / ".selaras/generations/1/data").iterdir():
        file.unlink()
    done = selaras("recommend", "P-1")
    assert done.code == 5
    assert "Traceback" not in done.err
