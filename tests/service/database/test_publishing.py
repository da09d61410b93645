"""A ranking is published whole or not at all, and a number stands for one content for ever."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from service.auditing import Actor
from service.database import publishing
from service.database.audit import events, verify
from service.database.engine import reading, writing
from service.database.generations import (
    Manifest,
    PublishedItem,
    current_generation,
    generation,
    prune,
    publish,
    published_list,
    published_lists,
    published_rows,
    roll_back,
    snapshot_folders,
)
from service.database.packing import Fingerprint, Row, pack, unpack
from service.database.tables import recommendation
from service.errors import (
    DatabaseError,
    NothingPublished,
    Superseded,
    UnknownGeneration,
    Unverified,
)
from training_data.dataset import Dataset

MANIFEST = Manifest(date(2026, 1, 5), "m" * 64, "r" * 64, ["discipline"], {"seed": 0})
OnDisk = Callable[[], set[str]]
PEOPLE = ("P-1", "P-2", "P-3")


def ranking(mark: int = 0, people: tuple[str, ...] = PEOPLE) -> Iterator[Row]:
    """Two lists each; every item carries ``mark``, so that a mix would show."""
    for kind in ("training", "role"):
        for person in people:
            for rank in (1, 2):
                outcome = "lolos" if rank == 1 else "perlu_verifikasi"
                yield person, kind, f"I-{rank}", rank, mark * 10 - rank, outcome, f"gap:{mark}:0.5"


def stored_lists(engine: Engine) -> dict[int, int]:
    query = select(recommendation.c.generation, func.count()).group_by(recommendation.c.generation)
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    return {row[0]: row[1] for row in rows}


def test_a_published_ranking_can_be_read_back(engine: Engine, home: Path, agency: Dataset) -> None:
    number = publish(engine, home, ranking(1), MANIFEST, agency)
    held = current_generation(engine)
    assert held is not None
    assert (held.number, held.state, held.as_of) == (number, "published", date(2026, 1, 5))
    assert (held.data, held.model, held.rules) == (agency.content_hash, "m" * 64, "r" * 64)
    assert (held.people, held.lists, held.items) == (3, 6, 12)
    assert (held.not_checked, held.details) == (("discipline",), {"seed": 0})
    assert published_list(engine, number, "", "P-2", "role") == (
        PublishedItem("I-1", 1, 9, "lolos", "gap:1:0.5"),
        PublishedItem("I-2", 2, 8, "perlu_verifikasi", "gap:1:0.5"),
    )
    assert sorted(published_rows(engine, number)) == sorted(ranking(1))


def test_rows_come_back_by_employee_id_in_byte_order(
    engine: Engine, home: Path, agency: Dataset
) -> None:
    people = ("p-1", "P-2", "É", "~", "10", "9")
    number = publish(engine, home, ranking(people=people), MANIFEST, agency)
    ids = [row[0] for row in published_rows(engine, number)]
    assert ids == sorted(ids, key=str.encode)


def test_many_pages_of_rows_are_read_without_loss(
    engine: Engine, home: Path, agency: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.database.generations._PAGE", 4)
    number = publish(engine, home, ranking(), MANIFEST, agency)
    assert sorted(published_rows(engine, number)) == sorted(ranking())
    for kind in ("training", "role"):
        read = [
            (employee, kind, one.item_code, one.rank, one.micro, one.eligibility, one.reasons)
            for employee, items in published_lists(engine, number, "", kind)
            for one in items
        ]
        assert read == sorted(row for row in ranking() if row[1] == kind)
    assert list(published_lists(engine, number, "another", "training")) == []


def test_the_snapshot_lies_beside_the_lists(
    engine: Engine, home: Path, agency: Dataset, tmp_path: Path
) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "manifest.json").write_text("{}")
    number = publish(engine, home, ranking(), MANIFEST, agency, model_folder=model)
    folders = snapshot_folders(home, number)
    assert Dataset.read(folders.data).content_hash == agency.content_hash
    assert (folders.model / "manifest.json").read_text() == "{}"
    manifest = json.loads(folders.manifest.read_text())
    assert (manifest["number"], manifest["as_of"], manifest["items"]) == (number, "2026-01-05", 12)
    assert (folders.data / "employees.parquet").stat().st_mode & 0o077 == 0


def test_nobody_reads_a_generation_that_is_being_staged(
    engine: Engine, home: Path, agency: Dataset
) -> None:
    first = publish(engine, home, ranking(1), MANIFEST, agency)
    seen = []

    def watched() -> Iterator[Row]:
        for row in ranking(2):
            held = current_generation(engine)
            seen.append(held.number if held else None)
            yield row
        with pytest.raises(UnknownGeneration):
            published_list(engine, first + 1, "", "P-1", "training")

    second = publish(engine, home, watched(), MANIFEST, agency)
    assert set(seen) == {first}
    assert second == first + 1
    assert generation(engine, first).state == "retired"
    assert published_list(engine, first, "", "P-1", "training")[0].micro == 9


def test_a_person_whom_the_rules_leave_nothing_has_an_empty_list(
    engine: Engine, home: Path, agency: Dataset
) -> None:
    number = publish(engine, home, ranking(people=("P-1",)), MANIFEST, agency)
    assert published_list(engine, number, "", "P-2", "training") == ()
    assert published_list(engine, number, "other", "P-1", "training") == ()


def test_a_ranking_without_any_row_can_be_published(engine: Engine, home: Path) -> None:
    number = publish(engine, home, iter(()), MANIFEST, Dataset.of({}))
    held = current_generation(engine)
    assert held is not None
    assert (held.number, held.items) == (number, 0)


def test_every_try_takes_a_new_number(
    engine: Engine, home: Path, agency: Dataset, generations_on_disk: OnDisk
) -> None:
    def broken() -> Iterator[Row]:
        yield from ranking(2)
        raise RuntimeError("the ranking stopped")

    first = publish(engine, home, ranking(1), MANIFEST, agency)
    with pytest.raises(RuntimeError):
        publish(engine, home, broken(), MANIFEST, agency)
    held = current_generation(engine)
    assert held is not None
    assert held.number == first
    assert generation(engine, first + 1).state == "failed"
    assert stored_lists(engine) == {first: 6}
    assert generations_on_disk() == {str(first)}
    assert publish(engine, home, ranking(3), MANIFEST, agency) == first + 2


def test_a_person_given_twice_publishes_nothing(
    engine: Engine, home: Path, agency: Dataset
) -> None:
    with pytest.raises(DatabaseError) as caught:
        publish(engine, home, [*ranking(), *ranking()], MANIFEST, agency)
    assert "P-1" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert current_generation(engine) is None


def test_ranks_with_a_hole_publish_nothing(engine: Engine, home: Path, agency: Dataset) -> None:
    rows = [row for row in ranking() if row[3] == 2]
    with pytest.raises(ValueError, match="ranks"):
        publish(engine, home, rows, MANIFEST, agency)
    assert current_generation(engine) is None


@pytest.mark.parametrize("damage", ["lists", "snapshot"])
def test_what_was_stored_wrongly_is_not_switched_to(
    engine: Engine, home: Path, agency: Dataset, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    if damage == "lists":
        monkeypatch.setattr(
            publishing,
            "_tuples",
            lambda n, a, batch: ((n, a, b.employee_id, b.kind, b"?") for b in batch),
        )
    else:
        monkeypatch.setattr(
            publishing.snapshots,
            "write_snapshot",
            lambda home, number, *_: (snapshot_folders(home, number).data).mkdir(parents=True),
        )
    with pytest.raises(Unverified):
        publish(engine, home, ranking(), MANIFEST, agency)
    assert current_generation(engine) is None
    assert stored_lists(engine) == {}


def test_a_publication_that_wakes_up_late_is_fenced_out(
    engine: Engine, home: Path, agency: Dataset, generations_on_disk: OnDisk
) -> None:
    def slow() -> Iterator[Row]:
        yield from ranking(1)
        publish(engine, home, ranking(2), MANIFEST, agency)

    with pytest.raises(Superseded):
        publish(engine, home, slow(), MANIFEST, agency)
    held = current_generation(engine)
    assert held is not None
    assert published_list(engine, held.number, "", "P-1", "role")[0].micro == 19
    assert stored_lists(engine) == {held.number: 6}
    assert generations_on_disk() == {str(held.number)}


def test_a_fenced_number_can_never_be_switched_to(
    engine: Engine, home: Path, agency: Dataset
) -> None:
    late = publishing._begin(engine, "", MANIFEST, "d")
    publish(engine, home, ranking(), MANIFEST, agency)
    with writing(engine) as connection:
        # As if the newer one had died before it could give the older one up.
        publishing._set_state(connection, late, "staging")
    staged = publishing._Staged(0, 0, 0, Fingerprint().value)
    with pytest.raises(Superseded):
        publishing._switch(engine, late, staged)


def test_a_lost_acknowledgement_does_not_unpublish(
    engine: Engine, home: Path, agency: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch = publishing._switch

    def lost(*given: object) -> None:
        switch(*given)  # type: ignore[arg-type]
        raise ConnectionError("the answer never came")

    monkeypatch.setattr(publishing, "_switch", lost)
    number = publish(engine, home, ranking(), MANIFEST, agency)
    held = current_generation(engine)
    assert held is not None
    assert held.number == number
    assert stored_lists(engine) == {number: 6}


def test_old_generations_are_removed_and_say_so(
    engine: Engine, home: Path, agency: Dataset, generations_on_disk: OnDisk
) -> None:
    numbers = [publish(engine, home, ranking(i), MANIFEST, agency, keep=2) for i in range(4)]
    assert set(stored_lists(engine)) == set(numbers[-2:])
    assert generations_on_disk() == {str(number) for number in numbers[-2:]}
    with pytest.raises(UnknownGeneration):
        published_list(engine, numbers[0], "", "P-1", "training")
    with pytest.raises(UnknownGeneration):
        list(published_rows(engine, numbers[0]))
    with pytest.raises(UnknownGeneration):
        list(published_lists(engine, numbers[0], "", "training"))
    with pytest.raises(UnknownGeneration):
        generation(engine, 999)


def test_work_in_progress_is_not_pruned(engine: Engine, home: Path, agency: Dataset) -> None:
    publish(engine, home, ranking(), MANIFEST, agency)
    staging = publishing._begin(engine, "", MANIFEST, "d")
    prune(engine, home, 2)
    assert generation(engine, staging).state == "staging"


def test_one_can_go_back_to_the_generation_before(
    engine: Engine, home: Path, agency: Dataset
) -> None:
    first = publish(engine, home, ranking(1), MANIFEST, agency)
    second = publish(engine, home, ranking(2), MANIFEST, agency)
    assert roll_back(engine) == first
    held = current_generation(engine)
    assert held is not None
    assert (held.number, held.state) == (first, "published")
    assert generation(engine, second).state == "failed"
    with pytest.raises(NothingPublished):
        roll_back(engine)
    third = publish(engine, home, ranking(3), MANIFEST, agency)
    assert third > second
    assert roll_back(engine) == first


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LISTS = st.lists(st.tuples(TEXTS, st.integers(-(2**62), 2**62), TEXTS, TEXTS), min_size=1)


@given(LISTS)
def test_packing_loses_nothing(items: list[tuple[str, int, str, str]]) -> None:
    rows = [("P", "role", code, n, micro, e, r) for n, (code, micro, e, r) in enumerate(items, 1)]
    [packed] = pack(rows)
    found = [(i.item_code, i.micro, i.eligibility, i.reasons) for i in unpack(packed.packed)]
    assert (found, packed.items) == (items, len(items))


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, st.binary(max_size=9)), unique=True, max_size=9))
def test_a_fingerprint_knows_lists_in_any_order(lists: list[tuple[str, str, str, bytes]]) -> None:
    def value(given: list[tuple[str, str, str, bytes]]) -> str:
        fingerprint = Fingerprint()
        for one in given:
            fingerprint.add(*one)
        return fingerprint.value

    assert value(lists) == value(lists[::-1])
    if lists:
        assert value(lists) != value(lists[1:])
        changed = (*lists[0][:3], lists[0][3] + b"!")
        assert value(lists) != value([changed, *lists[1:]])


def test_a_publication_and_a_way_back_are_in_the_audit_trail(
    engine: Engine, home: Path, agency: Dataset
) -> None:
    me = Actor("cli:root")
    first = publish(engine, home, ranking(1), MANIFEST, agency, actor=me)
    second = publish(engine, home, ranking(2), MANIFEST, agency, actor=Actor("worker"))
    with pytest.raises(RuntimeError):
        publish(engine, home, broken(), MANIFEST, agency, actor=me)
    roll_back(engine, me)
    told = [(one.action, one.subject, one.actor) for one in reversed(events(engine, ""))]
    assert told == [
        ("published", f"generation:{first}", "cli:root"),
        ("published", f"generation:{second}", "worker"),
        ("rolled_back", f"generation:{first}", "cli:root"),
    ]
    assert verify(engine).broken is None


def broken() -> Iterator[Row]:
    yield from ranking(3, ("P-1",))
    raise RuntimeError
