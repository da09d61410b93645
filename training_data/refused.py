"""Refused rows go back to whoever can correct them: one CSV per file, in the file's own wording.

In: a ``Report``. Out: files with the original columns and, last, what is wrong with each row in
Indonesian and English. Corrected in place they are imported again; the added columns are ignored.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from training_data.cells import TYPED, Cells, Codes, spread
from training_data.messages import say
from training_data.source import Source

if TYPE_CHECKING:
    from training_data.report import Finding, Report

NOTES = {"id": "_masalah", "en": "_problem"}
SURPLUS = "_sisa"
"""Cells beyond the headers, for rows that had too many."""

_TYPED_THREE = rf"^{TYPED}([+-]?\d{{1,3}}\.\d{{3}})$"
_FORMULA = r"^('*[=+\-@\t\r])"


def write_refused(report: Report, folder: Path) -> list[Path]:
    """Write the refused rows of each source, readable by the owner only.

    Returns:
        The files, none for sources without refused rows.
    """
    written: list[Path] = []
    for source in report.sources:
        rows = np.flatnonzero(report.refused_rows(source))
        if len(rows) == 0:
            continue
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = _free(folder, Path(source.file).stem, written)
        _write(path, _table(source, rows, report.refusals(source)))
        written.append(path)
    return written


def _free(folder: Path, stem: str, taken: Sequence[Path]) -> Path:
    path, part = folder / f"{stem}.csv", 2
    while path in taken:
        path, part = folder / f"{stem}-{part}.csv", part + 1
    return path


def _write(path: Path, table: pa.Table) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(b"\xef\xbb\xbf")  # without it Excel takes UTF-8 for another encoding
        pacsv.write_csv(table, out)
    os.replace(temporary, path)


def _table(source: Source, rows: npt.NDArray[np.int64], findings: Sequence[Finding]) -> pa.Table:
    names = list(source.header)
    columns = [_as_written(cells.take(rows)) for cells in source.columns]
    if source.surplus:
        rest = ["|".join(source.surplus.get(int(row), ())) for row in rows]
        names.append(SURPLUS)
        columns.append(guarded(pa.array(rest, pa.string())))
    for language, name in NOTES.items():
        names.append(name)
        columns.append(_notes(source, rows, findings, language))
    return pa.Table.from_arrays(columns, names=names)


def _as_written(cells: Cells) -> pa.Array:
    return spread(guarded(as_written(cells.texts)), cells.codes)


def as_written(texts: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """Return cells as a person would have written them.

    A typed 1.125 must not come back as a written one, which could mean 1125.
    """
    plain = pc.replace_substring_regex(texts, _TYPED_THREE, r"\10")
    return pc.replace_substring(plain, TYPED, "")


def guarded(values: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """Return texts with an apostrophe before what a spreadsheet would run as a formula.

    Numbers keep their sign; import removes the apostrophe again.
    """
    number = pc.match_substring_regex(values, r"^[+-][0-9.,]+$")
    return pc.if_else(number, values, pc.replace_substring_regex(values, _FORMULA, r"'\1"))


def _notes(
    source: Source, rows: npt.NDArray[np.int64], findings: Sequence[Finding], language: str
) -> pa.Array:
    """Return per row all that is wrong with it; rows with the same problems share one text."""
    combination: Codes = np.zeros(len(rows), np.int32)
    texts = [""]
    kept = np.full(len(source), -1, np.int64)
    for finding in findings:
        marked = np.zeros(len(source), bool)
        marked[finding.positions] = True
        if finding.kept is not None:
            kept[finding.positions] = finding.kept
        said = f"{finding.rule().in_language(language)} {finding.remedy().in_language(language)}"
        pairs, codes = np.unique(combination * 2 + marked[rows], return_inverse=True)
        texts = [f"{texts[p // 2]} {said}".strip() if p % 2 else texts[p // 2] for p in pairs]
        combination = codes.astype(np.int32)
    notes = spread(pa.array(texts, pa.string()), combination)
    if (kept[rows] < 0).all():
        return notes
    numbers = pa.array(kept[rows], mask=kept[rows] < 0).cast(pa.string())
    before, after = say("import.kept", language, row="\x00").split("\x00")
    named = pc.binary_join_element_wise(notes, " ", before, numbers, after, "")
    return pc.if_else(pc.is_valid(numbers), named, notes)
