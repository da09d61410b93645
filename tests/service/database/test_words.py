"""Every sentence the storage says is in the catalogue, and the catalogue holds no others."""

from __future__ import annotations

import re
from pathlib import Path

import service
from training_data.messages import entries

# Codes put together from a part: the beginning, and what may follow.
COMPOSED = {
    "storage.check.journal.": {"truncate", "wal"},
    "storage.check.part.": {"lists", "snapshot"},
}


def test_code_and_catalogue_know_the_same_sentences() -> None:
    source = "".join(
        file.read_text(encoding="utf-8") for file in Path(service.__file__).parent.rglob("*.py")
    )
    said = set(re.findall(r'"(storage\.[a-z_.]+[a-z])"', source))
    said |= {begin + rest for begin, rests in COMPOSED.items() for rest in rests}
    assert said == {code for code in entries() if code.startswith("storage.")}
