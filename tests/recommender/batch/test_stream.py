"""The batch as a stream: the same bytes however it is cut, and nothing is done twice."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from recommender.batch import files
from recommender.batch.pools import Answer
from recommender.batch.store import Store
from recommender.batch.stream import Stream, here, question, rank_everybody
from recommender.batch.supervisor import Quarantined
from recommender.batch.work import pack, packed_shard, rank_rows, shards_of, unpack
from recommender.errors import NothingRanked, UnusableStore
from recommender.rank import decimal
from recommender.results import points

from .conftest import PEOPLE, SIZE


def written(ranked, path) -> bytes:
    with files.sink(path, path.suffix) as file:
        for part in ranked:
            file.put(part)
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["training", "role"])
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_bytes_do_not_show_how_people_were_cut(engine, tmp_path, monkeypatch, kind, suffix):
    monkeypatch.setattr(files, "GROUP", 64)
    whole = written(rank_everybody(engine, kind, 3), tmp_path / f"whole{suffix}")
    for size in (1, 7, SIZE, PEOPLE):
        stream = Stream(shards_of(PEOPLE, size), here(engine, kind, 3))
        assert written(stream, tmp_path / f"cut{suffix}") == whole


def test_a_csv_file_is_what_a_plain_writer_makes_of_the_lines(engine, tmp_path):
    ranking = engine.rank("training", 3)
    plain = io.StringIO()
    writer = csv.writer(plain, lineterminator="\n")
    writer.writerow(files.HEADER)
    for r in ranking.rows():
        score = decimal(r.micro)
        writer.writerow(
            (r.employee_id, r.kind, r.item_code, r.rank, score, r.eligibility, r.reasons)
        )
    found = written(rank_everybody(engine, "training", 3), tmp_path / "a.csv")
    assert found.decode() == plain.getvalue()
    assert 'Z,""9""' in found.decode()


def test_a_parquet_file_holds_the_lines_in_groups_of_one_size(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "GROUP", 50)
    written(rank_everybody(engine, "training", 3), tmp_path / "a.parquet")
    held = pq.ParquetFile(tmp_path / "a.parquet")
    rows = list(engine.rank("training", 3).rows())
    sizes = [held.metadata.row_group(n).num_rows for n in range(held.num_row_groups)]
    assert sizes[:-1] == [50] * (len(rows) // 50)
    assert [(r["employee_id"], r["score"], r["reasons"]) for r in held.read().to_pylist()] == [
        (r.employee_id, points(r.micro), r.reasons) for r in rows
    ]


def test_lists_come_back_from_their_packing_unchanged(engine, task):
    shard = shards_of(PEOPLE, SIZE)[2]
    ranked = rank_rows(engine, "training", 3, shard)
    assert unpack(pack(ranked)) == ranked
    assert unpack(packed_shard(task, shard)) == ranked
    assert ranked.people == SIZE


class Counted:
    """A runner that remembers which shards it was asked for, and may break off."""

    def __init__(self, engine, stop_after=10**9):
        self.run, self.left, self.asked = here(engine, "training", 3), stop_after, []

    def __call__(self, shards):
        for done in self.run(shards):
            if self.left == 0:
                raise KeyboardInterrupt
            self.left -= 1
            self.asked.append(done.number)
            yield done


def test_a_batch_that_was_stopped_goes_on_where_it_was(engine, tmp_path):
    shards = shards_of(PEOPLE, SIZE)
    asked = question(engine, "training", 3, shards)
    wanted = [*Stream(shards, here(engine, "training", 3))]
    first = Counted(engine, stop_after=3)
    with pytest.raises(KeyboardInterrupt):
        list(Stream(shards, first, Store(tmp_path / "work", asked)))
    second = Counted(engine)
    stream = Stream(shards, second, Store(tmp_path / "work", asked))
    assert [*stream] == wanted
    assert (first.asked, second.asked) == ([0, 1, 2], [3, 4, 5])
    assert stream.reused_people == 3 * SIZE
    stream.remove()
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize("field", ["data", "model", "rules", "code", "as_of", "k", "kind"])
def test_shards_of_another_question_are_not_used(engine, tmp_path, field):
    shards = shards_of(PEOPLE, SIZE)
    asked = question(engine, "training", 3, shards)
    list(Stream(shards, here(engine, "training", 3), Store(tmp_path / "work", asked)))
    runner = Counted(engine)
    other = Store(tmp_path / "work", {**asked, field: "another"})
    list(Stream(shards, runner, other))
    assert runner.asked == [shard.number for shard in shards]


def test_a_shard_that_was_damaged_on_disk_is_worked_out_again(engine, tmp_path):
    shards = shards_of(PEOPLE, SIZE)
    asked = question(engine, "training", 3, shards)
    wanted = [*Stream(shards, here(engine, "training", 3), Store(tmp_path / "work", asked))]
    victim = sorted((tmp_path / "work").glob("*.shard"))[4]
    victim.write_bytes(victim.read_bytes()[:-9] + b"123456789")
    runner = Counted(engine)
    assert [*Stream(shards, runner, Store(tmp_path / "work", asked))] == wanted
    assert runner.asked == [4]


def test_shards_are_for_the_eyes_of_their_owner(engine, tmp_path):
    shards = shards_of(PEOPLE, SIZE)
    store = Store(tmp_path / "work", question(engine, "training", 3, shards))
    list(Stream(shards, here(engine, "training", 3), store))
    assert {p.stat().st_mode & 0o777 for p in store.folder.glob("*.shard")} == {0o600}
    assert store.folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_of_somebody_else_is_left_alone(engine, tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UnusableStore):
        Store(tmp_path / "work", {})
    assert (tmp_path / "work" / "thesis.txt").exists()


@pytest.mark.parametrize("removed", range(8))
def test_a_removal_that_was_cut_off_does_not_stand_in_the_way(tmp_path, monkeypatch, removed):
    store = Store(tmp_path / "work", {"k": 3})
    for number in range(5):
        store.put(number, b"lists")
    (store.folder / "data").mkdir()
    left, honest = [removed], {name: getattr(Path, name) for name in ("unlink", "rmdir")}

    def killed(name):
        def step(path, **how):
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            honest[name](path, **how)

        return step

    with monkeypatch.context() as patch:
        for name in honest:
            patch.setattr(Path, name, killed(name))
        with suppress(KeyboardInterrupt):
            store.remove()
    assert (tmp_path / "work").exists() == (removed < 7)
    again = Store(tmp_path / "work", {"k": 4})
    assert all(number not in again for number in range(5))
    again.remove()
    again.remove()
    assert not (tmp_path / "work").exists()


def test_a_folder_that_was_killed_before_it_knew_its_question_is_used(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / ".tmp-question.json").write_text("{", encoding="utf-8")
    Store(tmp_path / "work", {}).put(0, b"lists")
    assert Store(tmp_path / "work", {}).get(0) == b"lists"


def test_answers_out_of_order_come_out_in_order(engine, tmp_path):
    shards = shards_of(PEOPLE, SIZE)

    def backwards(asked):
        yield from reversed([*here(engine, "training", 3)(asked)])

    store = Store(tmp_path / "work", {})
    assert [*Stream(shards, backwards, store)] == [*Stream(shards, here(engine, "training", 3))]


def test_people_in_quarantine_are_left_out_and_counted(engine, tmp_path):
    shards = shards_of(PEOPLE, SIZE)

    def poisoned(asked):
        for done in here(engine, "training", 3)(asked):
            yield Quarantined(shards[1], "why") if done.number == 1 else done

    stream = Stream(shards, poisoned, Store(tmp_path / "work", {}))
    assert sum(part.people for part in stream) == PEOPLE - SIZE
    assert [one.shard.number for one in stream.quarantined] == [1]
    assert stream.quarantined_people == SIZE


def test_an_error_in_one_block_costs_its_shard_alone(engine, monkeypatch):
    honest = type(engine).rank_block

    def broken(self, kind, rows, k):
        if 20 in rows:
            raise ValueError("Ani Lestari")
        return honest(self, kind, rows, k)

    monkeypatch.setattr(type(engine), "rank_block", broken)
    stream = Stream(shards_of(PEOPLE, SIZE), here(engine, "training", 3))
    assert sum(part.people for part in stream) == PEOPLE - SIZE
    (poison,) = stream.quarantined
    assert "ValueError" in poison.reason
    assert "Ani" not in poison.reason


def test_an_error_for_everybody_is_told_and_not_written_down_as_a_result(engine, monkeypatch):
    def broken(*_):
        raise ValueError

    monkeypatch.setattr(type(engine), "rank_block", broken)
    with pytest.raises(NothingRanked, match="ValueError"):
        list(Stream(shards_of(PEOPLE, SIZE), here(engine, "training", 3)))


def test_the_question_names_everything_an_answer_hangs_on(engine):
    asked = question(engine, "training", 3, shards_of(PEOPLE, SIZE))
    assert {*asked} == {"kind", "k", "as_of", "data", "model", "rules", "code", "shards"}
    assert len(str(asked["code"])) == 64


def test_an_answer_without_lines_is_an_answer(engine):
    empty = replace(rank_rows(engine, "training", 3, shards_of(PEOPLE, SIZE)[0]), people=0)
    empty = replace(empty, lines=empty.lines.slice(0, 0))
    assert unpack(pack(empty)) == empty
    assert Answer(0, pack(empty)).number == 0
