"""Every problem an import can find has its sentence and its remedy, in both languages."""

import re
from pathlib import Path

import pytest

import training_data
from training_data import messages
from training_data.cells import TYPED
from training_data.identity import RULES
from training_data.importers import xlsx_child
from training_data.quality import UNREADABLE

CODE = re.compile(r'"((?:file|table|xlsx|header|row|key|cell|date|number|integer|flag|range|seats'
                  r'|level|choice|text|reference|nip)\.[a-z_0-9]+)"')  # fmt: skip
SOURCES = [*Path(training_data.__file__).parent.glob("*.py")]
SOURCES += Path(training_data.__file__).parent.glob("importers/*.py")
USED = {code for path in SOURCES for code in CODE.findall(path.read_text(encoding="utf-8"))}
USED |= set(RULES.values()) | set(UNREADABLE.values())
USED |= {"nip.differs_birth_date", "nip.differs_sex"}
ENTRIES = {
    code.removeprefix("import.") for code in messages.entries() if code.startswith("import.")
}
FORBIDDEN = re.compile(r"\b(gagal|kalah|tidak layak|tertinggal)\b", re.IGNORECASE)


@pytest.mark.parametrize("code", sorted(USED))
def test_every_problem_is_worded_with_its_remedy(code):
    assert code in ENTRIES
    assert f"{code}.remedy" in ENTRIES


def test_no_sentence_is_left_over():
    shared = {"found", "at", "kept", "nearest", "more", "counts", "lacking", "no_folder"}
    known = USED | {f"{code}.remedy" for code in USED} | shared
    assert known >= ENTRIES


def test_no_sentence_blames_anybody():
    for code in ENTRIES:
        assert not FORBIDDEN.search(messages.entries()[f"import.{code}"]["id"]), code


def test_the_child_process_marks_typed_numbers_as_the_parsers_expect():
    assert xlsx_child.TYPED == TYPED
