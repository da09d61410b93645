"""Stage serve: suppositions; in: a sent form, out: what is supposed; in: answers, out: contexts.

What is wrong with a form is said beside the field, and nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recommender.results import Gaps, Kind
from recommender.supposition import Supposition
from service.confidential import is_hidden
from service.pages.contexts import ItemView, WayView
from service.pages.plan_contexts import (
    Answer,
    LevelInput,
    Move,
    Option,
    PathView,
    SupposeForm,
    ThenView,
)
from service.pages.plan_views import capped, dates, hours, move, plan_view, price
from service.pages.views import VERDICTS, check_views, earliest_view
from training_data.messages import Text, text

if TYPE_CHECKING:
    from recommender.plan.path import Path, PathStep
    from recommender.whatif import Standing, WhatIf
    from service.pages.source import Source

TRAININGS = 5
"""So many trainings may be supposed at once: a page is for trying a step, not a career."""


@dataclass(frozen=True)
class Sent:
    """A form as it arrived.

    Attributes:
        trainings: codes of boxes that are ticked; ``more`` codes typed beside them.
        chosen: code of the post chosen from the list; ``target`` a code typed beside it.
        levels: competency code → level as typed.
    """

    trainings: tuple[str, ...] = ()
    more: str = ""
    chosen: str = ""
    target: str = ""
    levels: Mapping[str, str] | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all trainings, in order, each once."""
        typed = (code.strip() for code in self.more.replace(";", ",").split(","))
        return tuple(dict.fromkeys([*self.trainings, *(code for code in typed if code)]))

    @property
    def post(self) -> str | None:
        """The code of the post aimed at: one that was typed goes before one that was chosen."""
        return self.target.strip() or self.chosen or None


def form_of(
    source: Source,
    sent: Sent,
    gaps: Gaps | None,
    trainings: Mapping[str, str],
    posts: Mapping[str, str],
) -> SupposeForm:
    """Return the form with what was sent and what is wrong with it.

    Parameters:
        trainings, posts: code → title of what is offered to tick or choose.
    """
    faults: dict[str, Text] = {}
    unknown = _unknown(source, "training", sent.codes)
    if unknown:
        faults["kode"] = text("pages.suppose.fault_training", codes=", ".join(unknown))
    elif len(sent.codes) > TRAININGS:
        faults["kode"] = text("pages.suppose.fault_many", most=TRAININGS, count=len(sent.codes))
    if sent.post is not None and _unknown(source, "role", [sent.post]):
        faults["kode_jabatan"] = text("pages.suppose.fault_post", code=sent.post)
    return SupposeForm(
        tuple(Option(code, title, code in sent.trainings) for code, title in trainings.items()),
        sent.more,
        tuple(Option(code, title, code == sent.chosen) for code, title in posts.items()),
        sent.target,
        _levels(gaps, sent.levels or {}),
        TRAININGS,
        faults,
    )


def _unknown(source: Source, kind: Kind, codes: Sequence[str]) -> list[str]:
    return [code for code in codes if source.named(kind, code) is None]


def _levels(gaps: Gaps | None, typed: Mapping[str, str]) -> tuple[LevelInput, ...]:
    """Return one input per competency of the present and the next post."""
    standards = [s for s in (gaps.now, gaps.next) if s is not None] if gaps else []
    rows = {row.competency_code: row for s in standards for row in s.rows}
    inputs = []
    for code, row in rows.items():
        words = typed.get(code, "").strip()
        value = _number(words)
        wrong = words and (value is None or not 0 <= value <= row.max_level)
        fault = text("pages.suppose.fault_level", top=row.max_level) if wrong else None
        inputs.append(LevelInput(code, row.name, row.level, row.max_level, words, fault))
    return tuple(inputs)


def _number(typed: str) -> float | None:
    """Read "2,75" and "2.75"; None for anything else."""
    whole, _, part = typed.replace(",", ".").partition(".")
    digits = whole + part
    if not (digits.isascii() and digits.isdigit()):
        return None
    return float(f"{whole or 0}.{part or 0}")


def supposition_of(sent: Sent, form: SupposeForm) -> Supposition:
    """Return what a usable form supposes; a level left as it is is not supposed."""
    levels = {
        level.code: value
        for level in form.levels
        if (value := _number(level.typed)) is not None and value != level.now
    }
    return Supposition(sent.codes, sent.post, levels)


def answer_view(
    found: WhatIf, trainings: tuple[ItemView, ...], roles: tuple[ItemView, ...]
) -> Answer:
    """Describe an answer beside today."""
    before, after = found.before, found.after
    hidden = any(map(is_hidden, after.checks))
    return Answer(
        found.supposed,
        found.title,
        None
        if before.eligibility is None or after.eligibility is None
        else (VERDICTS[before.eligibility], VERDICTS[after.eligibility]),
        _moves(before, after),
        (before.below, after.below),
        after.unknown,
        None if hidden else _way(after),
        check_views(after.checks),
        _path(found.path),
        ThenView(
            found.then.title if found.then else None,
            found.then.why if found.then else found.then_reason,
            _path(found.then.path) if found.then else None,
        ),
        plan_view(found.plan),
        trainings,
        roles,
    )


def _moves(before: Standing, after: Standing) -> tuple[Move, ...]:
    pairs = (
        ("match", before.match, after.match),
        ("jpm", capped(before.jpm), capped(after.jpm)),
        ("jpm_now", capped(before.jpm_now), capped(after.jpm_now)),
        ("below", _count(before, before.below), _count(after, after.below)),
        ("unknown", _count(before, before.unknown), _count(after, after.unknown)),
        ("jp", before.jp, after.jp),
        ("ip_asn", before.ip_asn, after.ip_asn),
    )
    return tuple(move(*pair) for pair in pairs if pair[1] is not None or pair[2] is not None)


def _count(standing: Standing, names: Sequence[str]) -> float | None:
    """Count names; nothing where there is no post to stand beside."""
    return None if standing.eligibility is None else float(len(names))


def _way(standing: Standing) -> WayView | None:
    if standing.closed is not None:
        return WayView((), None, standing.closed)
    if not standing.steps and standing.earliest is None:
        return None
    return WayView(standing.steps, earliest_view(standing.earliest), None)


def _path(path: Path | None) -> PathView | None:
    if path is None:
        return None
    return PathView(path, tuple((s.title, _facts(s), s.text) for s in path.steps))


def _facts(step: PathStep) -> tuple[Text, ...]:
    return dates(step.starts_on, step.ends_on), hours(step.jp), price(step.cost)
