"""Stage serve: allocations beside each other, prices in words, people's seats won and lost.

In: results of allocations and rows of their seats. Out: typed contexts to draw. Two allocations
are told apart in figures and counts, never by name; prices stand on the academy's pages alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np

from recommender.fairness.suppression import hidden_cells
from service.jobs import Job
from service.pages import words
from service.runtime import Published
from training_data.messages import Text, entries, text

SESSIONS_SHOWN = 60
"""Sessions with other numbers of seats that are shown."""
TOLD = 5
"""Sessions whose price is put into words."""
LEAST = 5
"""People that a kind of need, or a group of two allocations, holds to be told of."""
COMPARED = ("department", "location", "tier", "employment")
"""Groups by which two allocations are always set beside each other, floors or not."""
MOST_READ = 300
"""Participants whose kinds of need are counted; beyond, only how many they are."""

Pair = tuple[float | None, float | None]
Unit = Literal["number", "rupiah", "percent"]


@dataclass(frozen=True)
class FigureRow:
    """One figure of both allocations."""

    label: Text
    unit: Unit
    pair: Pair


@dataclass(frozen=True)
class SessionRow:
    """One session in both: seats taken and there are, and what one more would bring."""

    code: str
    title: str
    taken: Pair
    seats: Pair
    price: Pair


@dataclass(frozen=True)
class BudgetRow:
    """One budget in both: rupiah there are and spent, and what one more million would bring."""

    code: str
    amount: Pair
    spent: Pair
    million: Pair


@dataclass(frozen=True)
class GroupRow:
    """One group in both: seats, and people with one; hidden where it is small."""

    value: Text
    people: int | None
    seats: Pair = (None, None)
    reached: Pair = (None, None)
    hidden: bool = False

    @property
    def change(self) -> int:
        """Return how many seats more the second allocation gives the group."""
        return 0 if self.hidden else int((self.seats[1] or 0) - (self.seats[0] or 0))


@dataclass(frozen=True)
class Moved:
    """People whose seats differ: with more of them, with fewer, with others."""

    more: int
    fewer: int
    other: int

    @property
    def changed(self) -> int:
        """All of them."""
        return self.more + self.fewer + self.other


@dataclass(frozen=True)
class Side:
    """Two allocations side by side.

    Attributes:
        numbers: of the jobs, first and second.
        changes: what the second asks that the first did not.
        people: in either of them.
        sessions: those with other numbers of seats taken; ``further`` so many are not shown.
        groups: heading and rows by column of employees.
    """

    numbers: tuple[int, int]
    changes: tuple[Text, ...]
    figures: tuple[FigureRow, ...]
    moved: Moved
    people: int
    sessions: tuple[SessionRow, ...]
    further: int
    budgets: tuple[BudgetRow, ...]
    groups: tuple[tuple[Text, tuple[GroupRow, ...]], ...]


@dataclass(frozen=True)
class Turned:
    """What turns changed in an allocation.

    Attributes:
        said: whose turn it was, by what, and what it cost.
        rows: people who had nothing, less than a share, or their share; seats and people with
            one, without turns and with them.
    """

    said: Text
    rows: tuple[GroupRow, ...] = ()


@dataclass(frozen=True)
class LostSeat:
    """One seat somebody did not get.

    Attributes:
        filled: how many have its seats and what kinds of need, where it is full.
    """

    code: str
    title: str
    why: Text
    filled: Text | None = None


@dataclass(frozen=True)
class WonSeat:
    """One seat somebody got.

    Attributes:
        turn: that it was the person's turn counted, where it did.
    """

    code: str
    title: str
    turn: Text | None = None


@dataclass(frozen=True)
class PersonSeats:
    """What a person got and did not get; the first that was lost is the next best."""

    name: str
    ref: str
    unit: str
    won: tuple[WonSeat, ...]
    lost: tuple[LostSeat, ...]


@dataclass(frozen=True)
class Names:
    """How what stands in results is called.

    Attributes:
        item: code of a training → title; ``unit``, ``job`` likewise.
    """

    item: Callable[[str], str]
    unit: Callable[[str], str]
    job: Callable[[str], str]

    def group(self, by: str, value: str) -> Text:
        """Return the value of a column of employees in words."""
        if not value:
            return text("pages.group.unknown")
        if by in ("unit_code", "department", "job_code", "family"):
            units = by in ("unit_code", "department")
            found = self.unit(value) if units else self.job(value) if by == "job_code" else value
            return Text(found, found)
        return words.label(f"choice.{by}", value)

    def quota(self, quota: Mapping[str, Any]) -> Text:
        """Return whom a quota is for."""
        column = text(f"pages.group.{quota['by']}")
        value = self.group(quota["by"], quota.get("value") or "")
        if quota.get("session"):
            return text("pages.group.in_session", by=column, value=value, code=quota["session"])
        return text("pages.group.of", by=column, value=value)


def side_of(
    jobs: tuple[Job, Job],
    seats: tuple[Iterable[Mapping[str, str]], Iterable[Mapping[str, str]]],
    names: Names,
    groups: Callable[[str], Mapping[str, str]],
) -> Side:
    """Put two allocations of sessions side by side.

    Parameters:
        groups: one of ``COMPARED`` → everybody's group.
    """
    a, b = (dict(job.result or {}) for job in jobs)
    one, other = map(_by_person, seats)
    moved, people = _moved(one, other)
    told = _groups(a, b, names)
    known = [by for by, _ in told]
    told += tuple(
        found
        for by in COMPARED
        if by not in known and (found := (by, group_rows(by, groups(by), (one, other), names)))[1]
    )
    sessions = _sessions(a, b, names)
    return Side(
        (jobs[0].number, jobs[1].number),
        changes(jobs, names),
        _figures(a, b),
        moved,
        people,
        sessions[:SESSIONS_SHOWN],
        max(0, len(sessions) - SESSIONS_SHOWN),
        _budgets(a, b),
        tuple((text(f"pages.group.{by}"), rows) for by, rows in told),
    )


def group_rows(
    by: str,
    of: Mapping[str, str],
    seats: tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]],
    names: Names,
) -> tuple[GroupRow, ...]:
    """Return seats and people with one by group, those that gain or lose most first.

    Small groups stay hidden, and with them so many others that no subtraction brings them back;
    where everybody is of one group there is nothing to tell.

    Parameters:
        of: person → group, of everybody.
        seats: person → sessions, of each allocation.
    """
    values = sorted({*of.values()})
    if len(values) < 2:
        return ()
    place = {value: number for number, value in enumerate(values)}
    people = np.bincount([place[value] for value in of.values()], minlength=len(values))
    hidden = hidden_cells(people, people[None, :], LEAST)[0]
    given, reached = np.zeros((2, 2, len(values)), np.int64)
    for number, held in enumerate(seats):
        for person, codes in held.items():
            if person in of:
                given[number, place[of[person]]] += len(codes)
                reached[number, place[of[person]]] += 1
    rows = [
        GroupRow(names.group(by, value), None, hidden=True)
        if hidden[at]
        else GroupRow(
            names.group(by, value),
            int(people[at]),
            (float(given[0, at]), float(given[1, at])),
            (float(reached[0, at]), float(reached[1, at])),
        )
        for at, value in enumerate(values)
    ]
    return tuple(sorted(rows, key=lambda row: (row.hidden, -abs(row.change), row.value.id)))


def changes(jobs: tuple[Job, Job], names: Names) -> tuple[Text, ...]:
    """Say what the second allocation asks that the first did not."""
    first, second = (dict(job.asked.get("constraints", {})) for job in jobs)
    a, b = (dict(job.result or {}) for job in jobs)
    found = [
        *_seat_changes(a, b, names),
        *_closings(first, second),
        *_openings(jobs, names),
        *_money_changes(a, b, first, second),
    ]
    for name in ("max_courses", "soft_jp", "fair_years", "fair_strength", "fair_by"):
        one, other = (_limit(name, asked.get(name)) for asked in (first, second))
        if one != other:
            found.append(text(f"pages.side.change.{name}", before=one, after=other))
    return (*found, *group_changes(first, second, names))


def group_changes(
    first: Mapping[str, Any], second: Mapping[str, Any], names: Names
) -> tuple[Text, ...]:
    """Say which limits of groups and which single seats the second asks for and the first not."""
    found = []
    quotas = [[_key(q) for q in asked.get("quotas", ())] for asked in (first, second)]
    for quota in first.get("quotas", ()):
        if _key(quota) not in quotas[1]:
            found.append(text("pages.side.change.without", group=names.quota(quota)))
    for quota in second.get("quotas", ()):
        if _key(quota) not in quotas[0]:
            limits = _limits(quota)
            found.append(text("pages.side.change.with", group=names.quota(quota), limits=limits))
    for name in ("must", "locked", "forbid"):
        counts = [len(asked.get(name, ())) for asked in (first, second)]
        if counts[0] != counts[1]:
            found.append(text(f"pages.side.change.{name}", before=counts[0], after=counts[1]))
    return tuple(found)


def price_words(result: Mapping[str, Any], names: Names) -> tuple[Text, ...]:
    """Say in sentences what one more seat or million would bring, and what each quota costs."""
    mean = _mean(result)
    prices, found = result.get("prices", {}), []
    ordered = sorted(result.get("sessions", ()), key=lambda s: (-s["price"], s["code"]))
    for one in [s for s in ordered if s["price"] > 0][:TOLD]:
        found.append(
            text(
                "pages.price.seat",
                title=names.item(one.get("item_code", one["code"])),
                code=one["code"],
                points=one["price"],
                share=one["price"] / mean,
                waiting=one["waiting"],
            )
        )
    for code, money in result.get("budgets", {}).items():
        points = prices.get("per_million", {}).get(code, 0.0)
        name = text("pages.price.whole") if code == "*" else Text(code, code)
        if points > 0:
            share = points / mean
            found.append(text("pages.price.million", name=name, points=points, share=share))
        else:
            left = money["amount"] - money["spent"]
            found.append(text("pages.price.spare", name=name, left=left))
    found += [_quota_words(quota, names, mean) for quota in prices.get("per_quota", ())]
    return tuple(found)


def turned_of(result: Mapping[str, Any]) -> Turned | None:
    """Say what turns changed in an allocation; ``None`` where nobody asked for them."""
    told = result.get("turns")
    if told is None:
        return None
    if not told["history_known"]:
        return Turned(text("pages.turns.unknown"))
    rows = []
    for group in told["groups"]:
        value = text(f"pages.turns.group.{group['value']}")
        if group.get("hidden"):
            rows.append(GroupRow(value, None, hidden=True))
            continue
        seats, reached = (
            (float(group[name]["without"]), float(group[name]["with"]))
            for name in ("seats", "reached")
        )
        rows.append(GroupRow(value, group["people"], seats, reached))
    said = text(
        "pages.turns.said",
        whose=text(f"pages.turns.whose.{told['by']}"),
        first=str(told["first_year"]),
        last=str(told["last_year"]),
        share=told["share_jp"],
        strength=told["strength"],
        behind=told["behind"],
        cost=told["cost"],
        points=told["worth"]["with"],
        without=told["worth"]["without"],
    )
    return Turned(said, tuple(rows))


def why_won(seat: Mapping[str, str]) -> Text | None:
    """Say that it was the person's turn, where that counted for a seat."""
    points = float(seat.get("turn") or 0)
    return text("pages.turns.won", points=points) if points > 0 else None


def why_lost(reason: str) -> Text:
    """Say why somebody did not get a seat."""
    code = f"pages.lost.{reason}"
    return text(code if code in entries() else "pages.lost.worth")


def filled_by(
    takers: Sequence[str], published: Callable[[str], Sequence[Published]], item: str
) -> Text:
    """Say how many have the seats of a session, and of what kinds of need most of them are.

    Parameters:
        published: person → what was suggested to them.
    """
    kinds: Counter[str] = Counter()
    if LEAST <= len(takers) <= MOST_READ:
        for person in takers:
            row = next((one for one in published(person) if one.item_code == item), None)
            kind = None if row is None else _kind(row.reasons)
            if kind is not None:
                kinds[kind] += 1
    order = sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
    parts = [
        text("pages.lost.kind", kind=text(f"term.{name}"), count=count)
        for name, count in order
        if count >= LEAST
    ]
    if not parts:
        return text("pages.lost.filled", count=len(takers))
    listed = Text(", ".join(p.id for p in parts), ", ".join(p.en for p in parts))
    return text("pages.lost.filled_by", count=len(takers), kinds=listed)


def _kind(reasons: str) -> str | None:
    """Return the term that speaks most for a suggestion."""
    for part in reasons.split("|"):
        name, _, rest = part.partition(":")
        points = rest.rpartition(":")[2]
        if f"term.{name}" in entries() and points and not points.startswith("-"):
            return name
    return None


def _quota_words(quota: Mapping[str, Any], names: Names, mean: float) -> Text:
    group, price = names.quota(quota), quota["price"]
    least, most = quota.get("min") or 0, quota.get("max")
    if price < 0:
        share = -price / mean
        return text("pages.price.floor", group=group, count=least, points=-price, share=share)
    if price > 0 and most is not None:
        share = price / mean
        return text("pages.price.ceiling", group=group, count=most, points=price, share=share)
    return text("pages.price.free", group=group, limits=_limits(quota))


def _mean(result: Mapping[str, Any]) -> float:
    """Return what a seat is worth on average, which makes points comparable to seats."""
    seats, score = result.get("seats") or 0, result.get("score") or 0.0
    return score / seats if seats and score > 0 else 1.0


def _figures(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[FigureRow, ...]:
    wanted: tuple[tuple[str, Unit], ...] = (
        ("value", "number"), ("seats", "number"), ("people", "number"), ("cost_figure", "rupiah"),
        ("unpaid_short", "rupiah"), ("gap", "percent"),
    )  # fmt: skip
    source = {"unpaid_short": "unpaid", "cost_figure": "cost"}

    def of(result: Mapping[str, Any], name: str) -> float | None:
        found: float | None = result.get(source.get(name, name))
        if name == "value":
            # Results of before there was a worth hold points for keeping seats.
            found = result.get("worth", result.get("objective"))
        return None if found is None else 100 * found if name == "gap" else found

    return tuple(
        FigureRow(text(f"pages.allocate.{name}"), unit, (of(a, name), of(b, name)))
        for name, unit in wanted
    )


def _by_person(rows: Iterable[Mapping[str, str]]) -> dict[str, frozenset[str]]:
    held: dict[str, set[str]] = {}
    for row in rows:
        held.setdefault(row["employee_id"], set()).add(row["session_code"])
    return {person: frozenset(codes) for person, codes in held.items()}


def _moved(a: Mapping[str, frozenset[str]], b: Mapping[str, frozenset[str]]) -> tuple[Moved, int]:
    counts: Counter[str] = Counter()
    people = a.keys() | b.keys()
    for person in people:
        one, other = a.get(person, frozenset()), b.get(person, frozenset())
        if one != other:
            more, fewer = len(other) > len(one), len(other) < len(one)
            counts["more" if more else "fewer" if fewer else "other"] += 1
    return Moved(counts["more"], counts["fewer"], counts["other"]), len(people)


def _sessions(a: Mapping[str, Any], b: Mapping[str, Any], names: Names) -> tuple[SessionRow, ...]:
    """Return the sessions with other numbers of seats, largest difference first."""
    one, other = ({s["code"]: s for s in result.get("sessions", ())} for result in (a, b))
    rows = []
    for code in one.keys() | other.keys():
        first, second = one.get(code), other.get(code)
        pair = (first, second)
        taken, seats, price = (
            tuple(None if s is None else s.get(name) for s in pair)
            for name in ("taken", "seats", "price")
        )
        if taken[0] == taken[1] and seats[0] == seats[1]:
            continue
        known = first or second or {}
        title = names.item(known.get("item_code", code))
        rows.append(SessionRow(code, title, taken, seats, price))  # type: ignore[arg-type]
    rows.sort(key=lambda row: (-abs((row.taken[1] or 0) - (row.taken[0] or 0)), row.code))
    return tuple(rows)


def _budgets(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[BudgetRow, ...]:
    one, other = (result.get("budgets", {}) for result in (a, b))
    rows = []
    for code in dict.fromkeys((*one, *other)):
        pair = (one.get(code), other.get(code))
        amount, spent = (
            tuple(None if m is None else m[name] for m in pair) for name in ("amount", "spent")
        )
        million = tuple(
            result.get("prices", {}).get("per_million", {}).get(code) for result in (a, b)
        )
        rows.append(BudgetRow(code, amount, spent, million))  # type: ignore[arg-type]
    return tuple(rows)


def _groups(
    a: Mapping[str, Any], b: Mapping[str, Any], names: Names
) -> tuple[tuple[str, tuple[GroupRow, ...]], ...]:
    """Return seats by group, where floors asked for groups; small ones stay hidden."""
    one, other = ((result.get("floors") or {}).get("groups", {}) for result in (a, b))
    found = []
    for by in dict.fromkeys((*one, *other)):
        held = [{group["value"]: group for group in some.get(by, ())} for some in (one, other)]
        rows = []
        for value in dict.fromkeys((*held[0], *held[1])):
            pair = [some.get(value) for some in held]
            known = [group for group in pair if group is not None]
            said = names.group(by, value)
            if any(group.get("hidden") for group in known):
                rows.append(GroupRow(said, None, hidden=True))
                continue
            seats, reached = (
                tuple(None if g is None else g[name]["with"] for g in pair)
                for name in ("seats", "reached")
            )
            rows.append(GroupRow(said, known[0]["people"], seats, reached))  # type: ignore[arg-type]
        found.append((by, tuple(rows)))
    return tuple(found)


def _seat_changes(a: Mapping[str, Any], b: Mapping[str, Any], names: Names) -> list[Text]:
    one, other = ({s["code"]: s for s in result.get("sessions", ())} for result in (a, b))
    return [
        text(
            "pages.side.change.seats",
            title=names.item(other[code].get("item_code", code)),
            code=code,
            before=_stated(first.get("seats")),
            after=_stated(other[code].get("seats")),
        )
        for code, first in one.items()
        if code in other and first.get("seats") != other[code].get("seats")
    ]


def _closings(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Text]:
    before, after = (asked.get("closed", ()) for asked in (first, second))
    found = [text("pages.side.change.closed", code=code) for code in after if code not in before]
    return found + [
        text("pages.side.change.opened", code=code) for code in before if code not in after
    ]


def _openings(jobs: tuple[Job, Job], names: Names) -> list[Text]:
    """Say which sessions that are not there the second one supposes, and the first did not."""
    asked = [list(job.asked.get("constraints", {}).get("open", ())) for job in jobs]
    found = []
    for place, code in ((1, "pages.side.change.new"), (0, "pages.side.change.new_gone")):
        for new in asked[place]:
            if new in asked[1 - place]:
                continue
            found.append(
                text(
                    code,
                    title=names.item(new["training_code"]),
                    seats=new["seats"],
                    begins=date.fromisoformat(str(new["starts_on"])[:10]),
                    ends=date.fromisoformat(str(new["ends_on"])[:10]),
                )
            )
    return found


def _money_changes(
    a: Mapping[str, Any], b: Mapping[str, Any], first: Mapping[str, Any], second: Mapping[str, Any]
) -> list[Text]:
    if first.get("money") != second.get("money"):
        sums = [
            text("pages.side.budgets")
            if asked.get("money") is None
            else text("pages.side.rupiah", amount=asked["money"])
            for asked in (first, second)
        ]
        return [text("pages.side.change.money", before=sums[0], after=sums[1])]
    one, other = (result.get("budgets", {}) for result in (a, b))
    return [
        text(
            "pages.side.change.budget",
            code=code,
            before=money["amount"],
            after=other[code]["amount"],
        )
        for code, money in one.items()
        if code in other and money["amount"] != other[code]["amount"]
    ]


def _limits(quota: Mapping[str, Any]) -> Text:
    least, most = quota.get("min") or 0, quota.get("max")
    if most is None:
        return text("pages.side.at_least", count=least)
    if not least:
        return text("pages.side.at_most", count=most)
    return text("pages.side.between", least=least, most=most)


def _limit(name: str, value: Any) -> Any:
    """Return a limit in words or as a number, or that there is none."""
    if name == "fair_by":
        return text(f"pages.turns.by.{value or 'person'}")
    if name.startswith("fair_") and value is None:
        return text("pages.turns.off" if name == "fair_years" else "pages.turns.usual")
    return _stated(value)


def _stated(value: Any) -> Any:
    """Return a limit as a number, or that there is none."""
    if isinstance(value, Mapping):
        value = value.get("target")
    return text("pages.side.none") if value is None else value


def _key(quota: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        quota.get("by"),
        quota.get("value") or "",
        quota.get("session"),
        quota.get("min") or 0,
        quota.get("max"),
    )
