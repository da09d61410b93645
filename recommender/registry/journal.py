"""The journal of a registry: one line for each change, each sealed with the hash of the one before.

In: lines as JSON values. Out: ``journal.jsonl``, in which a changed, missing or moved line is
found. A last line that a crash cut short was never confirmed and is dropped at the next append.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recommender.durable import sync_folder

NAME = "journal.jsonl"
START = "0" * 64
"""What the first line names as the hash of the line before it."""


@dataclass(frozen=True)
class Journal:
    """What stands in the journal.

    Attributes:
        lines: every whole line in order, up to the first that is broken.
        broken: number of the first line (from 1) that does not follow from the one before.
        torn: whether a crash cut the last line short.
        head: hash of the last line in ``lines``.
    """

    lines: tuple[Mapping[str, Any], ...]
    broken: int | None
    torn: bool
    head: str


def read(registry: Path) -> Journal:
    """Read the journal of a registry; a registry without one has an empty journal."""
    path = registry / NAME
    content = path.read_bytes() if path.is_file() else b""
    *whole, rest = content.split(b"\n")
    lines: list[Mapping[str, Any]] = []
    head = START
    for number, raw in enumerate(whole, 1):
        line = _line(raw)
        if line is None or line.get("before") != head:
            return Journal(tuple(lines), number, bool(rest), head)
        lines.append(line)
        head = _seal(raw)
    return Journal(tuple(lines), None, bool(rest), head)


def numbers(lines: Iterable[Mapping[str, Any]], event: str) -> set[int]:
    """Return the numbers of the versions of which lines tell an event."""
    return {line["number"] for line in lines if line["event"] == event}


def append(registry: Path, line: Mapping[str, Any]) -> None:
    """Add a line, durably; the caller holds the lock of the registry.

    A broken journal is added to all the same: what happens from now on must be told too, and the
    break stays visible.
    """
    path = registry / NAME
    made = not path.exists()
    with path.open("a+b") as file:
        file.seek(0)
        content = file.read()
        end = content.rfind(b"\n") + 1
        last = content[:end].rstrip(b"\n").rsplit(b"\n", 1)[-1]
        file.truncate(end)
        sealed = {**line, "before": _seal(last) if last else START}
        file.write(json.dumps(sealed, sort_keys=True, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if made:
        sync_folder(registry)


def _line(raw: bytes) -> Mapping[str, Any] | None:
    try:
        value = json.loads(raw)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _seal(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
