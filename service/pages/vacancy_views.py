"""Stage serve: filled vacancies become pages; in: results of allocations, out: contexts to draw.

Why a post stays empty is told in numbers. Names stand where the viewer reads candidates, and in no
order of a score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.pages.scenario_views import Names
from training_data.messages import Text, entries, text

REASONS = ("kept", "forbidden", "no_gain", "elsewhere", "unit", "quota", "worth")
"""Why somebody is not proposed for a post that stays empty, in the order they are looked for."""


@dataclass(frozen=True)
class Empty:
    """A vacancy that stays empty.

    Attributes:
        seats: left.
        reasons: how many people stand under which reason.
        rules: the rules that keep most people from it, where any are told.
    """

    code: str
    title: str
    seats: int
    reasons: tuple[Text, ...]
    rules: Text | None = None


@dataclass(frozen=True)
class Left:
    """A unit that people leave for vacant posts.

    Attributes:
        most: who may leave it.
        price: points that one more would bring, estimated.
    """

    name: str
    people: int
    most: int
    left: int
    price: float


def empties(result: Mapping[str, Any], names: Names) -> tuple[Empty, ...]:
    """Return the vacancies that stay empty, and why."""
    return tuple(
        Empty(
            one["code"],
            names.item(one["item_code"]),
            one["seats"],
            (text("pages.unfilled.closed"),) if one["closed"] else _reasons(one),
            _rules(one["rules"]),
        )
        for one in result.get("unfilled", ())
    )


def lefts(result: Mapping[str, Any], names: Names) -> tuple[Left, ...]:
    """Return the units that people leave, those that most leave first."""
    found = [
        Left(names.unit(u["code"]), u["people"], u["most"], u["left"], u["price"])
        for u in result.get("leaving", {}).get("units", ())
    ]
    return tuple(sorted(found, key=lambda one: (-one.left, -one.price, one.name)))


def ready_words(row: Mapping[str, str]) -> Text | None:
    """Say how ready somebody is for a post, with the day where one is known."""
    group, day = row.get("ready"), row.get("ready_on")
    if not group:
        return None
    said = text(f"succession.group.{group}")
    if not day or group == "now":
        return said
    return text("pages.posts.ready_on", ready=said, day=date.fromisoformat(day))


def limit_words(leaving: Mapping[str, Any] | None) -> Text | None:
    """Say how many may leave one unit; ``None`` of allocations that knew no such limit."""
    if not leaving:
        return None
    by = text(f"pages.leaving.by.{leaving.get('by', 'unit_code')}")
    people, share = leaving.get("max"), leaving.get("share")
    if people is None:
        return text("pages.leaving.said_share", by=by, share=share)
    if share is None:
        return text("pages.leaving.said_people", by=by, people=people)
    return text("pages.leaving.said_both", by=by, people=people, share=share)


def _reasons(one: Mapping[str, Any]) -> tuple[Text, ...]:
    found = tuple(text(f"pages.unfilled.{name}", count=one[name]) for name in REASONS if one[name])
    return found or (text("pages.unfilled.nobody"),)


def _rules(rules: Mapping[str, int]) -> Text | None:
    """Name the rules that keep most people from a post."""
    order = sorted(rules.items(), key=lambda one: (-one[1], one[0]))
    parts = [
        text("pages.unfilled.rule", rule=text(f"pages.rule.{rule}"), count=count)
        for rule, count in order
        if f"pages.rule.{rule}" in entries()
    ]
    if not parts:
        return None
    listed = Text("; ".join(p.id for p in parts), "; ".join(p.en for p in parts))
    return text("pages.unfilled.rules", rules=listed)
