"""The one file of a backup: a zip of tables and files, a manifest of hashes, and a seal.

    tables/NAME.jsonl   the rows of a table, see ``service.database.portable``
    home/PATH           a file of the home folder
    manifest.json       versions, counters, size and SHA-256 of every part

In: lines and files. Out: the whole file, readable by its owner only, or none; and back, once every
hash has been compared. Any zip program opens it. The archive's comment is the seal: SHA-256 of all
bytes before it, so that nothing of a damaged file is read any further.

Decision: hashes show damage and mistakes, not forgery; who can write the file can seal it anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from pydantic import ConfigDict, TypeAdapter, with_config

from service.errors import NotMigrated
from service.usecases.errors import NothingUsable

FORMAT = 1
"""Raised when an older version of the product could not read what is written."""

MANIFEST = "manifest.json"
CHUNK = 1 << 20

MANIFEST_MOST = 1 << 26
"""Bytes of a manifest; ten thousand generations need less."""

_SEAL = 64
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError)
_STRICT = ConfigDict(extra="forbid")
_PACKED = (".parquet", ".npz")
"""Files that are compressed already."""


@with_config(_STRICT)
@dataclass(frozen=True)
class Part:
    """A file of the home: its path below it, its size and its hash."""

    path: str
    bytes: int
    sha256: str


@with_config(_STRICT)
@dataclass(frozen=True)
class TablePart:
    """A table: its columns in the order of the lines, how many rows, and their size and hash."""

    name: str
    columns: tuple[str, ...]
    rows: int
    bytes: int
    sha256: str


@with_config(_STRICT)
@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        product: version of Selaras that made it.
        revision: migration its tables are at.
        database: kind of database it was made of; it can be restored into the other kind.
        counters: highest number given by each table's counter.
        folders: folders below the home, the outer ones first.
        missing: generations whose files were not there.
    """

    format: int
    made_at: datetime
    product: str
    revision: str
    database: str
    tables: tuple[TablePart, ...]
    counters: Mapping[str, int]
    folders: tuple[str, ...]
    files: tuple[Part, ...]
    missing: tuple[int, ...]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(one.rows for one in self.tables)


class Writer:
    """Adds parts to a backup that is being made."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.tables: list[TablePart] = []
        self.files: list[Part] = []

    def add_table(self, name: str, columns: tuple[str, ...], lines: Iterable[bytes]) -> None:
        """Add the rows of a table."""
        rows = 0

        def counted() -> Iterator[bytes]:
            nonlocal rows
            for line in lines:
                rows += 1
                yield line

        size, sha256 = self._write(_table_entry(name), counted())
        self.tables.append(TablePart(name, columns, rows, size, sha256))

    def add_file(self, path: str, source: Path) -> None:
        """Add a file of the home under its path below it."""
        with source.open("rb") as file:
            size, sha256 = self._write(_file_entry(path), iter(lambda: file.read(CHUNK), b""))
        self.files.append(Part(path, size, sha256))

    def end(self, manifest: Manifest) -> None:
        """Add the manifest; nothing may follow."""
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, default=str)
        self._write(MANIFEST, [text.encode()])

    def _write(self, entry: str, chunks: Iterable[bytes]) -> tuple[int, str]:
        info = zipfile.ZipInfo(entry, time.gmtime()[:6])
        info.external_attr = 0o600 << 16
        packed = entry.endswith(_PACKED)
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        size, found = 0, hashlib.sha256()
        with self._archive.open(info, "w", force_zip64=True) as out:
            for chunk in chunks:
                out.write(chunk)
                found.update(chunk)
                size += len(chunk)
        return size, found.hexdigest()


class Reader:
    """Gives the parts of a backup whose seal holds."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def lines(self, part: TablePart) -> Iterator[bytes]:
        """Yield the rows of a table."""
        with self._archive.open(_table_entry(part.name)) as file:
            yield from file

    @contextmanager
    def file(self, part: Part) -> Iterator[IO[bytes]]:
        """Give a file of the home to read from."""
        with self._archive.open(_file_entry(part.path)) as file:
            yield file

    def verify(self) -> Iterator[str]:
        """Compare every part with the manifest; yield the name of each that was compared.

        Raises:
            NothingUsable: a part is missing, is not what was written, or would leave the home.
        """
        _require_tree(self.manifest)
        parts: list[tuple[str, Part | TablePart]] = [
            *((_table_entry(one.name), one) for one in self.manifest.tables),
            *((_file_entry(one.path), one) for one in self.manifest.files),
        ]
        wanted = {MANIFEST, *(entry for entry, _ in parts)}
        found = self._archive.namelist()
        if set(found) != wanted or not len(found) == len(wanted) == len(parts) + 1:
            raise NothingUsable("backup.parts_differ")
        for entry, part in parts:
            try:
                whole = self._holds(entry, part)
            except _BROKEN:
                whole = False
            if not whole:
                raise NothingUsable("backup.part_altered", part=entry)
            yield entry

    def _holds(self, entry: str, part: Part | TablePart) -> bool:
        left, rows, found = part.bytes, 0, hashlib.sha256()
        with self._archive.open(entry) as file:
            # What is longer than it says is read no further.
            while chunk := file.read(min(CHUNK, left + 1)):
                left -= len(chunk)
                rows += chunk.count(b"\n")
                found.update(chunk)
                if left < 0:
                    return False
        whole = left == 0 and found.hexdigest() == part.sha256
        return whole and (isinstance(part, Part) or rows == part.rows)


def _require_tree(manifest: Manifest) -> None:
    """Raise unless all paths stay below the home and every folder comes before what it holds."""
    folders = {""}
    for path in (*manifest.folders, *(one.path for one in manifest.files)):
        if not stays_below(path):
            raise NothingUsable("backup.leaves_home", path=path)
        if path.rpartition("/")[0] not in folders or path in folders:
            raise NothingUsable("backup.parts_differ")
        if len(folders) <= len(manifest.folders):
            folders.add(path)


def stays_below(path: str) -> bool:
    """Whether a path names something below a folder, nothing hidden, the same on every system."""
    parts = PurePosixPath(path).parts
    plain = bool(parts) and "/".join(parts) == path and not any(c in path for c in "\\:\0\n")
    return plain and not any(part.startswith((".", "/")) for part in parts)


@contextmanager
def written(file: Path) -> Iterator[Writer]:
    """Give a writer to a new file; seal it at the end of the block and make it durable."""
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    with os.fdopen(descriptor, "w+b") as handle:
        with zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.comment = b"0" * _SEAL
            yield Writer(archive)
        seal = _seal_of(handle)
        handle.seek(-_SEAL, os.SEEK_END)
        handle.write(seal)
        handle.flush()
        os.fsync(handle.fileno())


@contextmanager
def opened(file: Path) -> Iterator[Reader]:
    """Give a reader of a backup whose seal holds.

    Raises:
        NothingUsable: the file is no backup, was cut off or altered.
        NotMigrated: a newer version of the product made it.
    """
    with file.open("rb") as handle:
        if handle.read(4) != b"PK\3\4":
            raise NothingUsable("backup.not_one", file=str(file))
        if _seal_of(handle) != handle.read(_SEAL):
            raise NothingUsable("backup.altered", file=str(file))
        try:
            archive = zipfile.ZipFile(handle)
            manifest = _manifest(archive)
        except (*_BROKEN, KeyError, ValueError):
            raise NothingUsable("backup.not_one", file=str(file)) from None
        with archive:
            yield Reader(archive, manifest)


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    if archive.getinfo(MANIFEST).file_size > MANIFEST_MOST:
        raise ValueError
    document = json.loads(archive.read(MANIFEST))
    if isinstance(document, dict) and document.get("format") != FORMAT:
        raise NotMigrated("backup.newer", product=str(document.get("product")))
    return TypeAdapter(Manifest).validate_python(document)


def _seal_of(handle: IO[bytes]) -> bytes:
    """Return what the seal has to be, and leave the handle where it begins."""
    left = handle.seek(0, os.SEEK_END) - _SEAL
    handle.seek(0)
    found = hashlib.sha256()
    while left > 0:
        chunk = handle.read(min(CHUNK, left))
        found.update(chunk)
        left -= len(chunk)
    return found.hexdigest().encode()


def _table_entry(name: str) -> str:
    return f"tables/{name}.jsonl"


def _file_entry(path: str) -> str:
    return f"home/{path}"
