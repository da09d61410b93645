"""A workbook becomes a ``Source``: scanned as a stream, parsed by a process we can kill.

A valid file of five kilobytes can make a parser allocate its whole grid, so parsing never happens
in the process that serves others. What comes back is text, read like any CSV.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from training_data.importers import xlsx_child
from training_data.importers.csv_file import read_text
from training_data.importers.dialect import SAMPLE, Dialect, Unreadable, find_header
from training_data.importers.headers import header_key
from training_data.importers.xlsx_scan import LIMITS, Limits, scan
from training_data.report import Finding, Severity
from training_data.source import Source


@dataclass(frozen=True)
class Guard:
    """Limits of the parsing process.

    Attributes:
        megabytes: address space.
        seconds: wall clock for a small file; each megabyte of the file adds one.
    """

    megabytes: int = 4096
    seconds: int = 20


GUARD = Guard()


def read_xlsx(
    path: Path, table: str, limits: Limits = LIMITS, guard: Guard = GUARD
) -> tuple[Source, list[Finding]]:
    """Read the sheet of a workbook that holds ``table``, as text.

    Raises:
        Unreadable: the workbook is refused by the scan, its parser was stopped, or it is empty.
    """
    scan(path, limits)
    with tempfile.TemporaryDirectory(prefix="selaras-") as temporary:
        folder = Path(temporary)
        _parse(path, folder, guard)
        names = json.loads((folder / "sheets.json").read_text(encoding="utf-8"))
        chosen, dialect = _choose(folder, names, table)
        if not any(header.strip() for header in dialect.header):
            raise Unreadable("file.empty")
        source, findings = read_text(
            path.name, table, (folder / f"{chosen}.txt").read_bytes(), dialect
        )
        findings += [
            Finding("xlsx.sheet_ignored", Severity.WARN, path.name, table, name)
            for place, name in enumerate(names)
            if place != chosen and (folder / f"{place}.txt").stat().st_size
        ]
    return source, findings


def read_sheets(
    path: Path, limits: Limits = LIMITS, guard: Guard = GUARD
) -> dict[str, list[list[str]]]:
    """Read every sheet of a workbook as rows of text; a typed fraction keeps its point.

    Raises:
        Unreadable: the workbook is refused by the scan, or its parser was stopped.
    """
    scan(path, limits)
    with tempfile.TemporaryDirectory(prefix="selaras-") as temporary:
        folder = Path(temporary)
        _parse(path, folder, guard)
        names = json.loads((folder / "sheets.json").read_text(encoding="utf-8"))
        found = {}
        for place, name in enumerate(names):
            with (folder / f"{place}.txt").open(encoding="utf-8", newline="") as file:
                rows = csv.reader(file, delimiter=xlsx_child.DELIMITER)
                found[name] = [[cell.removeprefix(xlsx_child.TYPED) for cell in r] for r in rows]
    return found


def _choose(folder: Path, names: list[str], table: str) -> tuple[int, Dialect]:
    """Return the sheet named after the table, else the one with most of its headers."""
    found = []
    for place, name in enumerate(names):
        with (folder / f"{place}.txt").open("rb") as file:
            head = file.read(SAMPLE).decode("utf-8", errors="ignore")
        score, dialect = find_header(head, xlsx_child.DELIMITER, table)
        found.append((header_key(name) == header_key(table), score, -place, dialect))
    if not found:
        raise Unreadable("file.empty")
    _, _, place, dialect = max(found, key=lambda sheet: sheet[:3])
    return -place, dialect


def _parse(path: Path, folder: Path, guard: Guard) -> None:
    """Let a limited process write the sheets of a workbook into a folder."""
    seconds = guard.seconds + (path.stat().st_size >> 20)
    command = [sys.executable, "-P", xlsx_child.__file__]
    limits = [str(guard.megabytes), str(seconds)]
    kept = ("PATH", "PYTHONPATH", "TMPDIR", "LANG")
    try:
        done = subprocess.run(
            [*command, str(path.resolve()), str(folder), *limits],
            cwd=folder,
            env={name: value for name, value in os.environ.items() if name in kept},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise Unreadable("xlsx.damaged") from problem
    if done.returncode != 0:
        raise Unreadable("xlsx.damaged")
