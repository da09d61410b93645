"""Person tables about learning: what was taken, and the levels that assessments saw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from training_data.synthetic import content
from training_data.synthetic.arrow import blank, same, table, words
from training_data.synthetic.catalogue import trainings
from training_data.synthetic.draws import Floats, Integers
from training_data.synthetic.lives import COMPLETED, REGISTERED, YEARS, Lives
from training_data.synthetic.people import Days, Flags
from training_data.synthetic.posts import posts
from training_data.synthetic.standards import core_columns

SOURCES = ("assessment_centre", "cact", "supervisor", "certificate", "self")
STATUS = ("completed", "registered", "withdrawn", "failed")
_ERROR = np.array([0.22, 0.3, 0.42, 0.35, 0.6])
_LENIENT = np.array([0.0, -0.05, 0.25, 0.1, 0.5])
_GRAIN = np.array([0.25, 0.25, 0.5, 1.0, 1.0])


class Evidence:
    """Makes the tables of one shard of people that follow from their lives."""

    def __init__(self, lives: Lives, past_sessions: dict[int, tuple[str, Any, Any]]) -> None:
        self.lives = lives
        self.people = lives.people
        self.draws = self.people.draws
        self.ids = pa.array(self.people.ids)
        self.codes = [training.code for training in trainings()]
        self.past = past_sessions
        self._attend()

    def of(self, rows: Any) -> pa.Array:
        """Return the employee_id of some rows of ``people``."""
        return self.ids.take(pa.array(rows))

    def _attend(self) -> None:
        """Trainings finished within the last year were mostly taken in a dated session."""
        taken = self.lives.taken
        starts = np.full(len(self.codes), np.datetime64("NaT"), dtype="datetime64[D]")
        ends = starts.copy()
        names = np.full(len(self.codes), -1, dtype=np.int64)
        self.session_codes = [code for code, _, _ in self.past.values()]
        for number, (place, (_, start, end)) in enumerate(self.past.items()):
            starts[place], ends[place] = start, end
            names[place] = number
        year_ago = self.people.frame.today - np.timedelta64(330, "D")
        end = ends[taken.training]
        fits = (taken.day >= year_ago) & ~np.isnat(end) & (taken.status == COMPLETED)
        fits &= starts[taken.training] > self.people.appointed[taken.person]
        fits = _in_order(taken.person, taken.day, end, fits)
        self.day = np.where(fits, end, taken.day)
        self.session = np.where(fits, names[taken.training], -1)
        length = np.maximum(self.lives.catalogue.hours[taken.training] / 8, 1)
        started = self.day - np.floor(length * 1.3 - 1).astype("timedelta64[D]")
        self.started = np.where(fits, starts[taken.training], started)

    def training_history(self) -> pa.Table:
        """Return what people took, with the gaps of real records, and structural courses."""
        taken, every = self.lives.taken, trainings()
        row = np.arange(len(taken.person))
        order = row - np.searchsorted(taken.person, taken.person)
        turn = self.draws.grid("record", 64)[taken.person, np.minimum(order, 63)]
        second = self.draws.grid("record two", 64)[taken.person, np.minimum(order, 63)]
        done = taken.status == COMPLETED
        bare = (turn < 0.05) & done
        undated = (turn > 0.97) & done & (self.lives.catalogue.repeat[taken.training] == 0)
        effect = self.lives.catalogue.effect[taken.training]
        score = np.clip(70 + 10 * self.people.ability[taken.person] * 0.5 + 14 * second, 55, 99)
        rating = np.clip(np.round(3.2 + 1.0 * second + 0.4 * effect), 1, 5)
        no_score = ~done | (second < 0.35)
        number = [
            f"{code}/{day[:4]}/{place:05d}"
            for code, day, place in zip(
                np.array(self.codes)[taken.training].tolist(), self.day.astype(str).tolist(),
                (turn * 99_999).astype(int).tolist(), strict=True,
            )
        ]  # fmt: skip
        columns = {
            "employee_id": self.of(taken.person),
            "training_code": blank(words(self.codes, taken.training), bare),
            "title": blank(words([_untidy(t.title) for t in every], taken.training), ~bare),
            "completed_on": blank(self.day, undated | (taken.status == REGISTERED)),
            "started_on": blank(self.started, undated),
            "status": words(STATUS, taken.status),
            "hours": blank(self.lives.catalogue.hours[taken.training].astype(float), ~done),
            "score": blank(score.round(1), no_score),
            "rating": blank(rating, ~done | (turn < 0.4)),
            "form": words([t.form for t in every], taken.training),
            "provider": words([t.provider for t in every], taken.training),
            "certificate_no": blank(pa.array(number), ~done | (turn < 0.12)),
            "certificate_date": blank(self.day, ~done | undated | (turn < 0.12)),
            "fund_source": words(("APBD", "Mandiri", "Hibah"), np.digitize(second, (0.8, 0.95))),
            "verified": blank(turn > 0.2, ~done),
        }
        stays = one_a_day(taken.person, taken.training, self.day, done)
        taken_rows = table("training_history", columns).filter(pa.array(stays))
        return pa.concat_tables([taken_rows, self._courses()])

    def _courses(self) -> pa.Table:
        """Return structural and earlier courses; some old ones have an old name and no code."""
        passed, every = self.lives.courses, trainings()
        titled = passed.title != ""
        return table(
            "training_history",
            {
                "employee_id": self.of(passed.person),
                "training_code": blank(words(self.codes, passed.training), titled),
                "title": blank(
                    pa.array([_untidy(text) for text in passed.title.tolist()], type=pa.string()),
                    ~titled,
                ),
                "completed_on": passed.day,
                "started_on": passed.day - np.timedelta64(75, "D"),
                "status": same("completed", passed.day),
                "hours": blank(self.lives.catalogue.hours[passed.training].astype(float), titled),
                "form": words([t.form for t in every], passed.training),
                "provider": words([t.provider for t in every], passed.training),
                "verified": np.ones(len(passed.day), dtype=bool),
            },
        )

    def competency_scores(self) -> pa.Table:
        """Return assessed levels: by centre or computer, by superiors, by certificate, by oneself.

        About one in seven was never assessed; a panel is assessed every year, so that what
        trainings do can be estimated from levels before and after.
        """
        parts = []
        turn = self.draws.uniform("assessed")
        panel = (turn > 0.1) & (turn < 0.24)
        leads = self.people.frame.attributes.managerial[self.people.post]
        only_self = (turn > 0.93) & ~panel & ~leads
        # The last one was in a year of its own, more often a late one; the one before it is
        # three years older. Those assessed long ago wait for the next.
        last = np.floor(YEARS * self.draws.grid("assessment", 2) ** 0.6).astype(np.int64)
        once = self.draws.grid("before", 2)
        for year in range(YEARS):
            begun = (self.lives.posts[year] >= 0) & (turn > 0.1)
            due = (last == year) | ((last - 3 == year) & (once < 0.7))
            full = begun & ~only_self & (panel | (due[:, 0] & (once[:, 0] < 0.85)))
            parts.append(self._nine(year, np.flatnonzero(full)))
            partly = begun & ~only_self & (panel | due[:, 1])
            parts.append(self._technical(year, np.flatnonzero(partly), 2))
            own = begun & only_self & due[:, 0]
            parts.append(self._technical(year, np.flatnonzero(own), 4))
        parts.append(self._certified())
        return pa.concat_tables(parts)

    def _assessed_on(self, year: int, rows: Integers, name: str) -> Days:
        end = self.lives.begin(year) + np.timedelta64(330, "D")
        return end + np.floor(34 * self.draws.of(rows).uniform(name)).astype("timedelta64[D]")

    def _seen(self, year: int, rows: Integers, skill: Integers, source: Integers) -> Floats:
        """Return what an assessment of the given source sees of the true level."""
        true = self.lives.levels[year + 1][rows, skill].astype(float)
        noise = np.empty(len(rows))
        for kind in np.unique(source):
            here = source == kind
            name = f"seen {year} {kind}"
            noise[here] = self.draws.normals_at(name, rows[here], skill[here])
        seen = true + _LENIENT[source] + _ERROR[source] * noise
        grain = _GRAIN[source]
        return np.asarray(np.clip(np.round(seen / grain) * grain, 0.0, 5.0) + 0.0)

    def _rows(
        self, year: int, rows: Integers, skill: Integers, source: Integers, day: Days
    ) -> pa.Table:
        return table(
            "competency_scores",
            {
                "employee_id": self.of(rows),
                "competency_code": words([s.code for s in content.skills()], skill),
                "assessed_on": day,
                "source": words(SOURCES, source),
                "level": self._seen(year, rows, skill, source),
            },
        )

    def _nine(self, year: int, people: Integers) -> pa.Table:
        leads = np.array([post.managerial for post in posts()])[self.lives.posts[year, people]]
        source = np.where(leads, 0, 1)
        day = self._assessed_on(year, people, f"day {year}")
        count = 9
        rows = np.repeat(people, count)
        skill = np.tile(np.arange(count), len(people))
        # A report now and then lacks a competency.
        whole = self.draws.of(people).grid(f"whole {year}", count).ravel() > 0.015
        return self._rows(
            year, rows[whole], skill[whole], np.repeat(source, count)[whole],
            np.repeat(day, count)[whole],
        )  # fmt: skip

    def _technical(self, year: int, people: Integers, source: int) -> pa.Table:
        core = core_columns()[self.lives.posts[year, people]].astype(np.int64)
        if source == 4:
            core = np.concatenate([np.tile(np.arange(9), (len(people), 1)), core], axis=1)
        day = self._assessed_on(year, people, f"technical {year}")
        place, column = np.nonzero(core >= 0)
        skill = core[place, column]
        kinds = np.full(len(place), source)
        return self._rows(year, people[place], skill, kinds, day[place])

    def _certified(self) -> pa.Table:
        """Certified courses leave a level on paper, on the day they end."""
        taken = self.lives.taken
        known = self.lives.catalogue
        here = np.flatnonzero((taken.status == COMPLETED) & (known.repeat[taken.training] > 0))
        begin = self.lives.begin(0)
        year = ((self.day[here] - begin).astype(float) / 365.25).astype(int)
        year = np.clip(year, 0, YEARS - 1)
        parts = []
        for number in range(YEARS):
            chosen = here[year == number]
            rows = taken.person[chosen]
            skill = known.skill[taken.training[chosen], 0].astype(np.int64)
            key = rows * 1000 + skill
            _, single = np.unique(key, return_index=True)
            parts.append(
                self._rows(number, rows[single], skill[single], np.full(len(single), 3),
                           self.day[chosen][single])
            )  # fmt: skip
        return pa.concat_tables(parts)


def _in_order(person: Integers, day: Days, other: Days, wish: Flags) -> Flags:
    """Return which rows may take the other day without changing the order within a person."""
    same_person = person[1:] == person[:-1]
    kept = wish
    while True:
        days = np.where(kept, other, day)
        wrong = np.flatnonzero(same_person & (days[1:] < days[:-1]))
        if not len(wrong):
            return kept
        kept = kept.copy()
        kept[wrong] = kept[wrong + 1] = False


def _untidy(title: str) -> str:
    """Return a title as hand-typed records have it."""
    short = title.replace("Pelatihan", "Diklat").replace("Bimbingan Teknis", "Bimtek")
    return short.replace("Tingkat Dasar", "Tk. Dasar").replace("Tingkat", "Tk.").upper()


def one_a_day(
    person: np.ndarray, training: np.ndarray, day: np.ndarray, completed: np.ndarray
) -> np.ndarray:
    """Return which rows stay: one per person, training and day, a completed one first."""
    order = np.lexsort((~completed, day, training, person))
    key = np.stack([person[order], training[order], day[order].astype(np.int64)])
    stays = np.ones(len(order), bool)
    stays[order[1:]] = (key[:, 1:] != key[:, :-1]).any(axis=0)
    return stays
