"""A year plan and a supposition for people to read in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from recommender.person import Person
from recommender.plan.path import Path
from recommender.plan.results import Plan, Remaining, Row
from recommender.whatif import Standing, WhatIf
from service.cli.console import language, page, words
from service.cli.show import bullet, header, verdict_line
from training_data.messages import Text


def show_plan(person: Person, plan: Plan) -> None:
    """Print a plan: its rows with the seven fields, totals, and what stays open."""
    with page() as out:
        header(out, person, plan.as_of)
        _plan(out, plan)


def show_what_if(person: Person, found: WhatIf, as_of: date) -> None:
    """Print a supposition: before and after, the path to the post, and the plan after it."""
    with page() as out:
        header(out, person, as_of)
        out.print()
        for supposed in found.supposed:
            out.print(bullet(supposed))
        if found.title is not None:
            out.print()
            out.print(Line(words("cli.plan.beside", title=found.title), style="bold"))
            out.print(_standings(found.before, found.after))
        if found.path is not None:
            _path(out, found.path)
        if found.then is not None:
            out.print(Line(words("cli.plan.then", title=found.then.title), style="bold"))
            if found.then.path is not None:
                out.print(_indented(Line(_said(found.then.path.text))))
        elif found.then_reason is not None:
            out.print(Line(_said(found.then_reason)))
        _plan(out, found.plan)


def _plan(out: Console, plan: Plan) -> None:
    out.print()
    out.print(Line(words("cli.plan.title", year=str(plan.year)), style="bold"))
    for note in plan.notes:
        out.print(_indented(Line(_said(note), style="yellow")))
    for row in plan.rows:
        out.print(_indented(_row(row), above=1))
    out.print()
    totals = plan.totals
    out.print(
        Line(
            words(
                "cli.plan.totals",
                courses=totals.courses,
                jp=totals.end.jp,
                cost=totals.cost,
                before=totals.gaps_now[0],
                after=totals.gaps_now[1],
            )
        )
    )
    _remaining(out, plan.remaining)
    out.print()
    out.print(Line(words("cli.show.notice"), style="dim"))


def _row(row: Row) -> RenderableType:
    head = Line(f"{row.number}. ")
    head.append(row.title, style="bold")
    head.append(f"  [{row.item_code}]", style="dim")
    fields = Table.grid(padding=(0, 2, 0, 0))
    for name, value in row.fields.as_json().items():
        label = words(f"cli.plan.field.{name}")
        fields.add_row(Line(label, style="dim"), Line(Text(**value).in_language(language())))
    if row.jp is not None:
        fields.add_row(Line("JP", style="dim"), Line(words("cli.plan.number", value=row.jp)))
    parts: list[RenderableType] = [head, verdict_line(row.eligibility), fields]
    parts += [bullet(reason) for reason in row.reasons]
    parts += [Line("  ! " + _said(note), style="yellow") for note in row.notes]
    parts += [
        Line(words("cli.plan.alternative", title=a.title, text=_said(a.text)), style="dim")
        for a in row.alternatives
    ]
    return Group(*parts)


def _remaining(out: Console, gaps: Sequence[Remaining]) -> None:
    if not gaps:
        return
    out.print()
    out.print(Line(words("cli.plan.remaining"), style="bold"))
    unknown = [gap.name for gap in gaps if gap.code == "unknown"]
    for gap in gaps:
        if gap.code != "unknown":
            out.print(_indented(bullet(gap.text)))
    if unknown:
        said = words("cli.plan.unknown", names=", ".join(unknown))
        out.print(_indented(bullet(Text(said, said))))


def _standings(before: Standing, after: Standing) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("figure", "before", "after"):
        table.add_column(words(f"cli.plan.{name}"))
    rows: list[tuple[str, float | int | None, float | int | None]] = [
        ("match", before.match, after.match),
        ("jpm", before.jpm, after.jpm),
        ("below", len(before.below), len(after.below)),
        ("jp", before.jp, after.jp),
        ("ip_asn", before.ip_asn, after.ip_asn),
    ]
    for name, was, will in rows:
        table.add_row(words(f"cli.plan.standing.{name}"), _number(was), _number(will))
    lines: list[RenderableType] = [table]
    if after.eligibility is not None:
        lines.append(verdict_line(after.eligibility))
    lines += [bullet(check.text) for check in after.checks]
    if after.closed is not None:
        lines.append(Line(_said(after.closed)))
    elif after.earliest is not None:
        lines.append(Line(words("cli.plan.earliest", day=after.earliest)))
    return _indented(Group(*lines))


def _path(out: Console, path: Path) -> None:
    out.print()
    out.print(Line(words("cli.plan.path", title=path.title), style="bold"))
    out.print(_indented(Line(_said(path.text))))
    for place, step in enumerate(path.steps, 1):
        ends = words("cli.plan.until", day=step.ends_on) if step.ends_on else ""
        out.print(_indented(Line(f"{place}. {step.title}{ends}: {_said(step.text)}")))
    out.print()


def _number(value: float | int | None) -> str:
    return "–" if value is None else words("cli.plan.number", value=value)


def _indented(what: RenderableType, above: int = 0) -> Padding:
    return Padding(what, (above, 0, 0, 2), expand=False)


def _said(sentence: Text) -> str:
    return sentence.in_language(language())
