"""The journal: sealed line by line; what was changed, removed or cut short is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.registry import journal


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    for number in (1, 2, 3):
        journal.append(tmp_path, {"event": "added", "number": number, "reason": "uji é"})
    return tmp_path


def test_each_line_names_the_one_before_and_the_first_names_none(registry):
    held = journal.read(registry)
    assert [line["number"] for line in held.lines] == [1, 2, 3]
    assert held.lines[0]["before"] == journal.START
    assert (held.broken, held.torn) == (None, False)
    assert len({line["before"] for line in held.lines}) == 3


def test_a_registry_without_a_journal_has_an_empty_one(tmp_path):
    assert journal.read(tmp_path) == journal.Journal((), None, False, journal.START)


def test_a_changed_line_breaks_the_chain_at_the_line_after_it(registry):
    file = registry / journal.NAME
    lines = file.read_text().splitlines()
    lines[1] = json.dumps({**json.loads(lines[1]), "number": 9}, sort_keys=True)
    file.write_text("\n".join(lines) + "\n")
    assert journal.read(registry).broken == 3


def test_a_removed_line_and_two_that_changed_places_break_the_chain(registry):
    file = registry / journal.NAME
    a, b, c = file.read_text().splitlines()
    file.write_text(f"{a}\n{c}\n")
    assert journal.read(registry).broken == 2
    file.write_text(f"{a}\n{c}\n{b}\n")
    assert journal.read(registry).broken == 2
    file.write_text(f"{b}\n{c}\n")
    assert journal.read(registry).broken == 1


def test_a_last_line_that_was_cut_short_is_left_out_and_dropped_by_the_next(registry):
    file = registry / journal.NAME
    file.write_bytes(file.read_bytes()[:-5])
    held = journal.read(registry)
    assert ([line["number"] for line in held.lines], held.torn) == ([1, 2], True)
    journal.append(registry, {"event": "added", "number": 4})
    held = journal.read(registry)
    assert [line["number"] for line in held.lines] == [1, 2, 4]
    assert (held.broken, held.torn) == (None, False)


def test_a_broken_chain_is_gone_on_with_and_stays_visible(registry):
    file = registry / journal.NAME
    a, _, c = file.read_text().splitlines()
    file.write_text(f"{a}\n{c}\n")
    journal.append(registry, {"event": "added", "number": 4})
    assert journal.read(registry).broken == 2
    assert json.loads(file.read_text().splitlines()[-1])["number"] == 4


@given(cut=st.integers(0, 10_000), change=st.integers(1, 255))
def test_any_changed_byte_before_the_last_line_is_found(tmp_path_factory, cut, change):
    registry = tmp_path_factory.mktemp("registry")
    for number in (1, 2, 3):
        journal.append(registry, {"event": "added", "number": number})
    file = registry / journal.NAME
    content = bytearray(file.read_bytes())
    content[cut % (content.rstrip(b"\n").rfind(b"\n"))] ^= change
    file.write_bytes(content)
    assert journal.read(registry).broken is not None
