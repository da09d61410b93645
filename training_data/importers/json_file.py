"""JSON of a web service, such as SIASN's, becomes a ``Source``: a list of flat objects.

Either the list itself or one object that holds it under ``data`` (how SIASN's service wraps it was
not verified). What is nested inside a row, such as links to documents, is left out and said so.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from training_data.cells import TYPED
from training_data.importers.csv_file import MAX_COLUMNS
from training_data.importers.dialect import Unreadable
from training_data.importers.records import written
from training_data.importers.xlsx_child import number_text
from training_data.report import Finding, Severity
from training_data.source import Source

WRAPPED = "data"


def read_json(path: Path, table: str) -> tuple[Source, list[Finding]]:
    """Read a JSON file as text; rows are numbered from 1.

    Raises:
        Unreadable: no list of flat objects, or too many columns.
    """
    try:
        held = json.loads(path.read_bytes(), parse_constant=lambda _: None)
    except (ValueError, RecursionError) as problem:
        raise Unreadable("file.not_json") from problem
    if isinstance(held, dict):
        held = held.get(WRAPPED)
    if not isinstance(held, list) or not all(isinstance(row, dict) for row in held):
        raise Unreadable("file.not_json")
    names = list(dict.fromkeys(name for row in held for name in row))
    if len(names) > MAX_COLUMNS:
        raise Unreadable("file.columns", count=len(names), limit=MAX_COLUMNS)
    nested = {n for row in held for n, value in row.items() if isinstance(value, dict | list)}
    names = [name for name in names if name not in nested]
    if not held or not names:
        raise Unreadable("file.empty")
    columns = tuple(written([_text(row.get(name)) for row in held]) for name in names)
    findings = [
        Finding("header.nested", Severity.WARN, path.name, table, name) for name in sorted(nested)
    ]
    header = tuple(" ".join(name.split()) for name in names)
    return Source(path.name, table, header, columns, np.arange(1, len(held) + 1)), findings


def _text(value: Any) -> str | None:
    """Return a value as text; a number without its quotes is no better than in a spreadsheet."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    return number_text(value) if abs(value) < 1e300 else TYPED + repr(value)
