"""Daftar nominatif calon: the people a post suits, as a confidential paper for a panel.

In: an engine and a post, perhaps of a vacancy. Out: a table by rank seniority, never by a score,
and behind it one page per person: the standard of the post against the levels. Of discipline
stands no more than whether BKD has to confirm something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from recommender.eligibility.dates import span
from recommender.eligibility.spells import MONTH
from recommender.engine import Engine
from recommender.errors import UnknownItem
from recommender.reports.akpk import known_words
from recommender.reports.panel import Panel, has_rule_name, plain, rule_name, since
from recommender.reports.records import Holder, Recorder
from recommender.reports.tables import (
    NARROW,
    Block,
    Cell,
    Facts,
    Table,
    column,
    joined,
    known,
)
from recommender.results import Item
from training_data import reference
from training_data.messages import Text, text

AT_MOST = 10
"""So many people are named, those whom the post suits best; their order is that of seniority."""
AT_LEAST = 3
"""So many names a list for a high post (JPT) has at least."""
HIGH = ("jpt_utama", "jpt_madya", "jpt_pratama")

PEOPLE = (
    column("who", width=34),
    column("grade_since", width=22),
    column("job_since", width=24),
    column("group", width=22),
    column("education_field", width=18),
    column("experience", width=17),
    column("required_courses", width=20),
    column("ratings", width=16),
    column("jpm", width=20),
    column("box", width=17),
    column("record", width=18),
    column("retirement", width=16),
    column("unmet", width=26),
    column("remark", width=18),
    column("deliberation", width=22),
)

STANDARD = (
    column("competency", width=34),
    column("kind", width=18),
    column("importance", width=14),
    column("required", "number", 11),
    column("level", "number", NARROW),
    column("gap", "number", 16),
    column("source", width=22),
    column("assessed_on", "day", 18),
    column("remark", width=46),
)


@dataclass(frozen=True)
class Post:
    """What people are wanted for.

    Attributes:
        job: code of the post; ``row`` its place among the posts.
        vacancy: code of the vacancy, where one is meant.
        unit: the unit of the vacancy, where it is recorded.
    """

    job: str
    row: int
    title: str
    tier: str | None
    vacancy: str | None = None
    unit: str | None = None

    @classmethod
    def of(cls, engine: Engine, code: str) -> Post:
        """Return what a code stands for: a vacancy, else a post.

        Raises:
            UnknownItem: it is neither.
        """
        jobs = engine.snapshot.jobs
        table = engine.snapshot.dataset.table("vacancies")
        rows = table.select(["vacancy_code", "job_code", "unit_code"]).to_pylist()
        vacant = next((row for row in rows if row["vacancy_code"] == code), None)
        job = code if vacant is None else vacant["job_code"]
        if job not in jobs.index.rows:
            raise UnknownItem("No vacancy and no post has this code.")
        row = jobs.index.rows[job]
        tier = int(jobs.tier[row])
        return cls(
            job,
            row,
            jobs.titles[row],
            reference.tiers()[tier].code if tier >= 0 else None,
            None if vacant is None else code,
            None if vacant is None else vacant["unit_code"],
        )

    @property
    def high(self) -> bool:
        """Whether it is a post of senior leaders (JPT)."""
        return self.tier in HIGH


@dataclass(frozen=True)
class Nominee:
    """One person of the list."""

    holder: Holder
    row: int
    item: Item


class Nominees:
    """The people a post suits.

    Parameters:
        employees: among whom; everybody by default.
    """

    def __init__(
        self,
        engine: Engine,
        recorder: Recorder,
        post: Post,
        employees: Sequence[str] | None = None,
    ) -> None:
        self.engine, self.recorder, self.post = engine, recorder, post
        self.sight, self.offices = recorder.sight, recorder.offices
        self.facts = engine.eligibility.facts
        self.panel = Panel(engine, self.sight)
        found = engine.candidates("role", post.job, AT_MOST, employees=employees)
        rows = engine.snapshot.people.index.rows
        nominees = [
            Nominee(recorder.holder(one.employee_id), rows[one.employee_id], one.item)
            for one in found
        ]
        self.people = tuple(sorted(nominees, key=lambda one: self.panel.seniority(one.row)))

    def table(self) -> Table:
        """Return the list."""
        return Table.numbered(PEOPLE, [self._row(one) for one in self.people], notes=self._notes())

    def pages(self) -> list[tuple[Text, tuple[Block, ...]]]:
        """Return a page per person with its name: who it is, and the standard beside the levels."""
        if not self.sight.levels:
            return []
        return [
            (plain(one.holder.name or one.holder.employee_id), self._page(one))
            for one in self.people
        ]

    def _row(self, one: Nominee) -> tuple[Cell, ...]:
        holder, people = one.holder, self.engine.snapshot.people
        return (
            holder.label,
            since(known_words(holder.grade, "grade"), people.grade_since[one.row]),
            since(known_words(holder.job_title, "job"), people.job_since[one.row]),
            self.offices.name(self.offices.pd_of(holder.unit_code)),
            holder.education or text("report.unknown.education"),
            self._experience(one.row),
            self._courses(one.row),
            self.panel.ratings(one.row),
            self._jpm(one) if self.sight.levels else text("report.hidden"),
            self.panel.box(one.row),
            self.panel.record(one.item.checks),
            self.panel.retirement(one.row),
            self._unmet(one.item),
            None,
            None,
        )

    def _experience(self, row: int) -> Text:
        """Return the time in posts of the same family or affair."""
        spells, jobs = self.facts.spells, self.engine.snapshot.jobs
        if not self.engine.snapshot.dataset.has("job_history") or not spells.recorded[row]:
            return text("report.unknown.career")
        family, affair = int(jobs.family[self.post.row]), int(jobs.affair[self.post.row])
        mine = spells.person == row
        related = (spells.family == family) & (family >= 0)
        related |= (spells.affair == affair) & (affair >= 0)
        return span(int(spells.units[mine & related].sum()) // MONTH)

    def _courses(self, row: int) -> Text:
        """Return the highest structural training, and what the post itself asks for."""
        facts = self.facts
        passed = int(facts.structural_passed[row])
        named = [t.name for t in reference.structural_trainings() if t.order == passed]
        found = named or [text("report.no_structural")]
        done = {t: bool(facts.has_completed(np.array([row], np.int64), t)[0]) for t in self._wanted}
        titles = self.engine.snapshot.trainings.titles
        found += [
            text(f"report.course.{'done' if met else 'open'}", title=titles[t])
            for t, met in done.items()
        ]
        return joined(found)

    @cached_property
    def _wanted(self) -> tuple[int, ...]:
        """Trainings of the catalogue that the standard of the post names."""
        table = self.engine.snapshot.dataset.table("job_conditions")
        index = self.engine.snapshot.trainings.index.rows
        rows = table.select(["job_code", "kind", "value"]).to_pylist()
        return tuple(
            index[row["value"]]
            for row in rows
            if row["job_code"] == self.post.job
            and row["kind"] == "training"
            and row["value"] in index
        )

    def _jpm(self, one: Nominee) -> Text:
        """Return the match with the post, its category, and until when the levels are valid."""
        maker = self.engine.figure_maker
        standard = self.engine.standard_of(one.holder.employee_id, self.post.job)
        figure = maker.jpm.of("jpm_next", one.row, standard, None)
        if figure.low is None or figure.high is None:
            return text("report.unknown.jpm")
        most = maker.formula.shown_max
        low, high = (round(min(v, most), 1) for v in (figure.low, figure.high))
        value = text("report.percent", value=low)
        if low != high:
            value = text("report.percent_between", low=low, high=high)
        # A scheme of two purposes gives a band each; the list is for filling a post.
        bands = [c.name for c in figure.categories if c.scheme == "selection"]
        until = maker.assessments.of(one.row).details["valid_until"]
        valid = text("report.unknown.valid")
        if until is not None:
            valid = text("report.valid_until", day=date.fromisoformat(until))
        return joined([value, joined(bands, " – "), valid])

    def _unmet(self, item: Item) -> Text:
        """Name what is not sure yet; what is confidential stands in a column of its own."""
        named = self.panel.unsure(item.checks)
        return joined(named) if named else text("report.no_unmet")

    def _notes(self) -> tuple[Text, ...]:
        notes = [text("report.note.seniority")]
        if self.post.high and len(self.people) < AT_LEAST:
            notes.insert(0, text("report.note.few_high", least=AT_LEAST))
        elif len(self.people) < AT_LEAST:
            notes.insert(0, text("report.note.few", least=AT_LEAST))
        if len(self.people) == AT_MOST:
            notes.append(text("report.note.most", most=AT_MOST))
        lacking = {line.split(":")[0] for line in self.engine.eligibility.role.not_checked}
        # A confidential rule has no name of its own; its column says that nothing is recorded.
        named = [rule_name(rule) for rule in sorted(lacking) if has_rule_name(rule)]
        if named:
            names = joined(named, ", ")
            notes.append(text("report.note.not_checked", names=names))
        notes.append(text("report.note.material"))
        return tuple(notes)

    def _page(self, one: Nominee) -> tuple[Block, ...]:
        holder = one.holder
        standard = self.engine.standard_of(holder.employee_id, self.post.job)
        rows: list[Sequence[Cell]] = []
        for gap in standard.rows if standard else ():
            remark = text("report.remark.stale") if gap.stale else None
            rows.append(
                (
                    gap.name,
                    reference.label("group", gap.group),
                    text(f"report.importance.{gap.importance}"),
                    gap.required,
                    known(gap.level, "assessed"),
                    known(gap.gap, "gap"),
                    reference.label("score_source", gap.source) if gap.source else None,
                    gap.assessed_on,
                    text("report.open.unknown") if gap.level is None else remark,
                )
            )
        unit = self.offices.name(holder.unit_code)
        identity: tuple[tuple[Text, Cell], ...] = (
            (text("report.col.name"), known_words(holder.name, "name")),
            (text("report.col.nip"), known_words(holder.nip, "nip")),
            (text("report.col.grade"), known_words(holder.grade, "grade")),
            (text("report.rpi.job"), known_words(holder.job_title, "job")),
            (text("report.col.unit"), unit),
            (text("report.col.education"), holder.education or text("report.unknown.education")),
            (text("report.col.jpm"), self._jpm(one)),
        )
        notes = () if rows else (text("report.no_standard"),)
        return (
            Facts(identity, text("report.rpi.identity")),
            Table.numbered(STANDARD, rows, title=text("report.calon.standard"), notes=notes),
        )
