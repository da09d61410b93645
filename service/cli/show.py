"""One person's suggestions for people to read: reasons first, then what the points are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from recommender.figures.facade import PersonFigures
from recommender.figures.results import Category
from recommender.person import Person
from recommender.results import Check, GapRow, Gaps, Item, Standard, points
from service.cli.console import language, page, words
from service.usecases.people import Advice
from training_data import reference
from training_data.messages import Text

MET, VERIFY, NOT_YET = "green", "yellow", "red"
_VERDICTS = {"lolos": ("met", MET), "perlu_verifikasi": ("verify", VERIFY)}


def show_advice(advice: Advice) -> None:
    """Print a person's gaps, trainings and posts."""
    with page() as out:
        header(out, advice.person, advice.engine.as_of)
        _figures(out, advice.figures)
        _gaps(out, advice.gaps)
        _list(out, "trainings", advice.trainings)
        _list(out, "roles", advice.roles)
        out.print()
        out.print(Line(words("cli.show.notice"), style="dim"))


def show_explanation(person: Person, item: Item, as_of: date) -> None:
    """Print why an item is suggested, or why not: every term, rule and way."""
    with page() as out:
        header(out, person, as_of)
        out.print()
        out.print(_item(item))
        if item.terms:
            out.print(_terms(item))
        out.print()
        out.print(Line(words("cli.show.rules"), style="bold"))
        if not item.checks:
            out.print(_indented(Line(words("cli.show.no_rules"))))
        for check in item.checks:
            out.print(_indented(_check(check)))
        if item.way is not None and item.way.earliest is not None:
            out.print(_indented(Line(words("cli.show.earliest", day=item.way.earliest)), above=1))


def _list(out: Console, kind: str, items: Sequence[Item]) -> None:
    out.print()
    out.print(Line(words(f"cli.show.{kind}"), style="bold"))
    if not items:
        out.print(_indented(Line(words(f"cli.show.no_{kind}"))))
    for item in items:
        out.print(_indented(_item(item), above=1))


def header(out: Console, person: Person, as_of: date) -> None:
    """Print who it is about, and for which day."""
    name = person.name or person.employee_id
    parts = [p for p in (person.job_title, _tier(person.tier), person.unit_name) if p]
    out.print(Line(name, style="bold"))
    if parts:
        out.print(Line(" · ".join(parts)))
    out.print(Line(words("cli.show.as_of", day=as_of), style="dim"))


def _figures(out: Console, figures: PersonFigures) -> None:
    """Print each figure with what is still missing to know it."""
    out.print()
    out.print(Line(words("figure.cli.title"), style="bold"))
    for figure in figures:
        head = Line(_said(figure.label), style="bold")
        bands = " – ".join(dict.fromkeys(_said(c.name) for c in _ends(figure.categories)))
        if bands:
            head.append(f"  {bands}", style="dim")
        lines = [head, Line(_said(figure.text)), *(Line(_said(n)) for n in figure.all_notes)]
        out.print(_indented(Group(*lines)))


def _ends(categories: Sequence[Category]) -> Sequence[Category]:
    """Return the lowest and the highest band of the first scheme."""
    first = [c for c in categories if c.scheme == categories[0].scheme]
    return [first[0], first[-1]] if first else []


def _gaps(out: Console, gaps: Gaps) -> None:
    for label, standard, reason in (
        ("now", gaps.now, gaps.now_reason),
        ("next", gaps.next, gaps.next_reason),
    ):
        out.print()
        if standard is None:
            out.print(Line(words(f"cli.show.{label}"), style="bold"))
            if reason is not None:
                out.print(_indented(Line(_said(reason))))
            continue
        title = f"{words(f'cli.show.{label}')}: {standard.title}"
        out.print(Line(title, style="bold"))
        out.print(_indented(_standard(standard)))


def _standard(standard: Standard) -> RenderableType:
    """Return how many levels are met, each gap, and what was not assessed."""
    met = sum(row.level is not None and not row.gap for row in standard.rows)
    lines = [Line(words("cli.show.met", met=met, count=len(standard.rows)))]
    lines += [
        Line(
            words("cli.show.gap", name=row.name, level=row.level, required=row.required)
            + _about(row)
        )
        for row in standard.rows
        if row.gap
    ]
    unknown = [
        words("cli.show.unknown_one", name=row.name, required=row.required)
        for row in standard.rows
        if row.level is None
    ]
    if unknown:
        lines.append(Line(words("cli.show.unknown", names=", ".join(unknown))))
    return Group(*lines)


def _about(row: GapRow) -> str:
    """Return the interval of a level in brackets, nothing where there is none."""
    if row.estimate is None:
        return ""
    low, high = round(row.estimate.low, 1), round(row.estimate.high, 1)
    return f" ({words('cli.show.estimate', low=low, high=high)})"


def _item(item: Item) -> RenderableType:
    """Return title, verdict and reasons of an item."""
    verdict, colour = _VERDICTS.get(item.eligibility, ("not_yet", NOT_YET))
    head = Line(f"{item.rank}. " if item.rank else "")
    head.append(item.title, style="bold")
    head.append(f"  [{item.item_code}]", style="dim")
    status = Line(words(f"cli.show.verdict.{verdict}"), style=colour)
    if item.micro is not None and item.rank is not None:
        status.append("  " + words("cli.show.score", score=_points(item.micro)), style="dim")
    return Group(head, status, *(bullet(r) for r in item.reasons))


def bullet(reason: Text) -> RenderableType:
    """Return a reason whose further lines stand below its first word."""
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_row("•", Line(_said(reason)))
    return row


def _terms(item: Item) -> RenderableType:
    """Return the terms as a table whose points sum to the score."""
    table = Table(show_footer=True, box=None, padding=(0, 2, 0, 0))
    total = sum(term.micro for term in item.terms)
    table.add_column(words("cli.show.points"), footer=_points(total), justify="right", no_wrap=True)
    table.add_column(words("cli.show.part"), footer=words("cli.show.total"), overflow="fold")
    for term in item.terms:
        table.add_row(_points(term.micro), Line(_said(term.text)))
    return _indented(table, above=1)


def _check(check: Check) -> RenderableType:
    verdict, colour = _VERDICTS.get(check.outcome, ("not_yet", NOT_YET))
    head = Line(words(f"cli.show.verdict.{verdict}"), style=colour)
    source = " ".join(part for part in (check.regulation, check.article) if part)
    if source:
        head.append(f"  {source} ({check.mark})", style="dim")
    lines: list[RenderableType] = [head, Line("  " + _said(check.text))]
    lines += [Line("  → " + _said(step)) for step in _steps(check)]
    return Group(*lines)


def verdict_line(eligibility: str) -> Line:
    """Return what the rules say, in the words of the screen."""
    verdict, colour = _VERDICTS.get(eligibility, ("not_yet", NOT_YET))
    return Line(words(f"cli.show.verdict.{verdict}"), style=colour)


def _steps(check: Check) -> Sequence[Text]:
    steps = check.way.steps if check.way is not None else ()
    return (*steps, check.closed) if check.closed is not None else steps


def _indented(what: RenderableType, above: int = 0) -> Padding:
    return Padding(what, (above, 0, 0, 2), expand=False)


def _points(micro: int) -> str:
    return words("cli.show.number", value=points(micro))


def _tier(code: str | None) -> str:
    names = {tier.code: tier.name for tier in reference.tiers()}
    return _said(names[code]) if code in names else ""


def _said(sentence: Text) -> str:
    return sentence.in_language(language())
