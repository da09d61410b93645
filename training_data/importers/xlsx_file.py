"""A workbook becomes a ``Source``: scanned as a stream, then parsed by a process we can kill.

A valid file of five kilobytes can make a parser allocate its whole grid, so parsing never happens
in the process that serves others.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from training_data.importers import xlsx_child
from training_data.importers.csv_file import MAX_COLUMNS, number_rows
from training_data.importers.dialect import Dialect, Unreadable
from training_data.importers.records import Records
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
        Unreadable: the workbook is refused by the scan, or its parser was stopped.
    """
    scan(path, limits)
    with tempfile.TemporaryDirectory(prefix="selaras-") as folder:
        out = Path(folder) / "cells.arrow"
        _parse(path, table, out, guard)
        with pa.OSFile(str(out), "rb") as file:
            cells = pa.ipc.open_file(file).read_all()
    meta = json.loads(cells.schema.metadata[b"sheet"])
    header = tuple(column[0].as_py() or "" for column in cells.columns)
    if len(header) > MAX_COLUMNS:
        raise Unreadable("file.columns", count=len(header), limit=MAX_COLUMNS)
    records = Records.of(list(cells.slice(1).columns), {}, len(header))
    source = number_rows(path.name, table, Dialect("", header, meta["above"], 0), records)
    ignored = [
        Finding("xlsx.sheet_ignored", Severity.WARN, path.name, table, name)
        for name in meta["others"]
    ]
    return source, ignored


def _parse(path: Path, table: str, out: Path, guard: Guard) -> None:
    seconds = guard.seconds + (path.stat().st_size >> 20)
    command = [
        *(sys.executable, "-P", "-m", xlsx_child.__name__),
        *(str(path.resolve()), table, str(out), str(guard.megabytes), str(seconds)),
    ]
    environment = {
        **{k: v for k, v in os.environ.items() if k in ("PATH", "PYTHONPATH", "TMPDIR", "LANG")},
        "OPENBLAS_NUM_THREADS": "1",  # threads reserve address space, which is limited
        "OMP_NUM_THREADS": "1",
    }
    try:
        done = subprocess.run(
            command,
            cwd=out.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise Unreadable("xlsx.damaged") from problem
    if done.returncode == xlsx_child.EMPTY:
        raise Unreadable("file.empty")
    if done.returncode != 0:
        raise Unreadable("xlsx.damaged")
