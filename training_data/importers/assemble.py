"""Sources of one table become a draft: cells parsed, decimal signs settled, single cells checked.

In: the table's sources with their columns told apart. Out: a ``Draft`` whose cells and rows were
checked; references and keys follow when all tables are here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from training_data.cells import TYPED, Cells, Mask, flagged
from training_data.draft import Draft, join_cells, join_values
from training_data.importers.headers import Mapped, aliases, header_key
from training_data.parsing import Parsed, clean, decimal_evidence, parse
from training_data.quality import KEPT_AS_WRITTEN, check_cells
from training_data.report import Severity
from training_data.schema import TABLES, Column, Kind
from training_data.source import Source

RUPIAH = frozenset({"cost", "opening_cost", "amount"})
"""Money has no thousandths: "500.000" is half a million unless the column shows otherwise."""


def assemble(table: str, parts: Sequence[Mapped]) -> Draft:
    """Parse and join the files of one table and check their cells.

    Parameters:
        table: name of the table.
        parts: its files, all with the required columns.
    """
    spec = TABLES[table]
    lengths = [len(part.source) for part in parts]
    parsed = [_parse(table, part) for part in parts]
    present = [c for c in spec.columns if any(c.name in part.cells for part in parts)]
    draft = Draft(
        spec,
        [part.source for part in parts],
        _shared(
            {
                c.name: join_cells([part.cells.get(c.name) for part in parts], lengths)
                for c in present
            },
            parts,
        ),
        {
            c.name: join_values(
                [
                    (one[c.name].values, part.cells[c.name].codes)
                    if c.name in one
                    else (pa.nulls(0, c.arrow_type), np.full(n, -1, np.int32))
                    for one, part, n in zip(parsed, parts, lengths, strict=True)
                ]
            )
            for c in present
        },
        _extras(parts, lengths),
    )
    _refuse_unread_rows(draft, parts)
    for name in {name for part in parts for name in part.conflicts}:
        _settle_conflict(draft, spec.column(name), parts, lengths)
    check_cells(
        draft,
        {c.name: _rows(parsed, parts, lengths, c.name, "bad") for c in present},
        {c.name: _rows(parsed, parts, lengths, c.name, "doubtful") for c in present},
    )
    _warn_control_signs(draft)
    return draft


def _parse(table: str, part: Mapped) -> dict[str, Parsed]:
    """Parse every column of one file, with the decimal sign its numbers agree on."""
    evidence = {
        name: decimal_evidence(cells.texts)
        for name, cells in part.cells.items()
        if TABLES[table].column(name).kind in (Kind.NUMBER, Kind.INTEGER)
    }
    overall = _agreed(evidence.values())
    if overall is None:
        overall = part.source.comma
    out = {}
    for name, cells in part.cells.items():
        column = TABLES[table].column(name)
        comma = _agreed([evidence[name]]) if name in evidence else None
        if comma is None:
            comma = None if name in RUPIAH else overall
        out[name] = parse(column, cells.texts, comma, thousands=name in RUPIAH)
        if (table, name) in KEPT_AS_WRITTEN:
            written = clean(cells.texts, column.kind)
            kept = pc.if_else(pa.array(out[name].bad), written, out[name].values)
            out[name] = Parsed(kept, out[name].bad, out[name].doubtful)
    return out


def writes_commas(source: Source) -> bool:
    """Whether the decimals of a file are written with a comma, as its numbers agree."""
    known = aliases(source.table)
    spec = TABLES[source.table]
    seen = [
        decimal_evidence(cells.texts)
        for header, cells in zip(source.header, source.columns, strict=True)
        if (name := known.get(header_key(header))) is not None
        and spec.column(name).kind in (Kind.NUMBER, Kind.INTEGER)
    ]
    overall = _agreed(seen)
    return bool(source.comma if overall is None else overall)


def _agreed(evidence: Iterable[tuple[bool, bool]]) -> bool | None:
    """Return whether commas are decimal signs, ``None`` when nothing or both is seen."""
    pairs = list(evidence)
    comma, point = any(c for c, _ in pairs), any(p for _, p in pairs)
    return comma if comma != point else None


def _rows(
    parsed: Sequence[dict[str, Parsed]],
    parts: Sequence[Mapped],
    lengths: Sequence[int],
    name: str,
    mark: str,
) -> Mask:
    """Return per row of the draft whether its text bears a mark."""
    return np.concatenate(
        [
            flagged(part.cells[name].codes, getattr(one[name], mark))
            if name in one
            else np.zeros(n, bool)
            for one, part, n in zip(parsed, parts, lengths, strict=True)
        ]
    )


def _shared(cells: dict[str, Cells], parts: Sequence[Mapped]) -> dict[str, Cells]:
    """Keep one object for the NIP where it also serves as the identifier."""
    if all("nip" in p.cells and p.cells["nip"] is p.cells["employee_id"] for p in parts):
        cells["employee_id"] = cells["nip"]
    return cells


def _extras(parts: Sequence[Mapped], lengths: Sequence[int]) -> dict[str, Cells]:
    names = sorted({name for part in parts for name in part.extras})
    joined = {n: join_cells([part.extras.get(n) for part in parts], lengths) for n in names}
    return {name: cells.map(clean(cells.texts, Kind.TEXT)) for name, cells in joined.items()}


def _refuse_unread_rows(draft: Draft, parts: Sequence[Mapped]) -> None:
    """Refuse rows with broken quotes or another number of cells than the headers."""
    for part, start in zip(parts, draft.starts[:-1], strict=True):
        for finding in part.findings:
            draft.findings.append(finding)
            if finding.severity is Severity.REFUSE:
                draft.refused[start + finding.positions] = True
        rows = np.zeros(len(draft), bool)
        counts = np.full(len(draft), -1, np.int64)
        for position, count in part.source.ragged.items():
            rows[start + position] = True
            counts[start + position] = count
        if rows.any():
            shown = Cells.of(pa.array(counts).cast(pa.string()))
            wanted = len(part.source.header)
            draft.find("row.cells", Severity.REFUSE, rows, cells=shown, wanted=wanted)
    draft.unfit = draft.refused.copy()


def _settle_conflict(
    draft: Draft, column: Column, parts: Sequence[Mapped], lengths: Sequence[int]
) -> None:
    """Two columns of the file mean the same and disagree: nobody can say which is right."""
    rows = np.concatenate(
        [
            part.conflicts.get(column.name, np.zeros(n, bool))
            for part, n in zip(parts, lengths, strict=True)
        ]
    )
    severity = Severity.REFUSE if column.required or column.key else Severity.WARN
    code = "header.conflict" if severity is Severity.REFUSE else "header.conflict_emptied"
    draft.find(code, severity, rows, column.name)
    draft.empty(column.name, rows)


def _warn_control_signs(draft: Draft) -> None:
    for name, cells in draft.cells.items():
        seen = pc.match_substring_regex(
            pc.utf8_ltrim(cells.texts, TYPED), r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
        )
        draft.find("text.control", Severity.WARN, flagged(cells.codes, np.asarray(seen)), name)
