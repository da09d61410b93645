"""Peta suksesi: key posts with depth and risk, and behind them the people who could follow.

In: an engine, a reader's recorder and a scope. Out: the tables of two confidential sheets. People
stand by readiness and, within it, by rank seniority, never by a score; one name alone never stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from recommender.engine import Engine
from recommender.pipeline import Progress
from recommender.reports.akpk import known_words
from recommender.reports.nominees import AT_LEAST, AT_MOST
from recommender.reports.panel import Panel, has_rule_name, plain, rule_name, since
from recommender.reports.records import Recorder
from recommender.reports.tables import Cell, Table, column, joined
from recommender.results import Check
from recommender.succession.choosing import SHORT, WAITING
from recommender.succession.limits import GROUPS, Limits
from recommender.succession.outlook import RISKS, Outlook, succession
from recommender.succession.posts import KeyPost, key_posts
from recommender.succession.readiness import PLAN, Standing
from training_data.messages import Text, text

POSTS = (
    column("job", width=34),
    column("unit", width=32),
    column("heads_unit", width=10),
    column("held", width=16),
    column("ready_now", "whole", 9),
    column("ready_year", "whole", 11),
    column("ready_two_years", "whole", 11),
    column("ready_unassessed", "whole", 11),
    column("risk", width=10),
    column("risk_reasons", width=60),
)

PEOPLE = (
    column("job", width=28),
    column("unit", width=26),
    column("readiness", width=18),
    column("ready_on", "day", 15),
    column("who", width=30),
    column("grade_since", width=20),
    column("job_since", width=22),
    column("group", width=20),
    column("to_do", width=34),
    column("ratings", width=16),
    column("box", width=15),
    column("record", width=16),
    column("retirement", width=15),
    column("remark", width=22),
    column("deliberation", width=18),
)


class Succession:
    """The succession of one scope, for one reader.

    Parameters:
        unit: key posts of this unit and those below it; of the whole agency by default.
        employees: among whom; everybody by default.
    """

    def __init__(
        self,
        engine: Engine,
        recorder: Recorder,
        unit: str | None = None,
        employees: Sequence[str] | None = None,
        progress: Progress | None = None,
        workers: int = 1,
    ) -> None:
        self.engine, self.recorder = engine, recorder
        self.sight, self.offices = recorder.sight, recorder.offices
        self.panel = Panel(engine, recorder.sight)
        self.limits = Limits.of(engine.rules)
        posts = [p for p in key_posts(engine.snapshot) if self.offices.holds(unit, p.unit)]
        found = succession(engine, posts, employees, progress, workers)
        self.outlooks = tuple(sorted(found, key=self._order))

    def posts(self) -> Table:
        """Return the key posts with depth, risk and reasons."""
        notes = [
            text("report.suksesi.note.risk", months=self.limits.soon),
            text(
                "report.suksesi.note.limits",
                near=self.limits.months["year"],
                far=self.limits.months["two_years"],
                enough=self.limits.enough,
            ),
            text("report.suksesi.note.depth", waiting=WAITING, short=SHORT),
            text("report.suksesi.note.expected"),
            *self._unverified(),
            text("report.note.material"),
        ]
        return Table.numbered(POSTS, [self._post(one) for one in self.outlooks], notes=notes)

    def people(self) -> Table:
        """Return the people by post, readiness and rank seniority."""
        rows = [self._person(one, s) for one in self.outlooks for s in self.named(one)]
        notes = (
            text("report.suksesi.note.order", most=AT_MOST),
            text("report.note.seniority"),
            text("report.suksesi.note.single"),
            text("report.suksesi.note.few"),
            text("report.suksesi.note.expected"),
            text("report.note.material"),
        )
        return Table.numbered(PEOPLE, rows, notes=notes)

    def named(self, one: Outlook) -> list[Standing]:
        """Return who is named for a post: nobody where it would be one person alone.

        Where fewer than three are ready within two years, others the post suits best stand with
        them, so that there are three wherever three can be found.
        """
        found = [s for group in GROUPS for s in one.people[group]][:AT_MOST]
        others = [*one.people["later"], *one.people["unassessed"]]
        found += others[: max(0, AT_LEAST - len(found))]
        if len(found) < 2:
            return []
        places = (*GROUPS, "later", "unassessed")
        return sorted(found, key=lambda s: (places.index(s.group), self.panel.seniority(s.row)))

    def _order(self, one: Outlook) -> tuple[object, ...]:
        """Return the order of posts: rank of the post, PD and unit; risk where it may be read."""
        post = one.post
        risk = RISKS.index(one.risk) if self.sight.service_left else 0
        office = self.offices.name(self.offices.pd_of(post.unit)).id
        return risk, post.rank, office, self.offices.name(post.unit).id, post.title, post.job

    def _post(self, one: Outlook) -> tuple[Cell, ...]:
        post, hidden = one.post, text("report.hidden")
        seen = self.sight.service_left
        return (
            post.title,
            self.offices.name(post.unit),
            text("report.suksesi.yes" if post.heads else "report.suksesi.no"),
            _held(post),
            *(one.depth[group] for group in GROUPS),
            one.unassessed,
            text(f"succession.risk.{one.risk}") if seen else hidden,
            joined(one.reasons, " ") if seen else hidden,
        )

    def _person(self, one: Outlook, standing: Standing) -> tuple[Cell, ...]:
        people, row = self.engine.snapshot.people, standing.row
        holder = self.recorder.holder(people.index.codes[row])
        checks = self.engine.eligibility.checks("role", row, standing.job)
        return (
            one.post.title,
            self.offices.name(one.post.unit),
            text(f"succession.group.{standing.group}"),
            standing.ready_on,
            holder.label,
            since(known_words(holder.grade, "grade"), people.grade_since[row]),
            since(known_words(holder.job_title, "job"), people.job_since[row]),
            self.offices.name(self.offices.pd_of(holder.unit_code)),
            self._to_do(standing),
            self.panel.ratings(row),
            self.panel.box(row),
            self.panel.record(checks),
            self.panel.retirement(row),
            self._to_verify(checks),
            None,
        )

    def _to_do(self, one: Standing) -> Text:
        """Say what is still to be prepared; what the reader may not know only in general words."""
        said = [
            step if self.panel.shows(rule) else text("succession.rule_open")
            for rule, step in one.rules
        ]
        if one.group == "unassessed" and not one.unknown:
            said.append(text("succession.no_standard"))
        if not self.sight.levels:
            if one.unknown:
                said.append(text("succession.assess_some"))
            if one.gaps:
                said.append(text("succession.developing"))
            return joined(said) if said else text("succession.nothing_left")
        for step in one.steps:
            day = step.ends_on
            said.append(
                plain(step.title)
                if day is None
                else text("succession.course", title=step.title, day=day)
            )
        if one.unknown:
            said.append(text("succession.assess", names=", ".join(one.unknown)))
        if one.gaps and not one.steps:
            said.append(text("succession.gaps", names=", ".join(one.gaps)))
        return joined(said) if said else text("succession.nothing_left")

    def _to_verify(self, checks: Sequence[Check]) -> Text | None:
        asked = [c for c in checks if c.outcome == "perlu_verifikasi"]
        names = self.panel.unsure(asked)
        return text("succession.verify", names=joined(names, ", ")) if names else None

    def _unverified(self) -> tuple[Text, ...]:
        """Name the rules in use that nobody has verified; confidential ones have no name."""
        gates = self.engine.eligibility.role.gates
        marks = {gate.id: gate.rule.mark for gate in gates if not gate.confidential}
        named = [rule_name(r) for r, m in sorted(marks.items()) if m == "R" and has_rule_name(r)]
        if self.engine.rules.rule(PLAN).mark == "R":
            named.append(text("succession.readiness_rule"))
        if self.limits.unverified:
            named.append(text("succession.limits_rule"))
        if not named:
            return ()
        return (text("report.suksesi.note.unverified", names=joined(named, ", ")),)


def _held(post: KeyPost) -> Text:
    """Say whether a post is held, vacant or held by somebody who acts."""
    if post.acting or post.stand_in:
        return text("succession.acting")
    return text("succession.vacant" if post.vacant else "succession.held")
