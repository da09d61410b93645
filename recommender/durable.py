"""Files that survive a crash: written aside, made durable and renamed in one step.

In: a target and its content. Out: the whole new file, or the one that was there before.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def as_json(value: Any) -> str:
    """Return the JSON text in which models and registries are written."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def replace_file(target: Path, text: str) -> None:
    """Put ``text`` in the place of ``target``, whole or not at all."""
    temporary = target.with_name(f".tmp-{target.name}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def sync_files(folder: Path) -> None:
    """Make the files of a folder and their names durable."""
    for file in sorted(folder.iterdir()):
        with file.open("rb") as held:
            os.fsync(held.fileno())
    sync_folder(folder)
