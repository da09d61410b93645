"""Stage serve: rules become a page; in: those in force on a day, out: packs of rules to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from training_data.messages import Text, text
from training_data.reference.packs import words as about

if TYPE_CHECKING:
    from training_data.reference.packs import Rule, Rules

CONFIRMED = "V"
"""The mark of what was confirmed at its source."""


@dataclass(frozen=True)
class ParamView:
    """One value of a rule: what it is called, what it means, and its lines as written."""

    name: str
    meaning: Text
    lines: tuple[str, ...]


@dataclass(frozen=True)
class RuleView:
    """One rule in the version in force."""

    rule: Rule
    purpose: Text
    citation: str
    dates: Text
    mark: Text
    confirmed: bool
    source: Text
    note: Text | None
    params: tuple[ParamView, ...]


@dataclass(frozen=True)
class PackView:
    """One pack: what it is about, and its rules."""

    code: str
    title: Text
    rules: tuple[RuleView, ...]


@dataclass(frozen=True)
class RulebookPage:
    """The page: every pack with what is shown of it.

    Attributes:
        total, unverified: rules in force, and those whose source is not confirmed.
        only_unverified: nothing else is shown.
        overlays: the agency's own packs among them.
    """

    packs: tuple[PackView, ...]
    total: int
    unverified: int
    only_unverified: bool
    overlays: tuple[str, ...]
    marks: tuple[tuple[str, Text], ...]


def rulebook_page(rules: Rules, only_unverified: bool) -> RulebookPage:
    """Describe the rules of a day, pack by pack, in the order of their ids."""
    from training_data.reference.packs.rule import MARKS

    views = [_rule(rule) for rule in sorted(rules, key=lambda rule: rule.id)]
    shown = [view for view in views if not (only_unverified and view.confirmed)]
    packs = [
        PackView(
            pack,
            text(f"pages.rules.pack.{pack}"),
            tuple(view for view in shown if view.rule.pack == pack),
        )
        for pack in rules.pack_hashes
    ]
    return RulebookPage(
        tuple(pack for pack in packs if pack.rules),
        len(views),
        sum(not view.confirmed for view in views),
        only_unverified,
        tuple(rules.overlays),
        tuple((mark, about.mark_meaning(mark)) for mark in MARKS),
    )


def _rule(rule: Rule) -> RuleView:
    return RuleView(
        rule,
        about.purpose(rule.id),
        about.citation(rule),
        about.dates(rule),
        text(f"packs.mark_short.{rule.mark}"),
        rule.mark == CONFIRMED,
        about.source(rule),
        about.note(rule),
        tuple(
            ParamView(name, about.meaning(rule.id, name), tuple(_lines(value)))
            for name, value in rule.params.items()
        ),
    )


def _lines(value: Any) -> Sequence[str]:
    """Return a value as a person reads it: a table row by row, a list on one line."""
    if isinstance(value, Mapping):
        return [f"{key}: {_short(one)}" for key, one in value.items()] or ["–"]
    if isinstance(value, list) and any(isinstance(one, (list, Mapping)) for one in value):
        return [_short(one) for one in value]
    return [_short(value)]


def _short(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_short(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_short, value)) or "–"
    return str(value)
