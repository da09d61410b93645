"""The queue of names on both databases: listed by people, searched, decided, undone."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from service.auditing import Actor
from service.database.audit import events
from service.database.datasets import save_dataset
from service.database.name_queue import names, progress, replace_waiting, rule
from service.database.naming import decided_codes
from service.naming import NameMatch, Progress, Proposed, Ruling, UnknownName
from training_data.dataset import Dataset

BY = Actor("account:7", "bpsdm")
LISTED = (("naskahkebijakan", 4), ("analisisdata", 9), ("dasar100%", 1), ("dasar1000", 2))


def waiting(key: str, people: int, kind: str = "training") -> NameMatch:
    proposed = (Proposed("K-1", "Naskah", 0.91, {"id": "beda", "en": "other"}),)
    return NameMatch(kind, key, key.title(), "waiting", people + 1, people, proposed)


@pytest.fixture
def queue(engine: Engine) -> Engine:
    trainings = {"training_code": ["K-1", "K-2"], "title": ["Naskah", "Data"]}
    save_dataset(engine, Dataset.of({"trainings": trainings}), agency="A")
    replace_waiting(engine, "A", [waiting(*one) for one in LISTED])
    replace_waiting(engine, "B", [waiting("naskahkebijakan", 3)])
    return engine


def keys(engine: Engine, state: str = "waiting", key: str = "", **more) -> list[str]:
    asked = {"kind": None, "first": 0, "limit": 10, **more}
    found = names(engine, "A", state, asked["kind"], key, asked["first"], asked["limit"])
    return [one.key for one in found]


def test_names_that_concern_most_people_come_first_page_by_page(queue: Engine) -> None:
    assert keys(queue) == ["analisisdata", "naskahkebijakan", "dasar1000", "dasar100%"]
    assert keys(queue, first=1, limit=2) == ["naskahkebijakan", "dasar1000"]
    assert keys(queue, kind="job") == []
    (one,) = names(queue, "A", "waiting", None, "naskah", 0, 10)
    assert (one.name, one.rows, one.people) == ("Naskahkebijakan", 5, 4)
    assert one.proposed[0] == Proposed("K-1", "Naskah", 0.91, {"id": "beda", "en": "other"})


def test_words_are_sought_as_they_are_written(queue: Engine) -> None:
    assert keys(queue, key="dasar100") == ["dasar1000", "dasar100%"]
    assert keys(queue, key="100%") == ["dasar100%"]


def test_decisions_move_names_and_undoing_brings_them_back_at_once(queue: Engine) -> None:
    done = rule(
        queue,
        "A",
        [
            Ruling("training", "naskahkebijakan", "confirm", "K-1"),
            Ruling("training", "analisisdata", "confirm", "K-2"),  # of the list, not proposed
            Ruling("training", "dasar1000", "reject"),
        ],
        BY,
    )
    assert done == {"confirm": 2, "reject": 1}
    assert progress(queue, "A") == Progress(1, 2, 1, 1)
    assert progress(queue, "A", "job") == Progress(0, 0, 0, 0)
    assert progress(queue, "B") == Progress(1, 0, 0, 3)
    assert keys(queue, "confirmed") == ["analisisdata", "naskahkebijakan"]
    assert keys(queue, "rejected") == ["dasar1000"]
    (one,) = names(queue, "A", "confirmed", None, "analisis", 0, 1)
    assert (one.code, one.title, one.people, one.decided_by) == ("K-2", "Data", 9, "account:7")
    assert decided_codes(queue, "A")["training"]["dasar1000"] is None
    rule(queue, "A", [Ruling("training", "dasar1000", "undo")], BY)
    assert keys(queue) == ["dasar1000", "dasar100%"]
    last, first = events(queue, "A", action="names")
    assert last.details == {"kinds": ["training"], "undo": 1}
    assert first.details == {"kinds": ["training"], "confirm": 2, "reject": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        Ruling("training", "unknown", "reject"),
        Ruling("training", "dasar1000", "confirm", "K-9"),
        Ruling("job", "dasar1000", "reject"),
    ],
)
def test_one_unknown_name_or_code_keeps_every_decision_outside(
    queue: Engine, wrong: Ruling
) -> None:
    with pytest.raises(UnknownName, match="1"):
        rule(queue, "A", [Ruling("training", "analisisdata", "reject"), wrong], BY)
    assert progress(queue, "A").waiting == 4
    assert events(queue, "A", action="names") == []


def test_a_decided_name_stays_decided_when_the_queue_is_found_anew(queue: Engine) -> None:
    rule(queue, "A", [Ruling("training", "analisisdata", "reject")], BY)
    replace_waiting(queue, "A", [waiting("analisisdata", 12), waiting("baru", 1)])
    assert keys(queue) == ["baru"]
    (one,) = names(queue, "A", "rejected", None, "", 0, 10)
    assert one.people == 12
    replace_waiting(queue, "A", [])
    (one,) = names(queue, "A", "rejected", None, "", 0, 10)
    assert (one.people, one.proposed) == (None, ())
