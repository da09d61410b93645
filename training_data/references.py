"""References between tables: codes that must, or should, exist in another table of the dataset.

In: drafts and the keys of the tables they point to. Out: rows refused where the reference carries
the row, cells emptied (and said so) where the row can stand without it.

========================================  ==================================================
reference that leads nowhere              what happens
========================================  ==================================================
required column (a score's employee)      row refused
``priorities``/``budgets`` ``unit_code``  row refused: emptied it would hold for the whole agency
history: ``training_code``, ``job_code``  row stays as written, warned: it happened all the same
``trainings.prerequisites``               stays as written, warned: the condition must not vanish
employees: ``job_code``, ``unit_code``    cell emptied, what it said is kept as a name, warned
other optional columns                    cell emptied, warned
the other table is absent or has no rows  nothing is checked
========================================  ==================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from training_data.cells import Cells, Mask, flagged
from training_data.draft import Draft, Values
from training_data.parsing import clean
from training_data.quality import CODE_OR_TITLE
from training_data.report import Severity
from training_data.schema import TABLES, Column, Kind, Table

SCOPES = frozenset({("priorities", "unit_code"), ("budgets", "unit_code")})
"""Optional references whose emptiness means "everywhere"."""

KEPT_AS_NAME = {("employees", "job_code"): "job_title", ("employees", "unit_code"): "unit_name"}
"""Codes that many files give as names → the extra column in which such a name is kept."""


@dataclass(frozen=True)
class Keys:
    """The keys of one table: those that are in, and those whose rows were refused."""

    accepted: pa.StringArray
    refused: pa.StringArray


def carries(table: Table, column: Column) -> bool:
    """Whether a row cannot stand without what this column refers to."""
    strict = column.required or (table.name, column.name) in SCOPES
    return column.refers_to is not None and column.refers_to != table.name and strict


def order_of_tables() -> list[str]:
    """Return the contract's tables so that each follows those its rows cannot stand without."""
    done: list[str] = []

    def visit(name: str) -> None:
        if name in done:
            return
        table = TABLES[name]
        for column in table.columns:
            if column.refers_to in (None, name):
                continue
            if column.key or carries(table, column):
                visit(str(column.refers_to))
        done.append(name)

    for name in TABLES:
        visit(name)
    return done


def check_carrying(draft: Draft, keys: Mapping[str, Keys]) -> None:
    """Refuse rows whose carrying references lead nowhere."""
    for column in draft.spec.columns:
        known = keys.get(column.refers_to or "")
        if known is None or column.name not in draft.values or not carries(draft.spec, column):
            continue
        lost, gone = _lost(draft.values[column.name], known)
        other = column.refers_to
        draft.find("reference.unknown", Severity.REFUSE, lost, column.name, other=other)
        draft.find("reference.refused", Severity.REFUSE, gone, column.name, other=other)


def check_optional(draft: Draft, keys: Mapping[str, Keys]) -> None:
    """Empty optional references that lead nowhere, and say so; those of histories stay."""
    for column in draft.spec.columns:
        known = keys.get(column.refers_to or "")
        if known is None or column.name not in draft.values or carries(draft.spec, column):
            continue
        if column.kind is Kind.LIST:
            _check_members(draft, column, known)
            continue
        lost, gone = _lost(draft.values[column.name], known)
        rows = (lost | gone) & ~draft.refused
        history = CODE_OR_TITLE.get(draft.spec.name, ("",))[0] == column.name
        kept = KEPT_AS_NAME.get((draft.spec.name, column.name))
        code = "reference.history" if history else "reference.emptied"
        if kept is not None:
            named = rows & _names(draft, column.name)
            _keep_names(draft, column.name, kept, named)
            draft.find("reference.named", Severity.WARN, named, column.name, other=column.refers_to)
            draft.empty(column.name, named)
            rows &= ~named
        draft.find(code, Severity.WARN, rows, column.name, other=column.refers_to)
        if not history:
            draft.empty(column.name, rows)


def _names(draft: Draft, column: str) -> Mask:
    """Return rows whose cell reads like a name and not like a code: words, not signs."""
    texts = draft.cells[column].texts
    several = pc.match_substring_regex(texts, r"\pL{2}.*\s.*\pL|\pL.*\s.*\pL{2}")
    one = pc.match_substring_regex(texts, r"^\s*\pL{4,}\s*$")
    return flagged(draft.cells[column].codes, np.asarray(pc.or_(several, one), bool))


def _keep_names(draft: Draft, column: str, kept: str, rows: Mask) -> None:
    """Keep what is no known code as a name, where the file has no such column itself."""
    if rows.any() and kept not in draft.extras:
        cells = draft.cells[column]
        texts = clean(cells.texts, Kind.TEXT)
        draft.extras[kept] = Cells(cells.texts, np.where(rows, cells.codes, -1)).map(texts)


def _lost(values: Values, known: Keys) -> tuple[Mask, Mask]:
    """Return rows whose code exists nowhere, and rows whose code was refused there."""
    there = np.asarray(pc.is_in(values.distinct, value_set=known.accepted), bool)
    refused = np.asarray(pc.is_in(values.distinct, value_set=known.refused), bool)
    return values.flagged(~there & ~refused), values.flagged(~there & refused)


def _check_members(draft: Draft, column: Column, known: Keys) -> None:
    """Warn about lists with a member that leads nowhere; the list stays as written."""
    values = draft.values[column.name]
    there = set(known.accepted.to_pylist())
    lost = np.array([not there.issuperset(v.split("|")) for v in values.distinct.to_pylist()], bool)
    rows = values.flagged(lost) & ~draft.refused
    draft.find("reference.kept", Severity.WARN, rows, column.name, other=column.refers_to)
