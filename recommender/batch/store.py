"""Finished shards on disk, so that an interrupted batch goes on where it stopped.

In: packed lists of shards. Out: the same bytes, as long as the question is the same and the file
is whole. Every file bears its own checksum in its name, so that none can be half a file.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from recommender.durable import replace_file, sync_folder
from recommender.errors import UnusableStore

_QUESTION = "question.json"
_SUFFIX = ".shard"


class Store:
    """Shards of one question, in a folder of their own.

    Parameters:
        folder: made here, readable by its owner alone; what it holds of another question goes.
        question: what the shards answer: hashes of data, model, rules and code, day, kind, k.

    Raises:
        UnusableStore: the folder holds something that is not ours.
    """

    def __init__(self, folder: Path, question: Mapping[str, object]) -> None:
        self.folder = folder
        asked = json.dumps(dict(question), sort_keys=True)
        if folder.exists() and not _answers(folder, asked):
            _clear(folder)
        if not folder.exists():
            folder.mkdir(mode=0o700)
            replace_file(folder / _QUESTION, asked)
        self._files = {}
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            self._files[int(path.name.partition(".")[0])] = path

    def __contains__(self, number: int) -> bool:
        return number in self._files

    def get(self, number: int) -> bytes | None:
        """Return a shard, or ``None`` where there is none or its bytes have changed."""
        path = self._files.get(number)
        if path is None:
            return None
        packed = path.read_bytes()
        if hashlib.sha256(packed).hexdigest() != path.name.split(".")[1]:
            self.drop(number)
            return None
        return packed

    def put(self, number: int, packed: bytes) -> None:
        """Keep a shard for good."""
        checksum = hashlib.sha256(packed).hexdigest()
        path = self.folder / f"{number:07d}.{checksum}{_SUFFIX}"
        temporary = self.folder / f".{path.name}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        sync_folder(self.folder)
        self._files[number] = path

    def drop(self, number: int) -> None:
        """Forget a shard."""
        self._files.pop(number).unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the folder, if it is still there: everything was put together."""
        if self.folder.exists():
            _clear(self.folder)


def _clear(folder: Path) -> None:
    """Remove a folder of shards, its question last: cut off half-way, it is still known as ours."""
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name != _QUESTION:
            entry.unlink()
    (folder / _QUESTION).unlink(missing_ok=True)
    folder.rmdir()


def _answers(folder: Path, asked: str) -> bool:
    """Whether the shards of a folder answer the question."""
    question = folder / _QUESTION
    begun = {f".tmp-{_QUESTION}"}  # killed before it was in its place
    if not folder.is_dir() or (
        not question.is_file() and {entry.name for entry in folder.iterdir()} - begun
    ):
        raise UnusableStore(
            f"{folder.name!r} is in the way: it holds no shards of a ranking. "
            "Move it, or write to another file."
        )
    return question.is_file() and question.read_text(encoding="utf-8") == asked
