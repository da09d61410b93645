"""AKPK: each person's needs, the plan that answers them, and the recap of a unit or the agency.

In: records and their tally. Out: sheets in the columns of practice. A course is counted once, under
the competency it is first for, so that the recap adds up to the plans of the persons.
"""

from __future__ import annotations

from collections.abc import Sequence

from recommender.plan.results import Remaining, Row
from recommender.reports.catalogue import Catalogue
from recommender.reports.offices import Offices
from recommender.reports.records import Need, Record
from recommender.reports.tables import (
    NARROW,
    WIDE,
    Cell,
    Table,
    column,
    joined,
    known,
)
from recommender.reports.tally import NO_NEED, Amount, Gap, Programme, Tally, quarter_of
from training_data.messages import Text, text

_GROUPS = {"M": 0, "SK": 1, "T": 2}
QUARTERS = {1: "I", 2: "II", 3: "III", 4: "IV"}

NEEDS = (
    column("who", width=WIDE),
    column("job", width=24),
    column("competency", width=24),
    column("required", "number", NARROW),
    column("level", "number", NARROW),
    column("gap", "number", NARROW),
    column("performance_gap", width=14),
    column("cause", width=14),
    column("need", width=36),
    column("form_path", width=24),
    column("priority", "whole", NARROW),
    column("year", "text", 7),
)

PLANS = (
    column("who", width=WIDE),
    column("job", width=24),
    column("unit", width=24),
    column("programme", width=36),
    column("main_competency", width=24),
    column("schedule", width=24),
    column("quarter", width=NARROW),
    column("jp", "number", NARROW, summed=True),
    column("cost", "rupiah", summed=True),
    column("status", width=20),
)

RECAP = (
    column("competency", width=26),
    column("people_with_gap", "whole", 11, summed=True),
    column("mean_gap", "number", NARROW),
    column("people_unknown", "whole", 10, summed=True),
    column("programme", width=34),
    column("participants", "whole", 9, summed=True),
    column("batches", width=10),
    column("jp_each", "number", NARROW),
    column("jp_total", "number", 11, summed=True),
    column("price", "rupiah", 13),
    column("cost_total", "rupiah", summed=True),
    column("funds", width=26),
    column("quarter", width=NARROW),
    column("provider", width=22),
    column("remark", width=22),
)

BY_UNIT = (
    column("group", width=40),
    column("people", "whole", 10, summed=True),
    column("known_gaps", "whole", 14, summed=True),
    column("people_unknown", "whole", 14, summed=True),
    column("participants", "whole", 10, summed=True),
    column("jp_total", "number", 12, summed=True),
    column("cost_total", "rupiah", 18, summed=True),
    column("ceiling", "rupiah", 18),
    column("remark", width=30),
)


def needs(rows: Sequence[Sequence[Cell]]) -> Table:
    """Return the individual AKPK from the ``need_rows`` of some people."""
    notes = (
        text("report.note.priority"),
        text("report.note.one_line"),
        text("report.note.unknown"),
        text("report.note.cause"),
    )
    return Table.numbered(NEEDS, rows, notes=notes)


def need_rows(record: Record) -> list[tuple[Cell, ...]]:
    """Return the lines of one person: one per need, then courses that answer none."""
    rows = [_need(record, need) for need in _ordered(record.needs)]
    rows += [_answers_none(record, row) for row in _without_need(record)]
    if not record.needs and record.performance:
        rows.append(_only_performance(record))
    return rows or [_nothing(record)]


def plans(rows: Sequence[Sequence[Cell]]) -> Table:
    """Return planned courses by name, with hours and rupiah added up, from ``plan_row``."""
    return Table.numbered(PLANS, rows, notes=(text("report.note.totals"),))


def plan_row(record: Record, row: Row, offices: Offices) -> tuple[Cell, ...]:
    """Return one planned course of one person, in the columns ``PLANS``."""
    need = record.served(row)
    holder = record.holder
    return (
        holder.label,
        known_words(holder.job_title, "job"),
        offices.name(holder.unit_code),
        row.title,
        text("report.no_need") if need is None else need.name,
        row.fields.schedule,
        QUARTERS[quarter_of(row.month)],
        known(row.jp, "catalogue"),
        known(row.cost, "catalogue"),
        status(row),
    )


def recap(tally: Tally, catalogue: Catalogue, offices: Offices) -> Table:
    """Return the recap: per competency its gaps and the programmes that answer them."""
    gaps = tally.by_competency()
    found = tally.by_programme("competency", "training")
    groups, quarters, sessions = _details(tally)
    codes = sorted(
        {*gaps, *(p.competency for p in found)},
        key=lambda code: (
            code == NO_NEED,
            _GROUPS.get(catalogue.competencies.get(code, ("", ""))[1], 3),
            -gaps.get(code, Gap()).people,
            code,
        ),
    )
    rows: list[Sequence[Cell]] = []
    for code in codes:
        programmes = sorted(
            (p for p in found if p.competency == code), key=lambda p: (-found[p].people, p.training)
        )
        first: tuple[Cell, ...] = _gap(gaps[code]) if code in gaps else (None, None, None)
        if not programmes:
            nothing = [text("report.no_programme"), *[None] * 10]
            rows.append((catalogue.competency(code), *first, *nothing))
        for programme in programmes:
            key = (code, programme.training)
            shown = _programme(
                programme, found[programme], catalogue, quarters[key], sessions[key],
                catalogue.sources(offices, groups[key]),
            )  # fmt: skip
            rows.append((catalogue.competency(code), *first, *shown))
            first = (None, None, None)
    notes = [text("report.note.counted_once"), text("report.note.totals")]
    if not catalogue.has_budgets:
        notes.append(text("report.note.no_budgets"))
    return Table.numbered(RECAP, rows, notes=notes)


def by_unit(tally: Tally, catalogue: Catalogue, offices: Offices, scope: str | None) -> Table:
    """Return people, gaps, participants, hours and rupiah of each group, beside its ceiling."""
    rows = []
    for group in sorted(tally.aims, key=lambda g: (g is None, offices.name(g).id)):
        own = tally.of_group(group)
        amount, gap = own.amount, sum(own.gaps.values(), Gap())
        ceiling = catalogue.ceiling(offices, scope, group)
        rows.append(
            (
                offices.name(group),
                own.aims[group].people,
                gap.people,
                gap.unknown,
                amount.people,
                amount.jp,
                amount.cost,
                known(ceiling, "budget"),
                _against(ceiling, amount),
            )
        )
    return Table.numbered(BY_UNIT, rows, notes=(text("report.note.totals"),))


def status(row: Row) -> Text:
    """Return where a planned course stands."""
    if row.committed:
        return text("report.status.committed")
    if row.eligibility == "perlu_verifikasi":
        return text("report.status.verify")
    return text("report.status.proposed")


def why_open(open_: Remaining) -> Text:
    """Say for a document why a need stays open; what is confidential stays so."""
    if open_.text == text("plan.note.confidential"):
        return open_.text
    return text(f"report.open.{open_.code}")


def known_words(value: str | None, unknown: str) -> Cell:
    """Return words, or what is said for their lack."""
    return value if value else text(f"report.unknown.{unknown}")


def _ordered(found: Sequence[Need]) -> list[Need]:
    return sorted(
        found,
        key=lambda n: (
            n.post != "now",
            n.priority,
            _GROUPS.get(n.group, 3),
            -(n.gap or 0.0),
            n.competency_code,
        ),
    )


def _need(record: Record, need: Need) -> tuple[Cell, ...]:
    worded = joined([_dated(row) for row in need.rows])
    if not need.rows and need.open is not None:
        worded = why_open(need.open)
    if need.rows and need.open is not None and need.gap is not None:
        worded = joined([worded, text("report.partly")])
    aim = text("report.for_next", name=need.name) if need.post == "next" else need.name
    return (
        *_who(record),
        aim,
        need.required,
        known(need.level, "assessed"),
        known(need.gap, "gap"),
        _performance(record),
        text("report.cause.competency" if need.gap is not None else "report.cause.unknown"),
        worded,
        joined([row.fields.form_and_path for row in need.rows]) if need.rows else None,
        need.priority,
        str(record.plan.year),
    )


def _without_need(record: Record) -> list[Row]:
    answered = {id(row) for need in record.needs for row in need.rows}
    return [row for row in record.plan.rows if id(row) not in answered]


def _answers_none(record: Record, row: Row) -> tuple[Cell, ...]:
    """Return a course that is planned for hours, IP ASN or a later course."""
    return (
        *_who(record), row.fields.competency, None, None, None, _performance(record),
        text("report.cause.hours"), _dated(row), row.fields.form_and_path, None,
        str(record.plan.year),
    )  # fmt: skip


def _dated(row: Row) -> Text:
    when = row.fields.schedule
    return Text(f"{row.title} ({when.id})", f"{row.title} ({when.en})")


def _only_performance(record: Record) -> tuple[Cell, ...]:
    return (
        *_who(record), text("report.no_gap"), None, None, None, _performance(record),
        text("report.cause.other"), text("report.need.talk"), None, None, str(record.plan.year),
    )  # fmt: skip


def _nothing(record: Record) -> tuple[Cell, ...]:
    code = "report.no_gap" if record.asked else "report.no_standard"
    return (
        *_who(record), text(code), None, None, None, _performance(record), None, None, None, None,
        str(record.plan.year),
    )  # fmt: skip


def _who(record: Record) -> tuple[Cell, Cell]:
    return record.holder.label, known_words(record.holder.job_title, "job")


def _performance(record: Record) -> Text:
    if not record.sight.performance:
        return text("report.hidden")
    states = {True: "below", False: "none", None: "unknown"}
    return text(f"report.performance.{states[record.performance]}")


def _gap(gap: Gap) -> tuple[Cell, ...]:
    return gap.people, gap.mean, gap.unknown


_Key = tuple[str, str]


def _details(
    tally: Tally,
) -> tuple[dict[_Key, set[str | None]], dict[_Key, set[int]], dict[_Key, set[str | None]]]:
    """Return the groups, quarters and sessions of each competency and training."""
    groups: dict[_Key, set[str | None]] = {}
    quarters: dict[_Key, set[int]] = {}
    sessions: dict[_Key, set[str | None]] = {}
    for programme in tally.programmes:
        key = (programme.competency, programme.training)
        groups.setdefault(key, set()).add(programme.group)
        quarters.setdefault(key, set()).add(programme.quarter)
        sessions.setdefault(key, set()).add(programme.session)
    return groups, quarters, sessions


def _programme(
    programme: Programme,
    amount: Amount,
    catalogue: Catalogue,
    quarters: set[int],
    sessions: set[str | None],
    funds: Text,
) -> tuple[Cell, ...]:
    course = catalogue.courses[programme.training]
    dated = len(sessions - {None})
    return (
        course.title,
        amount.people,
        str(dated) if dated else text("report.unscheduled"),
        known(course.jp, "catalogue"),
        amount.jp if amount.no_jp < amount.people else text("report.unknown.catalogue"),
        known(course.cost, "catalogue"),
        amount.cost if amount.no_cost < amount.people else text("report.unknown.catalogue"),
        funds,
        ", ".join(QUARTERS[q] for q in sorted(quarters)),
        known_words(course.provider, "provider"),
        text("report.remark.verify", count=amount.verify) if amount.verify else None,
    )


def _against(ceiling: int | None, amount: Amount) -> Text | None:
    parts = []
    if ceiling is not None and amount.cost > ceiling:
        parts.append(text("report.remark.above", amount=amount.cost - ceiling))
    if amount.no_cost:
        parts.append(text("report.remark.no_price", count=amount.no_cost))
    return joined(parts) if parts else None
