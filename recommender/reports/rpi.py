"""RPI: one sheet per person: who, which gaps, which plan, how far, and who agrees.

In: a record, the person's standards and the units. Out: a ``Sheet``. Rows of the plan carry the
seven fields of PP 11/2017 art. 207. Nothing of discipline or of the talent box stands on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from recommender.plan.results import Row
from recommender.reports.akpk import known_words, status, why_open
from recommender.reports.offices import Offices
from recommender.reports.records import Holder, Record
from recommender.reports.tables import (
    NARROW,
    WIDE,
    Block,
    Cell,
    Facts,
    Sheet,
    Signer,
    Table,
    column,
    joined,
    known,
)
from training_data import reference
from training_data.messages import Text, text

GAPS = (
    column("competency", width=28),
    column("kind", width=14),
    column("for_post", width=14),
    column("required", "number", NARROW),
    column("level", "number", NARROW),
    column("gap", "number", NARROW),
    column("source", width=20),
    column("assessed_on", "day", 16),
    column("remark", width=26),
)

PLAN = (
    column("programme", width=WIDE),
    column("field.competency", width=22),
    column("field.target", width=26),
    column("field.form_path", width=20),
    column("field.provider", width=20),
    column("field.schedule", width=20),
    column("field.curriculum", width=18),
    column("field.budget", "rupiah", 14, summed=True),
    column("jp", "number", 8, summed=True),
    column("mix", width=8),
    column("measure", width=26),
    column("status", width=16),
)

OPEN = (
    column("competency", width=28),
    column("for_post", width=14),
    column("required", "number", NARROW),
    column("level_after", "number", 11),
    column("why_open", width=WIDE),
)


def sheet(
    record: Record,
    offices: Offices,
    supervisor: Holder | None,
    officer: Signer | None = None,
) -> Sheet:
    """Return the plan of one person.

    Parameters:
        supervisor: the direct superior, where one is known.
        officer: the personnel officer who takes note; a blank where not given.
    """
    holder, plan = record.holder, record.plan
    blocks: list[Block] = [
        _identity(record, offices, supervisor),
        _gaps(record),
        _plan(record),
        _hours(record),
    ]
    if plan.remaining:
        blocks.append(_open(record))
    blocks.append(
        Facts(
            ((text("report.rpi.notes"), None), (text("report.rpi.agreement"), None)),
            text("report.rpi.notes_title"),
        )
    )
    name = holder.name or holder.employee_id
    head = supervisor.job_title if supervisor else None
    signers = (
        officer or Signer(text("report.sign.officer")),
        Signer(
            text("report.sign.supervisor"),
            head,
            supervisor.name if supervisor else None,
            supervisor.nip if supervisor else None,
        ),
        Signer(text("report.sign.employee"), holder.job_title, holder.name, holder.nip),
    )
    title = (text("report.rpi.title"), text("report.year", year=str(plan.year)))
    return Sheet(Text(name, name), title, tuple(blocks), signers)


def _identity(record: Record, offices: Offices, supervisor: Holder | None) -> Facts:
    holder, plan = record.holder, record.plan
    pd = offices.pd_of(holder.unit_code)
    boss: Cell = text("report.unknown.supervisor")
    if supervisor is not None:
        boss = joined([p for p in (supervisor.name, supervisor.nip, supervisor.job_title) if p])
    rows: list[tuple[Text, Cell]] = [
        (text("report.col.name"), known_words(holder.name, "name")),
        (text("report.col.nip"), known_words(holder.nip, "nip")),
        (text("report.col.grade"), known_words(holder.grade, "grade")),
        (text("report.rpi.job"), known_words(holder.job_title, "job")),
        (text("report.col.unit"), offices.name(holder.unit_code)),
        (text("report.col.group"), offices.name(pd)),
        (text("report.col.education"), holder.education or text("report.unknown.education")),
        (text("report.rpi.supervisor"), boss),
    ]
    if record.sight.next_post:
        rows.append((text("report.rpi.next"), plan.next or text("report.rpi.no_next")))
    rows.append((text("report.rpi.day"), plan.as_of))
    return Facts(tuple(rows), text("report.rpi.identity"))


def _gaps(record: Record) -> Table:
    rows: list[Sequence[Cell]] = []
    for need in record.needs:
        source = reference.label("score_source", need.source) if need.source else None
        remark = text("report.remark.stale") if need.stale else None
        if need.level is None:
            remark = text("report.open.unknown")
        rows.append(
            (
                need.name,
                reference.label("group", need.group),
                text(f"report.post.{need.post}"),
                need.required,
                known(need.level, "assessed"),
                known(need.gap, "gap"),
                source or text("report.unknown.source"),
                need.assessed_on,
                remark,
            )
        )
    notes = []
    if record.asked:
        notes.append(text("report.rpi.met", met=record.met, asked=record.asked))
    else:
        notes.append(text("report.no_standard"))
    return Table.numbered(GAPS, rows, title=text("report.rpi.gaps"), notes=notes)


def _plan(record: Record) -> Table:
    rows = [_plan_row(row) for row in record.plan.rows]
    notes = [] if rows else [text("report.rpi.empty")]
    if record.plan.totals.cost_unknown:
        notes.append(text("report.remark.no_price", count=record.plan.totals.cost_unknown))
    return Table.numbered(PLAN, rows, title=text("report.rpi.plan"), notes=notes)


def _plan_row(row: Row) -> tuple[Cell, ...]:
    measured = [
        text("report.rpi.measure", name=c.name, level=c.after)
        for c in row.changes
        if c.closes_now > 0 or c.closes_next > 0
    ]
    return (
        row.title,
        row.fields.competency,
        row.fields.target,
        row.fields.form_and_path,
        row.fields.provider,
        row.fields.schedule,
        row.fields.curriculum,
        known(row.cost, "catalogue"),
        known(row.jp, "catalogue"),
        row.mix or text("report.unknown.catalogue"),
        joined(measured) if measured else text("report.rpi.measure_hours"),
        status(row),
    )


def _hours(record: Record) -> Facts:
    totals = record.plan.totals
    target = totals.jp_target
    rows: list[tuple[Text, Cell]] = [
        (text("report.rpi.jp_before", year=str(record.plan.year)), _jp(totals.jp_before)),
        (text("report.rpi.jp_planned"), _jp(totals.jp)),
        (text("report.rpi.jp_after"), _jp(round(totals.jp_before + totals.jp, 3))),
        (
            text("report.rpi.jp_target"),
            text("report.rpi.no_target") if target is None else _jp(target),
        ),
    ]
    rows += [
        (text("report.rpi.mix", mix=mix), _jp(hours)) for mix, hours in totals.jp_by_mix.items()
    ]
    return Facts(tuple(rows), text("report.rpi.hours"))


def _open(record: Record) -> Table:
    rows = [
        (
            r.name,
            text(f"report.post.{r.post}"),
            r.required,
            known(r.level, "assessed"),
            why_open(r),
        )
        for r in record.plan.remaining
    ]
    return Table.numbered(OPEN, rows, title=text("report.rpi.open"))


def _jp(hours: float) -> Text:
    return text("report.jp", jp=hours)
