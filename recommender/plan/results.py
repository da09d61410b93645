"""What a year plan says: rows in the order of the year, totals, and what stays open and why.

The JSON shape is the contract's ``{year, rows, totals, remaining_gaps}``; rupiah are whole
numbers, JP and levels numbers, and what is not known is null.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from recommender.plain import Plain
from recommender.results import Outcome
from training_data.messages import Text, text


@dataclass(frozen=True)
class LevelChange(Plain):
    """What one course does to one competency.

    Attributes:
        before, after: expected level, 0 … max_level; ``today`` as assessed.
        now, next: what the present and the next post ask; null where they do not.
        closes_now, closes_next: levels of either gap that are closed by it and by no course
            before it.
    """

    competency_code: str
    name: str
    group: str
    today: float
    before: float
    after: float
    now: float | None
    next: float | None
    closes_now: float
    closes_next: float


@dataclass(frozen=True)
class Figures(Plain):
    """Figures at one moment of the plan; null where not known or not measured.

    Attributes:
        jp: learning hours of the year.
        ip_asn: points of IP ASN; null where not measured or not wholly known.
        ip_asn_gained: points that the plan has added so far.
        jpm_now, jpm_next: job person match on the present and on the next post, percent.
    """

    jp: float
    ip_asn: float | None
    ip_asn_gained: float
    jpm_now: float | None
    jpm_next: float | None


@dataclass(frozen=True)
class Fields(Plain):
    """The seven fields of PP 11/2017 art. 207, as the officer reads them."""

    competency: Text
    target: Text
    form_and_path: Text
    provider: Text
    schedule: Text
    curriculum: Text
    budget: Text

    def as_json(self) -> dict[str, Any]:
        """Return the fields under the names of the packs (``development.plan_fields``)."""
        return {
            "jenis_kompetensi": self.competency.as_dict(),
            "target": self.target.as_dict(),
            "jenis_dan_jalur": self.form_and_path.as_dict(),
            "penyelenggara": self.provider.as_dict(),
            "jadwal": self.schedule.as_dict(),
            "kesesuaian_kurikulum": self.curriculum.as_dict(),
            "anggaran": self.budget.as_dict(),
        }


@dataclass(frozen=True)
class Alternative(Plain):
    """Another course that could stand in a row's place, and what that would change.

    Attributes:
        loss: points of the objective that the plan would lose.
    """

    item_code: str
    title: str
    session_code: str | None
    starts_on: date | None
    ends_on: date | None
    jp: float | None
    cost: int | None
    loss: float
    text: Text


@dataclass(frozen=True)
class Row(Plain):
    """One course of the plan.

    Attributes:
        month: 1 … 12, where it is best placed if it has no date.
        committed: the person is registered or called up for it: it stands in every plan.
        mix: 70, 20 or 10; null where neither catalogue nor form says.
        eligibility: what the rules say of it today; prerequisites within the plan count as met.
        before, after: the figures around it.
        reasons: why it stands in the plan; ``onward`` are those that speak of the next post.
        notes: what has to be verified or settled.
        openly: ``eligibility`` without what is confidential.
    """

    number: int
    item_code: str
    title: str
    session_code: str | None
    starts_on: date | None
    ends_on: date | None
    month: int
    committed: bool
    eligibility: Outcome
    fields: Fields
    jp: float | None
    cost: int | None
    mix: str | None
    changes: tuple[LevelChange, ...]
    before: Figures
    after: Figures
    reasons: tuple[Text, ...]
    notes: tuple[Text, ...]
    alternatives: tuple[Alternative, ...]
    onward: tuple[Text, ...] = ()
    openly: Outcome = "lolos"

    def as_json(self) -> dict[str, Any]:
        """Return the contract's row."""
        row = super().as_json()
        del row["onward"], row["openly"]  # for some readers only: no part of the contract
        return row


@dataclass(frozen=True)
class Totals(Plain):
    """The plan as a whole.

    Attributes:
        jp: hours planned; ``jp_before`` recorded this year already.
        jp_target: hours asked for in a year; null where none are.
        cost: rupiah of the rows whose price is known; ``cost_unknown`` rows have none.
        jp_by_mix: planned hours in the classes 70, 20 and 10.
        jp_by_month: planned hours by month, undated courses in the month they are placed in.
        gap_now, gap_next: weighted levels missing before and after, on either post.
        start, end: the figures before the first and after the last row.
    """

    courses: int
    jp: float
    jp_before: float
    jp_target: float | None
    cost: int
    cost_unknown: int
    budget: int | None
    jp_by_mix: dict[str, float]
    jp_by_month: tuple[float, ...]
    gaps_now: tuple[int, int]
    gaps_next: tuple[int, int]
    start: Figures
    end: Figures

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        pairs = {
            name: dict(zip(("before", "after"), getattr(self, name), strict=True))
            for name in ("gaps_now", "gaps_next")
        }
        return {**super().as_json(), **pairs}


@dataclass(frozen=True)
class Remaining(Plain):
    """A gap that the plan does not close, and why.

    Attributes:
        post: "now" or "next".
        level: expected at the end of the year; null where it was never assessed.
        gap: levels still missing; null where unknown.
        code: what stands in the way, such as ``no_course``.
        courses: codes of the courses that would raise it, best first, where there are any.
    """

    competency_code: str
    name: str
    group: str
    post: str
    required: float
    level: float | None
    gap: float | None
    importance: int
    code: str
    text: Text
    courses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proof(Plain):
    """How the plan was found.

    Attributes:
        considered: courses that could help and are possible.
        pruned: left out because enough courses are at least as good in every way.
        cut: left out, those of least use first, because only so many are compared.
        exact: no better plan exists among the courses compared.
        value: points of the objective; ``bound`` no plan is worth more.
    """

    considered: int
    pruned: int
    cut: int
    exact: bool
    value: float
    bound: float


@dataclass(frozen=True)
class Plan(Plain):
    """One person's year.

    Attributes:
        as_of: the day on which it was made.
        now, next: titles of the posts it prepares for; null with a reason in ``notes``.
        notes: what holds for the plan as a whole; ``onward`` are those on the next post.
    """

    year: int
    as_of: date
    now: str | None
    next: str | None
    rows: tuple[Row, ...]
    totals: Totals
    remaining: tuple[Remaining, ...]
    notes: tuple[Text, ...]
    proof: Proof
    onward: tuple[Text, ...] = ()

    def without_confidential(self) -> Plan:
        """Return the plan for those who may not learn of discipline, a part of IP ASN.

        What the plan adds remains; the total, from which a measure could be told, does not.
        """
        rows = tuple(
            replace(r, before=_hidden(r.before), after=_hidden(r.after)) for r in self.rows
        )
        totals = replace(
            self.totals, start=_hidden(self.totals.start), end=_hidden(self.totals.end)
        )
        return replace(self, rows=rows, totals=totals)

    def without_verdict(self) -> Plan:
        """Return the plan for those who do not even read that something needs confirmation.

        A rule that may not be spoken of leaves a row as the other rules leave it; a gap that it
        keeps open is open without a word of why.
        """
        secret, plain = text("plan.note.confidential"), text("plan.open.unsaid")
        rows = tuple(
            replace(row, eligibility=row.openly, notes=tuple(n for n in row.notes if n != secret))
            for row in self.rows
        )
        remaining = tuple(replace(r, text=plain) if r.text == secret else r for r in self.remaining)
        notes = tuple(note for note in self.notes if note != secret)
        return replace(self, rows=rows, remaining=remaining, notes=notes)

    def present_only(self) -> Plan:
        """Return the plan for those who do not learn which post a person prepares for.

        What a course does for the present post, for the hours and for IP ASN remains.
        """
        plain = (text("plan.reason.relevant"),)
        rows = tuple(
            replace(
                row,
                changes=tuple(replace(c, next=None, closes_next=0.0) for c in row.changes),
                before=replace(row.before, jpm_next=None),
                after=replace(row.after, jpm_next=None),
                reasons=tuple(r for r in row.reasons if r not in row.onward) or plain,
                onward=(),
            )
            for row in self.rows
        )
        totals = replace(
            self.totals,
            gaps_next=(0, 0),
            start=replace(self.totals.start, jpm_next=None),
            end=replace(self.totals.end, jpm_next=None),
        )
        return replace(
            self,
            next=None,
            rows=rows,
            totals=totals,
            remaining=tuple(r for r in self.remaining if r.post == "now"),
            notes=tuple(n for n in self.notes if n not in self.onward),
            onward=(),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the contract's plan."""
        plan = super().as_json()
        del plan["onward"]
        return {"remaining_gaps" if name == "remaining" else name: v for name, v in plan.items()}


def _hidden(figures: Figures) -> Figures:
    return replace(figures, ip_asn=None)
