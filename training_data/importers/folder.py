"""A dataset folder, or one file of it, becomes a ``Dataset`` and a report.

In: files of any kind named after the contract's tables. Out: clean, frozen tables; every problem
with its place. The order of files, columns and rows changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from training_data import messages
from training_data.dataset import Dataset
from training_data.draft import Draft
from training_data.errors import UnusableInput
from training_data.importers.assemble import assemble
from training_data.importers.csv_file import read_csv
from training_data.importers.dialect import Unreadable
from training_data.importers.headers import Mapped, map_headers, table_of_stem
from training_data.importers.json_file import read_json
from training_data.importers.parquet_file import read_parquet
from training_data.importers.spells import close_spells
from training_data.importers.xlsx_file import read_xlsx
from training_data.keys import check_keys
from training_data.nips import identifiers, of_draft, resolve
from training_data.quality import check_levels
from training_data.reference import competencies
from training_data.references import Keys, check_carrying, check_optional, order_of_tables
from training_data.report import Counts, Finding, Report, Severity
from training_data.schema import TABLES
from training_data.source import Source

Progress = Callable[[str, int, int], None]
Reader = Callable[[Path, str], tuple[Source, list[Finding]]]

READERS: dict[str, Reader] = {
    ".csv": read_csv,
    ".txt": read_csv,
    ".tsv": read_csv,
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
    ".parquet": read_parquet,
    ".json": read_json,
}


@dataclass
class _Inbox:
    """What was read so far."""

    mapped: dict[str, list[Mapped]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_folder(
    folder: Path, *, against: Dataset | None = None, progress: Progress | None = None
) -> tuple[Dataset, Report]:
    """Read every table of a folder.

    Parameters:
        folder: holds one file (or folder of Parquet files) per table; ``_truth`` is ignored.
        against: data already known; references may lead there too.
        progress: called with stage, done and total.

    Returns:
        The accepted rows and the report.

    Raises:
        UnusableInput: no file holds a usable row; ``report`` says why.
    """
    if not folder.is_dir():
        raise UnusableInput(messages.say("import.no_folder", "id", file=folder.name))
    return _read(sorted(folder.iterdir()), against, progress)


def read_file(path: Path, *, against: Dataset | None = None) -> tuple[Dataset, Report]:
    """Read one table; like ``read_folder`` with a single file in it."""
    if not path.exists():
        raise UnusableInput(messages.say("import.no_folder", "id", file=path.name))
    return _read([path], against, None)


def _read(
    paths: Iterable[Path], against: Dataset | None, progress: Progress | None
) -> tuple[Dataset, Report]:
    inbox = _Inbox()
    wanted = [p for p in paths if not p.name.startswith(("_", ".", "~$"))]
    for done, path in enumerate(wanted):
        if progress:
            progress("read", done, len(wanted))
        _receive(inbox, path)
    drafts = {name: assemble(name, parts) for name, parts in inbox.mapped.items()}
    _check(drafts, against, progress)
    report = _report(inbox, drafts)
    if not any(count.accepted for count in report.counts.values()):
        raise UnusableInput(report.text("id"), report)
    tables = {name: draft.table() for name, draft in drafts.items()}
    return Dataset.of({n: t for n, t in tables.items() if t.num_rows}), report


def _receive(inbox: _Inbox, path: Path) -> None:
    """Read one file, or note why it is not read."""
    table = table_of_stem(path.stem if path.is_file() else path.name)
    reader = _reader(path)
    if table is None or reader is None:
        code = "file.old_excel" if path.suffix.lower() in (".xls", ".xlsb") else "file.unknown"
        severity = Severity.REFUSE if table and code == "file.old_excel" else Severity.WARN
        inbox.findings.append(Finding(code, severity, path.name))
        return
    try:
        source, findings = reader(path, table)
    except Unreadable as problem:
        inbox.findings.append(
            Finding(problem.code, Severity.REFUSE, path.name, table, facts=problem.facts)
        )
        return
    mapped = map_headers(source)
    inbox.findings += mapped.findings
    if not mapped.usable:
        return
    if len(source) == 0:
        inbox.findings.append(Finding("table.no_rows", Severity.WARN, path.name, table))
    inbox.mapped.setdefault(table, []).append(
        Mapped(source, mapped.cells, mapped.extras, mapped.conflicts, tuple(findings), True)
    )


def _reader(path: Path) -> Reader | None:
    if path.is_dir():
        return read_parquet if any(path.glob("*.parquet")) else None
    return READERS.get(path.suffix.lower())


def _check(drafts: Mapping[str, Draft], against: Dataset | None, progress: Progress | None) -> None:
    """Check references, levels and keys, each table after those its rows depend on."""
    keys = {} if against is None else {n: _known(n, against) for n in TABLES if against.has(n)}
    order = [name for name in order_of_tables() if name in drafts]
    limits = {} if against is None else _limits(against.table("competencies"))
    people = [] if against is None else _people(against)
    for done, name in enumerate(order):
        if progress:
            progress("check", done, len(order))
        draft = drafts[name]
        if name != "employees":
            resolve(draft, identifiers(people))
        check_carrying(draft, keys)
        check_levels(draft, limits)
        check_keys(draft)
        if name == "job_history":
            close_spells(draft)
        if name == "employees":
            people += of_draft(draft)
        if len(draft):
            keys[name] = _keys(draft, keys.get(name))
        if name == "competencies":
            limits |= _limits(draft.table())
    for name in order:
        check_optional(drafts[name], keys)


def _known(name: str, against: Dataset) -> Keys:
    """Return the keys of a table as it is known already."""
    column = against.table(name).column(TABLES[name].key[0]).cast(pa.string())
    return Keys(pc.unique(column), pa.array([], pa.string()))


def _people(against: Dataset) -> list[tuple[str | None, str | None]]:
    """Return identifier and NIP of everybody who is known already."""
    table = against.table("employees")
    return list(zip(table["employee_id"].to_pylist(), table["nip"].to_pylist(), strict=True))


def _keys(draft: Draft, before: Keys | None) -> Keys:
    """Return the keys of a table that others may refer to."""
    name = draft.spec.name
    values = draft.values[draft.spec.key[0]]
    accepted = values.held(~draft.refused).cast(pa.string())
    refused = values.held(draft.refused).cast(pa.string())
    known = [accepted]
    if name == "competencies":
        # The nine of the regulation are known even where an agency lists only its technical ones.
        known.append(pa.array([c.code for c in competencies()], pa.string()))
    if before is not None:
        known.append(before.accepted)
    return Keys(pc.unique(pa.concat_arrays(known)), refused)


def _limits(table: pa.Table) -> dict[str, float]:
    """Return competency → top of its scale, where one is given."""
    if "max_level" not in table.column_names:
        return {}
    pairs = zip(
        table.column("competency_code").to_pylist(),
        table.column("max_level").to_pylist(),
        strict=True,
    )
    return {code: top for code, top in pairs if top is not None}


def _report(inbox: _Inbox, drafts: Mapping[str, Draft]) -> Report:
    names = [name for name in TABLES if name in drafts]
    findings = list(inbox.findings)
    for name in names:
        findings += drafts[name].findings
    sources = [source for name in names for source in drafts[name].sources]
    counts: dict[str, Counts] = {name: drafts[name].counts() for name in names}
    return Report(counts, tuple(findings), tuple(sources))
