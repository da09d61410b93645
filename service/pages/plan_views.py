"""Stage serve: a year plan becomes a page; in: a ``Plan``, out: typed contexts to draw."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from service.pages.chart import progress_bar
from service.pages.plan_contexts import (
    AlternativeView,
    BudgetView,
    LevelMove,
    MonthView,
    Move,
    OpenGap,
    OpenGroup,
    PlanView,
    RowView,
    YearChoice,
)
from service.pages.views import VERDICTS
from training_data.messages import Text, text

if TYPE_CHECKING:
    from recommender.plan.results import Alternative, Figures, LevelChange, Plan, Remaining, Row

NO_BUDGET = BudgetView("", None, None)
DIGITS = 15
"""Longer amounts of rupiah are a slip of the hand."""

_AMOUNT = re.compile(
    r"(?P<whole>[0-9][0-9. ]{0,30}?)(?:,(?P<part>[0-9]{1,9}))?(?: ?(?P<times>ribu|juta|miliar))?",
    re.ASCII,
)
_TIMES = {"": 1, "ribu": 10**3, "juta": 10**6, "miliar": 10**9}

FULL = 100.0
"""A match above it is stored and not shown."""


def budget_view(typed: str) -> BudgetView:
    """Read an amount as people type it: "10.000.000", "Rp10000000" or "1,5 miliar"."""
    plain = typed.strip()
    if not plain:
        return NO_BUDGET
    bare = plain.lower().replace("\u00a0", " ").removeprefix("rp").removeprefix(".").strip()
    found = _AMOUNT.fullmatch(bare)
    if found is not None:
        whole = found["whole"].replace(".", "").replace(" ", "")
        amount = Decimal(f"{whole}.{found['part'] or 0}") * _TIMES[found["times"] or ""]
        if amount == int(amount) and len(str(int(amount))) <= DIGITS:
            return BudgetView(plain, int(amount), None)
    return BudgetView(plain, None, text("pages.year.budget_fault"))


def plan_view(plan: Plan, budget: BudgetView = NO_BUDGET) -> PlanView:
    """Describe a year; ``budget`` is what it was asked to stay within."""
    totals = plan.totals
    this = plan.as_of.year
    return PlanView(
        plan,
        tuple(
            YearChoice(year, _query(year, budget), year == plan.year)
            for year in sorted({this, this + 1, plan.year})
        ),
        progress_bar(totals.jp_before, totals.jp, totals.jp_target),
        _progress(plan),
        tuple(_month(plan, month) for month in range(1, 13)),
        tuple(_row(row) for row in plan.rows),
        _totals(plan),
        _cost(plan),
        _mix(plan),
        open_groups(plan.remaining),
        _proof(plan),
        budget,
        _query(plan.year, budget),
    )


def _query(year: int, budget: BudgetView) -> str:
    asked = {"tahun": str(year)}
    if budget.rupiah is not None:
        asked["pagu"] = str(budget.rupiah)
    return "?" + urlencode(asked)


def _progress(plan: Plan) -> Text:
    totals = plan.totals
    said = {"recorded": totals.jp_before, "planned": totals.jp, "total": totals.end.jp}
    if totals.jp_target is None:
        return text("pages.year.jp_no_target", **said)
    met = totals.end.jp >= totals.jp_target
    code = "pages.year.jp_met" if met else "pages.year.jp_short"
    return text(code, target=totals.jp_target, missing=totals.jp_target - totals.end.jp, **said)


def _month(plan: Plan, month: int) -> MonthView:
    first = date(plan.year, month, 1)
    today = (plan.as_of.year, plan.as_of.month)
    return MonthView(
        text("pages.year.month", month=first),
        text(f"pages.year.month.{month}"),
        (plan.year, month) < today,
        plan.totals.jp_by_month[month - 1],
        tuple(row.number for row in plan.rows if month in _months(row, plan.year)),
    )


def _months(row: Row, year: int) -> range:
    """Return the months of the year in which a course takes place."""
    if row.starts_on is None or row.ends_on is None:
        return range(row.month, row.month + 1)
    first = row.starts_on.month if row.starts_on.year == year else 1
    last = row.ends_on.month if row.ends_on.year == year else 12
    return range(first, last + 1)


def _row(row: Row) -> RowView:
    return RowView(
        row,
        VERDICTS[row.eligibility],
        row.fields.schedule,
        _facts(row),
        tuple(_level(change) for change in row.changes),
        _moves(row.before, row.after),
        tuple(
            (text(f"pages.year.field.{name}"), value)
            for name, value in (
                ("competency", row.fields.competency),
                ("target", row.fields.target),
                ("form", row.fields.form_and_path),
                ("provider", row.fields.provider),
                ("schedule", row.fields.schedule),
                ("curriculum", row.fields.curriculum),
                ("budget", row.fields.budget),
            )
        ),
        tuple(_alternative(other) for other in row.alternatives),
    )


def _facts(row: Row) -> tuple[Text, ...]:
    facts = [hours(row.jp), price(row.cost)]
    if row.mix is not None:
        facts.append(text(f"pages.year.mix.{row.mix}"))
    return tuple(facts)


def hours(jp: float | None) -> Text:
    """Write learning hours; that they are not known is said."""
    return text("pages.year.no_hours") if jp is None else text("pages.item.jp", jp=jp)


def price(cost: int | None) -> Text:
    """Write a price; that it is not known is said."""
    if cost is None:
        return text("pages.year.no_price")
    return text("pages.year.free") if cost == 0 else text("pages.year.rupiah", cost=cost)


def _level(change: LevelChange) -> LevelMove:
    asked = [
        text(f"pages.year.asked_{post}", level=level)
        for post, level in (("now", change.now), ("next", change.next))
        if level is not None
    ]
    closes = max(change.closes_now, change.closes_next)
    return LevelMove(change.name, change.before, change.after, tuple(asked), closes)


def _moves(before: Figures, after: Figures) -> tuple[Move, ...]:
    """Return what moves: IP ASN and JPM, as far as they are known."""
    moves = [
        move(name, was, now)
        for name, was, now in (
            ("ip_asn", before.ip_asn, after.ip_asn),
            ("jpm_now", capped(before.jpm_now), capped(after.jpm_now)),
            ("jpm_next", capped(before.jpm_next), capped(after.jpm_next)),
        )
        if was is not None or now is not None
    ]
    return tuple(m for m in moves if m.moved)


def capped(percent: float | None) -> float | None:
    """Return a match as it is shown: at most full."""
    return None if percent is None else min(percent, FULL)


def move(name: str, before: float | None, after: float | None) -> Move:
    """Describe one figure before and after; what is not known is said."""
    return Move(
        name, text(f"pages.year.figure.{name}"), _figure(name, before), _figure(name, after)
    )


def _figure(name: str, value: float | None) -> Text:
    if value is None:
        return text("pages.year.not_known")
    if name == "match":
        return text("pages.value.percent", value=value)
    if name.startswith("jpm"):
        return text("pages.figures.percent", value=round(value, 1))
    return text("pages.figures.number", value=round(value, 2))


def _alternative(other: Alternative) -> AlternativeView:
    when = dates(other.starts_on, other.ends_on)
    return AlternativeView(other, (when, hours(other.jp), price(other.cost)))


def dates(begin: date | None, end: date | None) -> Text:
    """Write the dates of a session, or that there are none."""
    if begin is None:
        return text("pages.year.undated")
    if end is None or begin == end:
        return text("plan.dates.day", day=begin)
    if (begin.year, begin.month) == (end.year, end.month):
        return text("plan.dates.month", first=begin.day, end=end)
    return text("plan.dates.span", begin=begin, end=end)


def _totals(plan: Plan) -> tuple[Move, ...]:
    totals = plan.totals
    moves = []
    if plan.now is not None:
        moves.append(move("gaps_now", *map(float, totals.gaps_now)))
    if plan.next is not None:
        moves.append(move("gaps_next", *map(float, totals.gaps_next)))
    for name in ("jpm_now", "jpm_next", "ip_asn"):
        was, now = getattr(totals.start, name), getattr(totals.end, name)
        if name != "ip_asn":
            was, now = capped(was), capped(now)
        if was is not None or now is not None:
            moves.append(move(name, was, now))
    return tuple(moves)


def _cost(plan: Plan) -> Text:
    totals = plan.totals
    if totals.cost_unknown:
        return text("pages.year.cost_partly", cost=totals.cost, unknown=totals.cost_unknown)
    return price(totals.cost)


def _mix(plan: Plan) -> Text | None:
    mix = plan.totals.jp_by_mix
    if not any(mix.values()):
        return None
    return text("pages.year.mix_sum", seventy=mix["70"], twenty=mix["20"], ten=mix["10"])


def open_groups(remaining: Sequence[Remaining]) -> tuple[OpenGroup, ...]:
    """Group gaps that stay open by their reason, known ones first; not assessed ones by name."""
    codes = dict.fromkeys(r.code for r in remaining if r.code != "unknown")
    groups = [_open_group(code, [r for r in remaining if r.code == code]) for code in codes]
    unknown = [r for r in remaining if r.code == "unknown"]
    if unknown:
        names = tuple(dict.fromkeys(r.name for r in unknown))
        title = text("pages.year.open.unknown", count=len(names))
        groups.append(OpenGroup(title, text("pages.year.unknown_lead"), names, ()))
    return tuple(groups)


def _open_group(code: str, members: Sequence[Remaining]) -> OpenGroup:
    # The same competency may be open on both posts for the same reason: it is said once.
    joined: dict[tuple[str, Text], list[Remaining]] = {}
    for gap in members:
        joined.setdefault((gap.name, gap.text), []).append(gap)
    gaps = tuple(OpenGap(name, _standing(rows), words) for (name, words), rows in joined.items())
    return OpenGroup(text(f"pages.year.open.{code}", count=len(gaps)), None, (), gaps)


def _standing(rows: Sequence[Remaining]) -> Text:
    """Write the expected level beside what one post, or both, ask for."""
    parts = [
        text(f"pages.year.short_{row.post}", level=row.level or 0.0, required=row.required)
        for row in rows
    ]
    return Text("; ".join(p.id for p in parts), "; ".join(p.en for p in parts))


def _proof(plan: Plan) -> tuple[Text, ...]:
    proof = plan.proof
    said = [text("pages.year.considered", count=proof.considered)]
    if proof.pruned:
        said.append(text("pages.year.pruned", count=proof.pruned))
    if proof.cut:
        compared = proof.considered - proof.pruned - proof.cut
        said.append(text("pages.year.cut", count=proof.cut, compared=compared))
    said.append(text("pages.year.exact" if proof.exact else "pages.year.not_exact"))
    return tuple(said)
