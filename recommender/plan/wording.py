"""Words of the plan: the seven fields of PP 11/2017 art. 207, reasons and differences.

In: a catalogue row and what it does for a person. Out: sentences of the one catalogue of words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from recommender.plan.layout import Option
from recommender.plan.offers import Offers, Session
from recommender.plan.results import LevelChange
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.messages import Text, text

NAMED = 3
"""So many competencies or titles are named in one sentence."""


class Wording:
    """Words about trainings of one catalogue."""

    def __init__(self, snapshot: Snapshot, offers: Offers) -> None:
        self.snapshot, self.offers = snapshot, offers

    @cached_property
    def _rows(self) -> list[dict[str, Any]]:
        names = ["form", "path", "method", "provider", "provider_kind", "curriculum",
                 "accreditation"]  # fmt: skip
        rows: list[dict[str, Any]] = (
            self.snapshot.dataset.table("trainings").select(names).to_pylist()
        )
        return rows

    def competencies(self, training: int, changes: Sequence[LevelChange]) -> Text:
        """Name the kind and the competencies a training develops for the person."""
        found = [(c.group, c.name) for c in changes]
        if not found:
            names, groups = self.snapshot.competency_names, self.snapshot.competency_groups
            found = [(groups[c], names[c]) for c, _, _ in self.offers.outcomes[training]]
        if not found:
            return text("plan.field.competency_none")
        kinds = list(dict.fromkeys(group for group, _ in found))
        return _joined(
            [
                text(
                    "plan.field.competency",
                    group=reference.label("group", group),
                    names=", ".join([n for g, n in found if g == group][:NAMED]),
                )
                for group in kinds
            ]
        )

    def target(self, changes: Sequence[LevelChange]) -> Text:
        """Say from which level to which."""
        if not changes:
            return text("plan.field.target_hours")
        return _joined(
            [
                text("plan.field.target", name=c.name, before=c.before, after=c.after)
                for c in changes[:NAMED]
            ]
        )

    def form_and_path(self, training: int) -> Text:
        """Name form, path and method, as far as the catalogue says them."""
        row = self._rows[training]
        parts = []
        if row["form"] is not None:
            parts.append(reference.label("form", row["form"]))
        if row["path"] is not None:
            parts.append(reference.label("training_path", row["path"]))
        if row["method"] is not None:
            parts.append(Text(row["method"], row["method"]))
        return _joined(parts) if parts else text("plan.field.unstated")

    def provider(self, training: int) -> Text:
        """Name who runs it, and whether that is government, a company or a community."""
        row = self._rows[training]
        if row["provider"] is None:
            return text("plan.field.unstated")
        if row["provider_kind"] is None:
            return Text(row["provider"], row["provider"])
        kind = reference.label("provider_kind", row["provider_kind"])
        return text("plan.field.provider", provider=row["provider"], kind=kind)

    def schedule(self, option: Option, month: int, year: int) -> Text:
        """Name batch and dates, or the month an undated course is best placed in."""
        if option.session is None:
            return text("plan.field.undated", month=date(year, month, 1))
        return when(option.session)

    def curriculum(self, training: int) -> Text:
        """Say what the catalogue says of the standard curriculum and of accreditation."""
        row = self._rows[training]
        stated = [str(row[n]) for n in ("curriculum", "accreditation") if row[n] is not None]
        return Text("; ".join(stated), "; ".join(stated)) if stated else text("plan.field.unstated")

    def budget(self, training: int) -> Text:
        """Name the price of a seat."""
        if not self.offers.cost_known[training]:
            return text("plan.field.unstated")
        cost = int(self.offers.cost[training])
        return text("plan.field.free") if cost == 0 else text("plan.field.cost", cost=cost)

    def closes(self, change: LevelChange, post: str) -> Text:
        """Say which gap a course closes, on the present or the next post."""
        required = change.now if post == "now" else change.next
        code = f"plan.reason.closes_{post}"
        return text(
            code if change.before == change.today else f"{code}_later",
            competency=change.name,
            level=change.before,
            required=required or 0.0,
            reached=change.after,
        )

    def titles(self, trainings: Sequence[int]) -> Text:
        """Return titles in one line."""
        named = ", ".join(self.snapshot.trainings.titles[t] for t in trainings[:NAMED])
        return Text(named, named)

    def alternative(self, ours: Sequence[LevelChange], theirs: Sequence[LevelChange]) -> Text:
        """Say what another course would do in the place of the planned one."""
        if not theirs:
            return text("plan.alternative.hours")
        wanted = {c.competency_code for c in ours}
        shared = [c for c in theirs if c.competency_code in wanted] or list(theirs)
        aims = _joined(
            [
                text("plan.field.target", name=c.name, before=c.before, after=c.after)
                for c in shared[:NAMED]
            ]
        )
        return text("plan.alternative.levels", aims=aims)


def when(session: Session) -> Text:
    """Return batch and dates of a session: "Angkatan I, 25–28 Januari 2027"."""
    begin, end = session.begin, session.end
    if begin == end:
        dates = text("plan.dates.day", day=begin)
    elif (begin.year, begin.month) == (end.year, end.month):
        dates = text("plan.dates.month", first=begin.day, end=end)
    else:
        dates = text("plan.dates.span", begin=begin, end=end)
    if session.batch is None:
        return dates
    return text("plan.dates.batch", batch=session.batch, dates=dates)


def _joined(parts: Sequence[Text]) -> Text:
    return Text("; ".join(p.id for p in parts), "; ".join(p.en for p in parts))
