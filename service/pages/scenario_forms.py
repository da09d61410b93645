"""Stage serve: what an officer changes in an allocation; in: a form, out: new constraints.

The form starts from the constraints of an allocation that is done. What cannot be understood comes
back as a sentence that names the line, and nothing typed is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from recommender.allocation.groups import TURNS
from service.pages.plan_views import budget_view
from service.pages.vacancy_forms import LeavingForm, PostForm, code_of
from training_data.messages import Text, decimal, text

WHOLE = "*"
"""Code of the one purse there is where a sum for everything was named."""
MOST_SEATS = 100_000
"""Of a session that is supposed."""
NEW_FIELDS = (
    "baru-pelatihan", "baru-kursi", "baru-mulai", "baru-selesai", "baru-biaya", "baru-buka",
)  # fmt: skip
MOST_YEARS = 10
"""That turns look back to."""
BUDGET = "anggaran:"
"""Begins the names of fields that hold a budget."""
TURN_FIELDS = ("giliran", "giliran-poin", "giliran-menurut")
_SEATS = re.compile(
    r"(?P<code>\S.*?)(?:\s*(?P<set>[+=])\s*|\s+(?P<less>[-\u2212])\s*|\s+)(?P<count>[0-9]{1,6})"
)
"""A line such as ``S-0007 +40``, ``S-0007 -5`` or ``S-0007 60``; a code may hold a hyphen."""


@dataclass(frozen=True)
class TurnsForm:
    """Whose turn it is, as it stands in the fields."""

    years: str = ""
    strength: str = ""
    by: str = TURNS[0]

    @property
    def choices(self) -> tuple[str, ...]:
        """What turns may be reckoned by."""
        return TURNS

    @classmethod
    def sent(cls, years: str, strength: str, by: str) -> TurnsForm:
        """Return the fields as they were sent."""
        known = by if by in TURNS else TURNS[0]
        return cls(years.strip()[:4], strength.strip()[:20], known)

    def wishes(self) -> dict[str, Any] | Text:
        """Return what the fields ask for, nothing without years, or what is no number."""
        if not self.years:
            return {} if not self.strength else text("pages.scenario.fault.turns")
        if not self.years.isdecimal() or not 1 <= int(self.years) <= MOST_YEARS:
            return text("pages.scenario.fault.turns")
        found: dict[str, Any] = {"fair_years": int(self.years)}
        if self.strength:
            points = target_of(self.strength)
            if isinstance(points, Text) or points is None:
                return text("pages.scenario.fault.turns")
            found["fair_strength"] = points
        return found if self.by == TURNS[0] else {**found, "fair_by": self.by}


@dataclass(frozen=True)
class NewForm:
    """A session that is not there yet, as it stands in the fields.

    Attributes:
        training: code or title.
        cost, opening: rupiah of a seat, and once.
    """

    training: str = ""
    seats: str = ""
    begins: str = ""
    ends: str = ""
    cost: str = ""
    opening: str = ""

    def wish(self, catalogue: Catalogue) -> dict[str, Any] | Text:
        """Return the session that is asked for, or what cannot be understood."""
        code = catalogue.code(self.training)
        if code is None:
            return text("pages.new.fault.training", training=self.training[:80])
        if not self.seats.isdecimal() or not 1 <= int(self.seats) <= MOST_SEATS:
            return text("pages.new.fault.seats")
        try:
            begins = date.fromisoformat(self.begins)
            ends = date.fromisoformat(self.ends) if self.ends else begins
        except ValueError:
            return text("pages.new.fault.days")
        if begins > ends or (catalogue.today is not None and begins <= catalogue.today):
            return text("pages.new.fault.days")
        found: dict[str, Any] = {
            "training_code": code,
            "seats": int(self.seats),
            "starts_on": begins.isoformat(),
            "ends_on": ends.isoformat(),
        }
        for name, typed in (("cost", self.cost), ("opening_cost", self.opening)):
            amount = budget_view(typed).rupiah
            if typed and amount is None:
                return text("pages.scenario.fault.amount", line=typed)
            if amount is not None:
                found[name] = amount
        return found


@dataclass(frozen=True)
class Catalogue:
    """What a session can be opened of, and what can be supposed to be vacant.

    Attributes:
        titles: of trainings, code → title; ``jobs``, ``units`` likewise.
        today: day of the suggestions: what is opened begins after it.
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    today: date | None = None
    jobs: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def code(self, typed: str) -> str | None:
        """Return the training that a code or a title names, if it is one alone."""
        return code_of(self.titles, typed)


@dataclass(frozen=True)
class ScenarioForm:
    """What is asked for, as it stands in the fields.

    Attributes:
        seats: a session or vacancy and a number per line; ``closed`` codes of them.
        budgets: code and amount of every budget; none where one sum pays for everything.
        dropped: places of the quotas whose floor is dropped.
        turns: whose turn counts: years looked back to, points, and by what.
        new: a session that is to be supposed; ``post`` a vacancy.
        leaving: of vacancies: how many may leave a unit, and what readiness counts.
    """

    seats: str = ""
    closed: str = ""
    courses: str = ""
    jp: str = ""
    money: str = ""
    budgets: tuple[tuple[str, str], ...] = ()
    dropped: frozenset[int] = frozenset()
    turns: TurnsForm = field(default_factory=TurnsForm)
    new: NewForm = field(default_factory=NewForm)
    post: PostForm = field(default_factory=PostForm)
    leaving: LeavingForm = field(default_factory=LeavingForm)


def form_of(constraints: Mapping[str, Any], result: Mapping[str, Any]) -> ScenarioForm:
    """Return the form of an allocation before anything is changed."""
    target = constraints.get("soft_jp")
    if isinstance(target, Mapping):
        target = target.get("target")
    money = constraints.get("money")
    budgets = result.get("budgets", {})
    return ScenarioForm(
        closed=", ".join(constraints.get("closed", ())),
        courses=_plain(constraints.get("max_courses")),
        jp=_plain(target),
        money="" if money is None else _rupiah(money),
        budgets=tuple((c, _rupiah(one["amount"])) for c, one in budgets.items() if c != WHOLE),
        turns=TurnsForm(
            _plain(constraints.get("fair_years")),
            _plain(constraints.get("fair_strength")),
            constraints.get("fair_by", TURNS[0]),
        ),
        leaving=LeavingForm.of(constraints),
    )


def sent(given: Mapping[str, str], dropped: Sequence[str]) -> ScenarioForm:
    """Return a form as it was sent."""
    return ScenarioForm(
        given.get("kursi", "")[:4000],
        given.get("tutup", "")[:4000],
        given.get("kegiatan", "").strip()[:20],
        given.get("jp", "").strip()[:20],
        given.get("pagu", "").strip()[:40],
        tuple(
            (name.removeprefix(BUDGET), value.strip()[:40])
            for name, value in given.items()
            if name.startswith(BUDGET)
        ),
        frozenset(int(one) for one in dropped if one.isdecimal() and len(one) < 6),
        TurnsForm.sent(*(given.get(name, "") for name in TURN_FIELDS)),
        NewForm(*(given.get(name, "").strip()[:300] for name in NEW_FIELDS)),
        PostForm.sent(given),
        LeavingForm.sent(given),
    )


def changed(
    form: ScenarioForm,
    constraints: Mapping[str, Any],
    result: Mapping[str, Any],
    catalogue: Catalogue | None = None,
) -> dict[str, Any] | Text:
    """Return the constraints that a form asks for, or what cannot be understood.

    Parameters:
        catalogue: what a session can be opened of, nothing by default.
    """
    before = form_of(constraints, result)
    found = dict(constraints)
    sessions = {one["code"]: one for one in result.get("sessions", ())}
    seats = dict(constraints.get("seats", {}))
    for line in _lines(form.seats):
        number = _seats(line, seats, sessions)
        if isinstance(number, Text):
            return number
        seats.update(number)
    _put(found, "seats", seats)
    if form.closed.strip() != before.closed:
        closed = list(dict.fromkeys(code for code in _parts(form.closed)))
        unknown = next((code for code in closed if code not in sessions), None)
        if unknown is not None:
            return text("pages.scenario.fault.session", code=unknown)
        _put(found, "closed", closed)
    if form.courses != before.courses:
        if form.courses and not form.courses.isdecimal():
            return text("pages.scenario.fault.courses")
        _put(found, "max_courses", int(form.courses) if form.courses else None)
    if form.jp != before.jp:
        target = target_of(form.jp)
        if isinstance(target, Text):
            return target
        weighed = constraints.get("soft_jp")
        keeps = isinstance(weighed, Mapping) and target is not None
        _put(found, "soft_jp", {**weighed, "target": target} if keeps and weighed else target)
    if form.new != before.new:
        new = form.new.wish(catalogue or Catalogue())
        if isinstance(new, Text):
            return new
        found["open"] = [*constraints.get("open", ()), new]
    if form.turns != before.turns:
        turns = form.turns.wishes()
        if isinstance(turns, Text):
            return turns
        for name in ("fair_years", "fair_strength", "fair_by"):
            _put(found, name, turns.get(name))
    for fault in (
        _money(form, before, found),
        _posts(form, before, found, catalogue or Catalogue()),
    ):
        if fault is not None:
            return fault
    quotas = [
        one
        for place, quota in enumerate(constraints.get("quotas", ()))
        if (one := _quota(quota, place in form.dropped)) is not None
    ]
    _put(found, "quotas", quotas)
    if found == dict(constraints):
        return text("pages.scenario.fault.nothing")
    return found


def _seats(
    line: str, before: Mapping[str, int], sessions: Mapping[str, Mapping[str, Any]]
) -> dict[str, int] | Text:
    """Return the seats of the session that a line names."""
    read = _SEATS.fullmatch(line)
    if read is None:
        return text("pages.scenario.fault.line", line=line[:80])
    code, count = read["code"], int(read["count"])
    if code not in sessions:
        return text("pages.scenario.fault.session", code=code[:80])
    now = before.get(code, sessions[code].get("seats"))
    if read["set"] != "+" and not read["less"]:
        return {code: count}
    if now is None:
        return text("pages.scenario.fault.uncounted", code=code)
    return {code: now + count if read["set"] else max(0, now - count)}


def _money(form: ScenarioForm, before: ScenarioForm, found: dict[str, Any]) -> Text | None:
    """Put sums into constraints: one for everything, or those of single budgets."""
    if form.money != before.money:
        whole = budget_view(form.money)
        if form.money and whole.rupiah is None:
            return text("pages.scenario.fault.amount", line=form.money)
        _put(found, "money", whole.rupiah)
        if whole.rupiah is not None:
            found.pop("budgets", None)
    was, budgets = dict(before.budgets), dict(found.get("budgets", {}))
    for code, typed in form.budgets:
        if code not in was or typed == was[code]:
            continue
        amount = budget_view(typed).rupiah
        if amount is None:
            return text("pages.scenario.fault.amount", line=typed)
        if "money" in found:
            return text("pages.scenario.fault.one_account")
        # Budgets that pay for the same are one sum: the first of them stands for all.
        first, *rest = code.split("|")
        budgets |= {first: amount, **dict.fromkeys(rest, 0)}
    _put(found, "budgets", budgets if "money" not in found else {})
    return None


def _posts(
    form: ScenarioForm, before: ScenarioForm, found: dict[str, Any], catalogue: Catalogue
) -> Text | None:
    """Put into constraints what only filling vacant posts knows."""
    if form.leaving != before.leaving:
        asked = form.leaving.wishes()
        if isinstance(asked, Text):
            return asked
        for name in ("leaving", "ready"):
            _put(found, name, asked.get(name))
    if form.post != before.post:
        new = form.post.wish(catalogue.jobs, catalogue.units)
        if isinstance(new, Text):
            return new
        found["posts"] = [*found.get("posts", ()), new]
    return None


def _quota(quota: Mapping[str, Any], dropped: bool) -> dict[str, Any] | None:
    """Return a quota, perhaps without its floor; ``None`` where nothing is left of it."""
    if not dropped:
        return dict(quota)
    left = {name: value for name, value in quota.items() if name != "min"}
    return left if left.get("max") is not None else None


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    """State something, or leave it out where it asks for nothing."""
    if value is None or value == [] or value == {}:
        found.pop(name, None)
    else:
        found[name] = value


def target_of(typed: str) -> float | Text | None:
    """Return a target of JP as it was typed, none for nothing, or what is wrong with it."""
    if not typed:
        return None
    digits = typed.replace(",", ".")
    if not digits.replace(".", "", 1).isdecimal():
        return text("pages.scenario.fault.jp")
    return float(digits)


def _lines(typed: str) -> list[str]:
    return [one.strip() for one in re.split(r"[\n;]", typed) if one.strip()]


def _parts(typed: str) -> list[str]:
    return [one.strip() for one in re.split(r"[\n,;]", typed) if one.strip()]


def _plain(value: Any) -> str:
    return "" if value is None else f"{float(value):g}".replace(".", ",")


def _rupiah(amount: int) -> str:
    return "Rp" + decimal(amount, "#,##0", "id")
