"""Person tables about learning: history, assessments, certificates, nominations, answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from training_data.synthetic import content
from training_data.synthetic.arrow import blank, table, words
from training_data.synthetic.catalogue import trainings
from training_data.synthetic.draws import Floats, Integers
from training_data.synthetic.lives import (
    COMPLETED,
    REGISTERED,
    YEARS,
    Lives,
    mandatory_first_course,
)
from training_data.synthetic.people import CPNS, PNS, Days, Flags
from training_data.synthetic.posts import posts
from training_data.synthetic.standards import CLINICAL, PRACTICE, core_columns, skill_place

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

    def _of(self, rows: Any) -> pa.Array:
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
            "employee_id": self._of(taken.person),
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
        return pa.concat_tables([table("training_history", columns), self._structural()])

    def _structural(self) -> pa.Table:
        """Return the courses of the own tier and of earlier ones."""
        people = self.people
        rows, codes, days = [], [], []
        first = mandatory_first_course(people)
        high = people.education >= 2
        recent = people.appointed > np.datetime64("2014-01-01", "D")
        for code, group in (("LATSAR3", high), ("LATSAR2", ~high)):
            here = np.flatnonzero(first & group)
            rows.append(here)
            names = np.where(
                recent[here], code, f"Diklat Prajabatan Golongan {'III' if group is high else 'II'}"
            )  # noqa: E501
            codes += names.tolist()
            days.append(people.appointed[here] + np.timedelta64(240, "D"))
        steps = np.array([post.step.code for post in posts()])
        turn = self.draws.grid("structural", 3)
        for column, (code, tier, share) in enumerate(
            (("PKP", "pengawas", 0.8), ("PKA", "administrator", 0.75), ("PKN2", "jpt_pratama", 0.7))
        ):
            chain = people.chain
            held = (chain >= 0) & (steps[np.maximum(chain, 0)] == tier)
            spell = held.shape[1] - 1 - held[:, ::-1].argmax(axis=1)
            here = np.flatnonzero(held.any(axis=1) & (turn[:, column] < share))
            begun = people.since[here, spell[here]]
            wait = (120 + 500 * turn[here, (column + 1) % 3]).astype("timedelta64[D]")
            rows.append(here)
            codes += [code] * len(here)
            days.append(begun + wait)
        person, day = np.concatenate(rows), np.concatenate(days)
        name = np.array(codes, dtype=object)
        past = day < self.people.frame.today - np.timedelta64(5, "D")
        person, day, name = person[past], day[past], name[past]
        titled = np.array([" " in text for text in name.tolist()], dtype=bool)
        hours = {t.code: float(t.hours) for t in trainings()}
        return table(
            "training_history",
            {
                "employee_id": self._of(person),
                "training_code": blank(pa.array(name.tolist(), type=pa.string()), titled),
                "title": blank(pa.array(name.tolist(), type=pa.string()), ~titled),
                "completed_on": day,
                "started_on": day - np.timedelta64(60, "D"),
                "status": words(("completed",), np.zeros(len(day), dtype=int)),
                "hours": [hours.get(text, 300.0) for text in name.tolist()],
                "form": words(("1",), np.zeros(len(day), dtype=int)),
                "provider": words(("BPSDM Provinsi DKI Jakarta",), np.zeros(len(day), dtype=int)),
                "verified": np.ones(len(day), dtype=bool),
            },
        )

    def competency_scores(self) -> pa.Table:
        """Return assessed levels: by centre or computer, by superiors, by certificate, by oneself.

        About one in seven was never assessed; a panel is assessed every year, so that what
        trainings do can be estimated from levels before and after.
        """
        parts = []
        turn = self.draws.uniform("assessed")
        panel = (turn > 0.15) & (turn < 0.29)
        only_self = (turn > 0.93) & ~panel
        events = self.draws.grid("assessment", YEARS)
        for year in range(YEARS):
            begun = self.lives.posts[year] >= 0
            full = begun & (turn > 0.15) & ~only_self & (panel | (events[:, year] < 0.19))
            parts.append(self._nine(year, np.flatnonzero(full), panel))
            partly = begun & (turn > 0.15) & ~only_self
            partly &= panel | (events[:, YEARS - 1 - year] < 0.2)
            parts.append(self._technical(year, np.flatnonzero(partly), 2, panel))
            own = begun & only_self & (events[:, year] < 0.3)
            parts.append(self._technical(year, np.flatnonzero(own), 4, panel))
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
            grid = self.draws.normals(f"seen {year} {kind}", len(content.skills()))
            noise[here] = grid[rows[here], skill[here]]
        seen = true + _LENIENT[source] + _ERROR[source] * noise
        grain = _GRAIN[source]
        return np.asarray(np.clip(np.round(seen / grain) * grain, 0.0, 5.0))

    def _rows(
        self, year: int, rows: Integers, skill: Integers, source: Integers, day: Days
    ) -> pa.Table:
        return table(
            "competency_scores",
            {
                "employee_id": self._of(rows),
                "competency_code": words([s.code for s in content.skills()], skill),
                "assessed_on": day,
                "source": words(SOURCES, source),
                "level": self._seen(year, rows, skill, source),
            },
        )

    def _nine(self, year: int, people: Integers, panel: Flags) -> pa.Table:
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

    def _technical(self, year: int, people: Integers, source: int, panel: Flags) -> pa.Table:
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

    def certifications(self) -> pa.Table:
        """Return certificates held: from certified courses, and licences to practise."""
        taken, known, every = self.lives.taken, self.lives.catalogue, trainings()
        here = np.flatnonzero((taken.status == COMPLETED) & (known.repeat[taken.training] > 0))
        months = known.repeat[taken.training[here]]
        issued = self.day[here]
        tables = [
            table(
                "certifications",
                {
                    "employee_id": self._of(taken.person[here]),
                    "name": words([t.title for t in every], taken.training[here]),
                    "issued_on": issued,
                    "number": [f"SK-{n:06d}" for n in (
                        self.draws.uniform("certificate")[taken.person[here]] * 999_999
                    ).astype(int).tolist()],
                    "issuer": words([t.provider for t in every], taken.training[here]),
                    "expires_on": issued + (months * 30.44).astype("timedelta64[D]"),
                },
            ),
            self._licence(PRACTICE, CLINICAL, "Konsil Kesehatan Indonesia", 5),
            self._licence("Sertifikat Pendidik", ("Guru",), "Perguruan tinggi penyelenggara", 0),
        ]  # fmt: skip
        return pa.concat_tables(tables)

    def _licence(self, name: str, lines: tuple[str, ...], issuer: str, years: int) -> pa.Table:
        people = self.people
        whole = np.array([post.line.startswith(lines) if years == 0 else post.line in lines
                          for post in posts()])  # fmt: skip
        rows = np.flatnonzero(
            whole[people.post] & (self.draws.uniform(name) > 0.04 + 0.2 * (years == 0))
        )  # noqa: E501
        back = self.draws.uniform(f"{name} day")[rows] * (5 if years else 0.7 * 10)
        issued = self.people.frame.today - np.minimum(
            back * 365, people.service[rows] * 365 + 400
        ).astype("timedelta64[D]")
        never = np.full(len(rows), years == 0)
        return table(
            "certifications",
            {
                "employee_id": self._of(rows),
                "name": words((name,), np.zeros(len(rows), dtype=int)),
                "issued_on": issued,
                "issuer": words((issuer,), np.zeros(len(rows), dtype=int)),
                "expires_on": blank(issued + np.timedelta64(365 * max(years, 1), "D"), never),
            },
        )

    def nominations(self, coming: dict[int, str]) -> pa.Table:
        """Return who was proposed for sessions: those attended, and some to come."""
        taken = self.lives.taken
        past = np.flatnonzero(self.session >= 0)
        tables = [
            self._nominated(
                taken.person[past], self.session_codes, self.session[past],
                np.zeros(len(past), dtype=int), self.started[past] - np.timedelta64(30, "D"),
            )
        ]  # fmt: skip
        waiting = np.flatnonzero(taken.status == REGISTERED)
        codes = list(coming.values())
        number = {place: order for order, place in enumerate(coming)}
        session = np.array([number.get(t, -1) for t in taken.training[waiting].tolist()], dtype=int)
        waiting, session = waiting[session >= 0], session[session >= 0]
        person = taken.person[waiting]
        turn = self.draws.uniform("nominated")[person]
        status = 1 + np.digitize(turn, (0.3, 0.55, 0.8))
        tables.append(self._nominated(person, codes, session, status, taken.day[waiting]))
        return pa.concat_tables(tables)

    def _nominated(
        self, person: Integers, codes: list[str], session: Integers, status: Integers, day: Days
    ) -> pa.Table:
        names = ("selesai", "diusulkan", "diverifikasi", "dipanggil", "cadangan")
        units = [unit.name for unit in self.people.frame.organisation.units]
        office = self.people.frame.organisation.office_of[self.people.unit[person]]
        day = np.minimum(day, self.people.frame.today - np.timedelta64(1, "D"))
        return table(
            "nominations",
            {
                "employee_id": self._of(person),
                "session_code": words(codes or [""], session),
                "status": words(names, status),
                "proposed_by": words([f"Kepala {name}" for name in units], office),
                "decided_by": blank(words(("BPSDM Provinsi DKI Jakarta",), np.zeros(len(person), dtype=int)), status == 1),  # noqa: E501
                "letter_no": [f"{100 + n % 800}/PK.03/{str(d)[:4]}" for n, d in zip(
                    person.tolist(), day.tolist(), strict=True)],
                "reason": words(("Kesenjangan kompetensi pada jabatan", "Usulan pegawai",
                                 "Kewajiban jabatan"), person % 3),
                "at": day,
            },
        )  # fmt: skip

    def feedback(self) -> pa.Table:
        """Return what some people answered to suggestions in the last months."""
        people = self.people
        rows = np.flatnonzero(self.draws.chance("answers", 0.22) & (people.service > 1))
        level = self.lives.levels[-1]
        pool, wish = self.lives.utilities(YEARS - 1, rows, level)
        wish = np.where(pool >= 0, wish, -np.inf)
        seen = np.argsort(-(wish + 2.0 * self.draws.of(rows).gumbels("seen", pool.shape[1])),
                          axis=1)[:, :3]  # fmt: skip
        item = np.take_along_axis(pool, seen, axis=1)
        want = np.take_along_axis(wish, seen, axis=1)
        real = np.isfinite(want)
        turn = self.draws.of(rows).grid("answer", 3)
        # A quarter says yes: thresholds of liking, not a straight line.
        yes = want + 1.2 * np.log(turn / (1 - turn)) > 3.2
        action = np.where(yes, 0, np.where(turn < 0.35, 2, np.where(turn < 0.5, 1, 3)))
        place, column = np.nonzero(real)
        days = 3 + np.floor(170 * self.draws.of(rows).grid("answered", 3)[place, column])
        at = people.frame.today - days.astype("timedelta64[D]")
        said = action[place, column]
        reasons = ("beban_kerja", "sudah_dikuasai", "jadwal", "tidak_sesuai_tugas")
        why = (turn[place, column] * 3.99).astype(int)
        return table(
            "feedback",
            {
                "employee_id": self._of(rows[place]),
                "kind": words(("training",), np.zeros(len(place), dtype=int)),
                "item_code": words(self.codes, item[place, column]),
                "at": at,
                "action": words(("accepted", "postponed", "declined", "opened"), said),
                "reason_code": blank(words(reasons, why), (said != 2) & (said != 1)),
            },
        )


def _untidy(title: str) -> str:
    """Return a title as hand-typed records have it."""
    short = title.replace("Pelatihan", "Diklat").replace("Bimbingan Teknis", "Bimtek")
    return short.replace("Tingkat Dasar", "Tk. Dasar").replace("Tingkat", "Tk.").upper()


def new_and_unassessed(people_status: Integers) -> Flags:
    """Return who cannot have been assessed yet."""
    return people_status == CPNS


__all__ = ["PNS", "Evidence", "skill_place"]
