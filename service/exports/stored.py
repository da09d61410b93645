"""A document kept beside its workbook: as JSON, so that its print page shows the very same cells.

In: a ``Report``. Out: bytes, and the same ``Report`` from them. Nothing in it can be run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from recommender.reports.tables import (
    Block,
    Cell,
    Column,
    Facts,
    Report,
    Sheet,
    Signer,
    Table,
)
from training_data.messages import Text

FILE = "document.json"
WORKBOOK = "document.xlsx"


def packed(report: Report) -> bytes:
    """Return a document as JSON."""
    held = {
        "kind": report.kind,
        "title": _cell(report.title),
        "day": report.day.isoformat(),
        "sheets": [_sheet(sheet) for sheet in report.sheets],
    }
    return json.dumps(held, ensure_ascii=False, separators=(",", ":")).encode()


def unpacked(content: bytes) -> Report:
    """Return the document that was packed."""
    held = json.loads(content)
    return Report(
        held["kind"],
        _words(held["title"]),
        date.fromisoformat(held["day"]),
        tuple(_sheet_of(sheet) for sheet in held["sheets"]),
    )


def read(folder: Path) -> Report:
    """Return the document of a folder."""
    return unpacked((folder / FILE).read_bytes())


def _cell(value: Cell) -> Any:
    """Return a cell: words as a pair, a day under its own name, everything else as it is."""
    if isinstance(value, Text):
        return [value.id, value.en]
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _cell_of(held: Any) -> Cell:
    if isinstance(held, list):
        return Text(*held)
    return date.fromisoformat(held["day"]) if isinstance(held, dict) else held


def _words(held: Any) -> Text:
    found = _cell_of(held)
    assert isinstance(found, Text)
    return found


def _maybe(held: Any) -> Text | None:
    return None if held is None else _words(held)


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": _cell(sheet.name),
        "title": [_cell(line) for line in sheet.title],
        "blocks": [_block(block) for block in sheet.blocks],
        "signers": [[_cell(s.role), _cell(s.office), s.name, s.nip] for s in sheet.signers],
        "numbered": sheet.numbered,
        "secret": sheet.secret,
    }


def _sheet_of(held: Mapping[str, Any]) -> Sheet:
    return Sheet(
        _words(held["name"]),
        tuple(_words(line) for line in held["title"]),
        tuple(_block_of(block) for block in held["blocks"]),
        tuple(_signer_of(*signer) for signer in held["signers"]),
        held["numbered"],
        held["secret"],
    )


def _signer_of(role: Any, office: Any, name: str | None, nip: str | None) -> Signer:
    said, place = _cell_of(role), _cell_of(office)
    assert isinstance(said, Text | str)
    assert place is None or isinstance(place, Text | str)
    return Signer(said, place, name, nip)


def _block(block: Block) -> dict[str, Any]:
    title = _cell(block.title)
    if isinstance(block, Facts):
        return {"facts": [[_cell(cell) for cell in row] for row in block.rows], "title": title}
    return {
        "columns": [[_cell(c.head), c.kind, c.width, c.summed] for c in block.columns],
        "rows": [[_cell(cell) for cell in row] for row in block.rows],
        "title": title,
        "totals": [_cell(cell) for cell in block.totals],
        "notes": [_cell(note) for note in block.notes],
    }


def _block_of(held: Mapping[str, Any]) -> Block:
    title = _maybe(held["title"])
    if "facts" in held:
        return Facts(tuple((_words(label), _cell_of(cell)) for label, cell in held["facts"]), title)
    return Table(
        tuple(Column(_words(head), *rest) for head, *rest in held["columns"]),
        tuple(tuple(_cell_of(cell) for cell in row) for row in held["rows"]),
        title,
        tuple(_cell_of(cell) for cell in held["totals"]),
        tuple(_words(note) for note in held["notes"]),
    )
