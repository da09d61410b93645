"""``selaras generations`` and ``worker``: what was published, going back, re-ranking when due."""

import json


def generations(selaras):
    return json.loads(selaras("generations", "list", "--json").out)["generations"]


def test_without_a_ranking_there_is_nothing_to_list_and_nothing_to_go_back_to(selaras):
    listed = selaras("generations", "list")
    assert (listed.code, listed.out) == (0, "")
    assert "selaras rank" in listed.err
    assert selaras("generations", "rollback").code == 5


def test_one_command_goes_back_and_says_where_to(selaras, installation):
    assert selaras("rank", "--as-of", "2026-01-05").code == 0
    assert [one["state"] for one in generations(selaras)] == ["published", "retired"]
    done = selaras("generations", "rollback")
    assert done.code == 0
    assert "Generasi 1 berlaku kembali." in done.err
    assert [one["state"] for one in generations(selaras)] == ["failed", "published"]
    assert "berlaku" in selaras("generations", "list").out.splitlines()[1]


def test_the_worker_does_what_is_due_and_ends(selaras, installation, monkeypatch):
    monkeypatch.setenv("SELARAS_WORKER_NIGHTLY", "none")
    before = generations(selaras)
    done = selaras("worker", "--once")
    assert done.code == 0, done.err
    assert "Generasi 2 diterbitkan." in done.err
    assert selaras("worker", "--once").code == 0
    after = generations(selaras)
    assert [one["number"] for one in after] == [2, 1]
    assert after[0]["data"] == before[0]["data"]


def test_the_worker_says_that_it_waits_for_data(selaras):
    done = selaras("worker", "--once")
    assert done.code == 0
    assert "impor pertama" in done.err
