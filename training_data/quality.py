"""Checks of one table's cells and rows, each a few vector operations whatever the number of rows.

In: a ``Draft`` with typed columns. Out: the same draft with bad rows refused and findings noted.
Repeated keys and references between tables have modules of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from training_data.cells import Mask, flagged
from training_data.draft import Draft
from training_data.identity import RULES, NipParts, differs, read_nips
from training_data.parsing import clean
from training_data.report import Severity
from training_data.schema import Column, Kind

DEFAULT_MAX_LEVEL = 5.0

GATES = frozenset(
    {
        ("jobs", "min_grade"),
        ("jobs", "max_grade"),
        ("jobs", "min_education"),
        ("trainings", "min_grade"),
        ("trainings", "max_grade"),
        ("trainings", "min_education"),
        ("trainings", "tiers"),
        ("trainings", "structural"),
        ("training_history", "status"),
        ("job_history", "assignment"),
        ("performance", "period"),
    }
)
"""Optional columns whose emptiness says something: no limit, completed, definitive, the whole year.

Emptying an unknown code there would open a gate or turn a withdrawn training into a completed one,
so the row is refused instead.
"""

KEPT_AS_WRITTEN = frozenset({("employees", "legal_status")})
"""Codes the rules judge themselves: an unknown legal status means "to be verified"."""

NOT_BEFORE = {
    "sessions": ("starts_on", "ends_on"),
    "job_history": ("from_date", "to_date"),
    "training_history": ("started_on", "completed_on"),
    "discipline": ("starts_on", "ends_on"),
    "vacancies": ("opens_on", "closes_on"),
    "certifications": ("issued_on", "expires_on"),
    "priorities": ("starts_on", "ends_on"),
}
"""Table → its first and last day."""

CODE_OR_TITLE = {
    "training_history": ("training_code", "title"),
    "job_history": ("job_code", "title"),
}

LEVELS = {
    "job_requirements": ("level",),
    "competency_scores": ("level",),
    "training_outcomes": ("level_to", "level_from"),
}

UNREADABLE = {
    Kind.DATE: "date.unreadable",
    Kind.MOMENT: "date.unreadable",
    Kind.NUMBER: "number.unreadable",
    Kind.INTEGER: "integer.unreadable",
    Kind.FLAG: "flag.unreadable",
}


def check_cells(draft: Draft, unread: Mapping[str, Mask], doubtful: Mapping[str, Mask]) -> None:
    """Check single cells and pairs of cells of one table.

    Parameters:
        draft: the table.
        unread: column → rows whose text could not be read as the column's kind, bool[n].
        doubtful: column → rows whose number could be read in two ways, bool[n].
    """
    for column in draft.spec.columns:
        if column.name not in draft.values:
            continue
        _report_unread(draft, column, unread[column.name])
        draft.find("number.doubtful", Severity.WARN, doubtful[column.name], column.name)
        _check_required(draft, column, unread[column.name])
        _check_range(draft, column)
    _check_days(draft)
    _check_code_or_title(draft)
    _check_seats(draft)
    check_identifiers(draft)


def _report_unread(draft: Draft, column: Column, rows: Mask) -> None:
    place = (draft.spec.name, column.name)
    if column.choices is None:
        code = UNREADABLE.get(column.kind, "choice.refused")
        draft.find(code, Severity.REFUSE, rows, column.name)
    elif column.required or place in GATES:
        draft.find("choice.refused", Severity.REFUSE, rows, column.name, choices=column.choices)
    elif place in KEPT_AS_WRITTEN:
        draft.find("choice.kept", Severity.WARN, rows, column.name, choices=column.choices)
    else:
        draft.find("choice.emptied", Severity.WARN, rows, column.name, choices=column.choices)


def _check_required(draft: Draft, column: Column, unread: Mask) -> None:
    if column.required:
        absent = ~draft.values[column.name].filled & ~unread
        draft.find("cell.required", Severity.REFUSE, absent, column.name)


def _check_range(draft: Draft, column: Column) -> None:
    if column.kind not in (Kind.NUMBER, Kind.INTEGER):
        return
    values = draft.values[column.name]
    numbers = np.asarray(values.distinct.cast(pa.float64()))
    if column.minimum is not None:
        low = numbers <= column.minimum if column.exclusive else numbers < column.minimum
        code = "range.above" if column.exclusive else "range.minimum"
        draft.find(
            code, Severity.REFUSE, values.flagged(low), column.name, limit=float(column.minimum)
        )
    if column.maximum is not None:
        high = values.flagged(numbers > column.maximum)
        draft.find("range.maximum", Severity.REFUSE, high, column.name, limit=float(column.maximum))


def _check_days(draft: Draft) -> None:
    first, last = NOT_BEFORE.get(draft.spec.name, ("", ""))
    if first in draft.values and last in draft.values:
        late = pc.less(draft.values[last].array(), draft.values[first].array())
        draft.find("date.order", Severity.REFUSE, _true(late), last, first=first)


def _check_seats(draft: Draft) -> None:
    if draft.spec.name == "sessions" and {"seats", "min_seats"} <= set(draft.values):
        over = pc.greater(draft.values["min_seats"].array(), draft.values["seats"].array())
        draft.find("seats.order", Severity.REFUSE, _true(over), "min_seats")


def _check_code_or_title(draft: Draft) -> None:
    names = CODE_OR_TITLE.get(draft.spec.name)
    if names is None:
        return
    filled = np.zeros(len(draft), bool)
    for name in names:
        if name in draft.values:
            filled |= draft.values[name].filled
    draft.find("row.code_or_title", Severity.REFUSE, ~filled, names[0])


def check_levels(draft: Draft, limits: Mapping[str, float]) -> None:
    """Refuse levels above the competency's scale, and outcomes that raise nothing.

    Parameters:
        draft: a table with levels of competencies; others are left alone.
        limits: competency code → top of its scale; competencies not named have 5.
    """
    if draft.spec.name not in LEVELS or "competency_code" not in draft.values:
        return
    competency = draft.values["competency_code"]
    tops = np.array([limits.get(c, DEFAULT_MAX_LEVEL) for c in competency.distinct.to_pylist()])
    for name in LEVELS[draft.spec.name]:
        if name not in draft.values or len(tops) == 0:
            continue
        values = draft.values[name]
        numbers = np.asarray(values.distinct)
        both = values.filled & competency.filled
        if len(numbers) == 0 or not both.any():
            continue
        top = tops[competency.codes]
        over = both & (numbers[values.codes] > top)
        for limit in np.unique(top[over]):
            draft.find("level.maximum", Severity.REFUSE, over & (top == limit), name, limit=limit)
    _check_rise(draft)


def _check_rise(draft: Draft) -> None:
    if draft.spec.name != "training_outcomes" or "level_to" not in draft.values:
        return
    reached = draft.values["level_to"].array()
    assumed = draft.values.get("level_from")
    start = pc.fill_null(assumed.array(), 0.0) if assumed is not None else pa.scalar(0.0)
    draft.find("level.order", Severity.REFUSE, _true(pc.less_equal(reached, start)), "level_to")


def check_identifiers(draft: Draft) -> None:
    """Refuse identifiers that are meant as a NIP and cannot be one; doubt what contradicts them."""
    for name, always in (("nip", True), ("employee_id", False)):
        if name not in draft.values or draft.spec.column(name).refers_to not in (None, "employees"):
            continue
        if name == "employee_id" and draft.cells[name] is draft.cells.get("nip"):
            continue
        cells = draft.cells[name]
        parts = read_nips(clean(cells.texts, Kind.CODE), always=always)
        for rule, code in RULES.items():
            draft.find(code, Severity.REFUSE, flagged(cells.codes, parts.broken == rule), name)
        if draft.spec.name == "employees":
            _check_person(draft, name, parts)


def _check_person(draft: Draft, name: str, parts: NipParts) -> None:
    """Hold a NIP against the person's employment, birth date and sex."""
    codes = draft.cells[name].codes
    if "employment" in draft.values:
        kind = draft.values["employment"]
        permanent = kind.flagged(pc.is_in(kind.distinct, value_set=pa.array(["PNS", "CPNS"])))
        draft.find("nip.month", Severity.REFUSE, flagged(codes, parts.pppk) & permanent, name)
    for column, told in (("birth_date", parts.birth), ("sex", parts.sex)):
        if column in draft.values:
            stated = draft.values[column]
            other = differs(told, codes, stated.distinct, stated.codes)
            draft.find(f"nip.differs_{column}", Severity.WARN, other, column)
    draft.find("nip.early", Severity.WARN, flagged(codes, parts.early), name)


def _true(marks: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(marks, False), bool)
