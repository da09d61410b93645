"""Stage serve: results become pages; in: answers of the engine, out: typed contexts to draw.

Pure functions: the same results give the same page. What must not be shown to others (discipline)
is replaced here by the one neutral sentence, before any template sees it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

from recommender.results import Check, GapRow, Gaps, Item, Standard
from service.confidential import is_hidden
from service.pages.chart import level_bar, range_bar, term_bars
from service.pages.contexts import (
    CheckView,
    ClosedGroup,
    ClosedItem,
    GapsView,
    ItemView,
    JpmView,
    Level,
    LevelGroup,
    LevelView,
    StandardView,
    TermView,
    Verdict,
    WayView,
)
from service.pages.figures import fact_lines, role_figures
from service.pages.words import label
from training_data.messages import Text, text

VERDICTS: Mapping[str, Verdict] = {
    "lolos": "met",
    "perlu_verifikasi": "verify",
    "tidak_lolos": "not_yet",
}


def level_view(row: GapRow, common: Text | None = None) -> LevelView:
    """Describe one competency beside its standard; ``common`` is the source not worth repeating."""
    state: Level = "met"
    if row.level is None:
        state = "unknown"
    elif row.level < row.required:
        state = "gap"
    elif row.level > row.required:
        state = "above"
    source = source_of_level(row)
    return LevelView(row, level_bar(row), state, None if source == common else source)


def source_of_level(row: GapRow) -> Text | None:
    """Say where and when a level was found, and whether it is out of date; None if unknown."""
    if row.level is None or row.source is None:
        return None
    source = label("choice.score_source", row.source)
    if row.assessed_on is None:
        return text("pages.gap.source_undated", source=source)
    code = "pages.gap.source_stale" if row.stale else "pages.gap.source"
    return text(code, source=source, day=row.assessed_on)


def jpm_view(standard: Standard) -> JpmView | None:
    """Describe the job person match with its two sums; None where nothing is known of it."""
    rows = [r for r in standard.rows if r.group in ("M", "SK") and r.required > 0]
    known = [r for r in rows if r.level is not None]
    if standard.jpm_low is None or standard.jpm_high is None or not rows:
        return None
    return JpmView(
        standard.jpm,
        standard.jpm_low,
        standard.jpm_high,
        range_bar(standard.jpm, standard.jpm_low, standard.jpm_high),
        sum(r.level for r in known if r.level is not None),
        sum(r.required for r in known),
        len(known),
        len(rows),
    )


def standard_view(standard: Standard | None) -> StandardView | None:
    """Describe a post's standard beside the person."""
    if standard is None:
        return None
    sources = Counter(source for row in standard.rows if (source := source_of_level(row)))
    common = sources.most_common(1)[0][0] if sources else None
    rows = tuple(level_view(row, common) for row in standard.rows)
    gaps = sorted((r for r in rows if r.state == "gap"), key=_by_need)
    unknown = [r for r in rows if r.state == "unknown"]
    return StandardView(
        standard.title,
        standard.job_code,
        tuple(
            LevelGroup(title, tuple(members))
            for title, members in groupby(rows, key=lambda r: _group_title(r.row.group))
        ),
        (*gaps, *unknown),
        tuple(r for r in rows if r.state in ("met", "above")),
        len(rows),
        len(gaps),
        len(unknown),
        jpm_view(standard),
        standard.why,
        common,
        any(r.row.origin == "tier" for r in rows),
        any(r.row.estimate is not None for r in rows),
    )


def _by_need(view: LevelView) -> tuple[int, float, str]:
    """Order gaps: must-haves first, then the largest."""
    return view.row.importance, -(view.row.gap or 0.0), view.row.competency_code


def _group_title(group: str) -> Text:
    known = group if group in ("M", "SK", "T") else "other"
    return text(f"pages.gap.group.{known}")


def gaps_view(gaps: Gaps | None) -> GapsView | None:
    """Describe the present and the next post; None where the viewer does not read levels."""
    if gaps is None:
        return None
    return GapsView(
        standard_view(gaps.now), gaps.now_reason, standard_view(gaps.next), gaps.next_reason
    )


def check_view(check: Check) -> CheckView:
    """Describe one rule; a confidential one says the neutral sentence and nothing else."""
    verdict = VERDICTS[check.outcome]
    if check.confidential:
        fine = verdict == "met"
        words = text("pages.check.confidential_met" if fine else "pages.check.confidential")
        name = text("pages.rule.confidential")
        return CheckView("met" if fine else "verify", name, words, None, "", (), (), None)
    cited = " ".join(part for part in (check.regulation, check.article) if part)
    way = check.way
    return CheckView(
        verdict,
        label("rule", check.rule),
        check.text,
        Text(cited, cited) if cited else text("pages.check.own_rule"),
        check.mark,
        fact_lines(check.facts),
        way.steps if way else (),
        earliest_view(way.earliest) if way else None,
        check.closed,
        check.rule,
    )


def check_views(checks: Sequence[Check]) -> tuple[CheckView, ...]:
    """Describe rules, what is open first; several confidential ones are one."""
    order = {"not_yet": 0, "verify": 1, "met": 2}
    views = sorted((check_view(c) for c in checks), key=lambda v: order[v.verdict])
    secret = [v for v in views if v.article is None]
    return tuple(v for v in views if v.article is not None or v is secret[0])


def item_view(item: Item, names: Mapping[str, str], facts: Sequence[Text] = ()) -> ItemView:
    """Describe one item; ``names`` gives competency names by code."""
    bars = term_bars([t.micro for t in item.terms])
    checks = check_views(item.checks)
    return ItemView(
        item,
        f"{item.kind}-{item.rank or 'x'}-{item.item_code}",
        VERDICTS[item.eligibility],
        item.reasons,
        tuple(check.name for check in checks if check.verdict == "verify"),
        tuple(facts),
        closes(item, names),
        role_figures(item.figures),
        tuple(
            TermView(t.name, label("term", t.name), t.text, t.micro, span, zero)
            for t, (span, zero) in zip(item.terms, bars, strict=True)
        ),
        checks,
        way_view(item),
    )


def way_view(item: Item) -> WayView | None:
    """Describe how a refused item opens; nothing where that would tell what is confidential."""
    if any(map(is_hidden, item.checks)):
        return None
    if item.closed is not None:
        return WayView((), None, item.closed)
    if item.way is None:
        return None
    return WayView(item.way.steps, earliest_view(item.way.earliest), None)


def earliest_view(day: date | None) -> Text | None:
    """Say from which day on the requirements are met; None where that is not known."""
    return None if day is None else text("pages.check.earliest", day=day)


def closes(item: Item, names: Mapping[str, str]) -> tuple[Text, ...]:
    """Say which gaps an item closes, largest first."""
    parts = sorted(item.effect.gap.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(
        text("pages.item.closes_one", competency=names.get(code, code), levels=levels)
        for code, levels in parts
        if levels > 0
    )


def competency_names(gaps: Gaps | None) -> dict[str, str]:
    """Return the names of the competencies on both posts, by code."""
    standards = (s for s in (gaps.now, gaps.next) if s is not None) if gaps else ()
    return {r.competency_code: r.name for s in standards for r in s.rows}


def closed_groups(items: Iterable[Item]) -> tuple[ClosedGroup, ...]:
    """Group closed items by the rule that closes them, most items first."""
    groups: dict[str, list[tuple[Item, Check]]] = {}
    for item in items:
        deciding = _deciding(item)
        if deciding is not None:
            key = "" if deciding.confidential else deciding.rule
            groups.setdefault(key, []).append((item, deciding))
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple(_group(members) for _, members in ordered)


def _deciding(item: Item) -> Check | None:
    """Return the check that closes an item; a confidential one may only ask for confirmation."""
    open_checks = [c for c in item.checks if c.outcome != "lolos"]
    refusing = [c for c in open_checks if c.outcome == "tidak_lolos" and not c.confidential]
    secret = [c for c in open_checks if c.confidential]
    return next(iter((*refusing, *secret, *open_checks)), None)


def _group(members: Sequence[tuple[Item, Check]]) -> ClosedGroup:
    first = check_view(members[0][1])
    same = all(c.text == members[0][1].text or c.confidential for _, c in members)
    ways = [way_view(item) for item, _ in members]
    common = ways[0] if all(way == ways[0] for way in ways) else None
    shown = tuple(
        ClosedItem(item.title, None if same else check_view(check), None if common else way)
        for (item, check), way in zip(members, ways, strict=True)
    )
    return ClosedGroup(first, same, common, shown)
