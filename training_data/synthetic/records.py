"""Person tables about posts and standing: employees, job history, performance and the rest."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from training_data.synthetic.arrow import blank, table, words
from training_data.synthetic.draws import Floats, Integers
from training_data.synthetic.fixed import AGENCY
from training_data.synthetic.ladder import EDUCATION, PNS_GRADES, PPPK_GRADES
from training_data.synthetic.moves import moves
from training_data.synthetic.people import EMPLOYMENT, PNS, Days, Frame, People, identifiers
from training_data.synthetic.posts import posts

LEGAL = ("01", "02", "03", "20", "71")
RATINGS = ("sangat_baik", "baik", "butuh_perbaikan", "kurang", "sangat_kurang")
EXPECTED = ("di_atas", "sesuai", "di_bawah")
_QUADRANT = np.array([[0, 1, 3], [1, 1, 3], [2, 2, 4]])
"""Rating by work result (rows) and behaviour (columns)."""
_POINTS = {"jf_pemula": 3.75, "jf_terampil": 5.0, "jf_mahir": 12.5, "jf_penyelia": 25.0,
           "jf_ahli_pertama": 12.5, "jf_ahli_muda": 25.0, "jf_ahli_madya": 37.5,
           "jf_ahli_utama": 50.0}  # fmt: skip


class Records:
    """Makes the tables of one shard of people that do not depend on what they learnt."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.frame: Frame = people.frame
        self.draws = people.draws
        self.ids = pa.array(people.ids)

    def _of(self, rows: Any) -> pa.Array:
        return self.ids.take(pa.array(rows))

    def employees(self) -> pa.Table:
        """Return the people, with the holes such files have."""
        people, draws = self.people, self.draws
        every = posts()
        gone = draws.grid("missing", 8)
        unknown_birth = gone[:, 0] < 0.012
        grades = [*PNS_GRADES, *PPPK_GRADES]
        grade = people.grade + np.where(people.contract, len(PNS_GRADES), 0)
        units = self.frame.organisation.units
        age_limit = self.frame.attributes.retirement[people.post]
        return table(
            "employees",
            {
                "employee_id": self.ids,
                "agency": pa.array([AGENCY] * len(people)),
                "nip": blank(pa.array(people.nip()), unknown_birth | (gone[:, 1] < 0.01)),
                "name": people.names(),
                "birth_date": blank(people.born, unknown_birth),
                "sex": words(("L", "P"), people.woman.astype(int)),
                "employment": words(EMPLOYMENT, people.employment),
                "unit_code": words([unit.code for unit in units], people.unit),
                "job_code": words([post.code for post in every], people.post),
                "target_job_code": words([post.code for post in every], self._targets()),
                "supervisor_id": self._supervisors(),
                "tier": words([post.step.code for post in every], people.post),
                "grade": blank(words(grades, grade), gone[:, 2] < 0.01),
                "education_level": blank(words(EDUCATION, people.education), gone[:, 3] < 0.025),
                "education_field": blank(pa.array(people.fields()), gone[:, 3] < 0.04),
                "appointed_on": people.appointed,
                "job_since": blank(people.since[:, 0], gone[:, 4] < 0.02),
                "grade_since": blank(people.grade_since, people.contract | (gone[:, 5] < 0.03)),
                "contract_until": blank(self._contract(), ~people.contract),
                "legal_status": blank(words(LEGAL, self._legal()), gone[:, 6] < 0.005),
                "retirement_age": blank(age_limit, gone[:, 7] < 0.3),
                "location": words([unit.location for unit in units], people.unit),
            },
        )

    def _contract(self) -> Days:
        years = 0.3 + 4.4 * self.draws.uniform("contract end")
        end = self.frame.today + (years * 365).astype("timedelta64[D]")
        first: Days = end.astype("datetime64[M]").astype("datetime64[D]")
        return np.asarray(first - np.timedelta64(1, "D"))

    def _legal(self) -> Integers:
        turn = self.draws.uniform("legal")
        people = self.people
        staff = (people.employment == PNS) & (people.lead < 0)
        late = staff & (self._to_retirement < 1.0) & (turn > 0.6)
        code = np.select(
            [people.contract, late, staff & (turn < 0.002), staff & (turn < 0.009)], [4, 3, 1, 2], 0
        )
        return np.asarray(code)

    @cached_property
    def _to_retirement(self) -> Floats:
        age = (self.frame.today - self.people.born).astype(float) / 365.25
        left: Floats = self.frame.attributes.retirement[self.people.post] - age
        return left

    def _targets(self) -> Integers:
        """An agreed next post for a few civil servants with enough service left."""
        first = _next_posts()
        wish = self.draws.chance("target", 0.09) & (self.people.employment == PNS)
        wish &= self._to_retirement > 4
        return np.where(wish, first[self.people.post], -1)

    def _supervisors(self) -> pa.Array:
        """Leaders answer to the head of the unit above, staff to a leader of their unit."""
        people, organisation = self.people, self.frame.organisation
        offsets, units = organisation.offsets, organisation.units
        leaders = np.array([len(unit.leaders) for unit in units])
        above = _heads_above(organisation)
        turn = (self.draws.uniform("superior") * np.maximum(leaders[people.unit] - 1, 1)).astype(
            int
        )
        middle = np.where(leaders[people.unit] > 1, 1 + turn, 0)
        chief = np.where(
            people.lead == 0, above[people.unit],
            offsets[people.unit] + np.where(people.lead > 0, 0, middle),
        )  # fmt: skip
        chief = np.where(chief == people.numbers, above[people.unit], chief)
        known = identifiers(self.frame, np.maximum(chief, 0))
        missing = (chief < 0) | (self.draws.uniform("no superior") < 0.015)
        return blank(pa.array(known), missing)

    def job_history(self) -> pa.Table:
        """Return posts held, some with a title only, and acting and extra duties."""
        people = self.people
        rows, spells = np.nonzero(people.chain >= 0)
        post = people.chain[rows, spells]
        began = people.since[rows, spells]
        ended = np.where(
            spells > 0, people.since[rows, np.maximum(spells - 1, 0)], np.datetime64("NaT")
        )
        draws = self.draws.grid("history", 20)[rows, spells]
        every = posts()
        untitled = (draws < 0.03) & (spells > 0)
        undated = (draws > 0.985) & (spells > 1)
        began_known = blank(began, undated)
        held = {
            "employee_id": self._of(rows),
            "job_code": blank(words([p.code for p in every], post), untitled),
            "title": blank(words([p.title.upper() for p in every], post), ~untitled),
            "from_date": began_known,
            "to_date": blank(ended, (spells == 0) | undated),
            "unit_code": self._unit_of(rows, spells),
            "tier": blank(words([p.step.code for p in every], post), untitled),
            "assignment": words(("definitif",), np.zeros(len(rows), dtype=int)),
            "decree_no": pa.array([f"{1 + n % 900} Tahun {str(d)[:4]}" for n, d in zip(
                (draws * 1e6).astype(int).tolist(), began.tolist(), strict=True)]),
            "decree_date": blank(began - np.timedelta64(5, "D"), undated),
        }  # fmt: skip
        tables = [table("job_history", held)]
        tables += [t for t in (self._acting(), self._headship()) if t is not None]
        return pa.concat_tables(tables)

    def _unit_of(self, rows: Integers, spells: Integers) -> pa.Array:
        codes = [unit.code for unit in self.frame.organisation.units]
        return blank(words(codes, self.people.unit[rows]), spells > 0)

    def _acting(self) -> pa.Table | None:
        """Another leader of the unit, of the nearest rank, acts for an open post."""
        units, people = self.frame.organisation.units, self.people
        last = np.array([len(unit.leaders) - 1 for unit in units])
        rows = np.flatnonzero((people.lead > 0) & (people.lead == last[people.unit]))
        open_post = np.array([(units[u].vacant or [-1])[0] for u in people.unit[rows].tolist()])
        rows, open_post = rows[open_post >= 0], open_post[open_post >= 0]
        if not len(rows):
            return None
        every = posts()
        months = 2 + 10 * self.draws.of(rows).uniform("acting")
        began = self.frame.today - (months * 30).astype("timedelta64[D]")
        return table(
            "job_history",
            {
                "employee_id": self._of(rows),
                "job_code": words([p.code for p in every], open_post),
                "from_date": began,
                "unit_code": words([unit.code for unit in units], people.unit[rows]),
                "tier": words([p.step.code for p in every], open_post),
                "assignment": words(("plt",), np.zeros(len(rows), dtype=int)),
                "decree_date": began,
            },
        )

    def _headship(self) -> pa.Table | None:
        """Heads of schools and health centres hold that office beside their functional post."""
        units, people = self.frame.organisation.units, self.people
        titles = [unit.lead_title for unit in units]
        rows = np.flatnonzero((people.lead == 0) & np.array([bool(t) for t in titles])[people.unit])
        if not len(rows):
            return None
        years = 0.5 + 5 * self.draws.of(rows).uniform("headship")
        began = self.frame.today - (years * 365).astype("timedelta64[D]")
        return table(
            "job_history",
            {
                "employee_id": self._of(rows),
                "title": words(titles, people.unit[rows]),
                "from_date": began.astype("datetime64[M]").astype("datetime64[D]"),
                "unit_code": words([unit.code for unit in units], people.unit[rows]),
                "assignment": words(("tugas_tambahan",), np.zeros(len(rows), dtype=int)),
            },
        )

    @cached_property
    def merit(self) -> Floats:
        """How well a person works: ability, support, and what the year brings (hidden)."""
        people = self.people
        merit: Floats = 0.6 * people.ability + 0.5 * people.support + 0.25 * np.log(people.drive)
        return merit

    def _quadrants(self, year: int) -> tuple[Integers, Integers]:
        noise = self.draws.normals(f"work {year}", 2)
        work = self.merit + 0.7 * noise[:, 0] - 0.25
        manner = 0.5 * self.merit + 0.8 * noise[:, 1]
        result = np.select([work > 0.5, work > -1.8], [0, 1], 2)
        behaviour = np.select([manner > 0.65, manner > -2.2], [0, 1], 2)
        return result, behaviour

    def performance(self) -> pa.Table:
        """Return three years of yearly ratings; people without a full year have none."""
        people = self.people
        parts = []
        for back in (3, 2, 1):
            year = self.frame.as_of.year - back
            begun = people.appointed < np.datetime64(f"{year}-07-01", "D")
            rows = np.flatnonzero(begun & (self.draws.uniform(f"rated {year}") > 0.02))
            result, behaviour = self._quadrants(year)
            rating = _QUADRANT[result, behaviour]
            number = np.round(
                np.array([95.0, 83.0, 68.0, 55.0, 45.0])[rating]
                + 3 * self.draws.normal(f"value {year}"), 1
            )  # fmt: skip
            parts.append(
                table(
                    "performance",
                    {
                        "employee_id": self._of(rows),
                        "year": np.full(len(rows), year),
                        "period": words(("tahunan",), np.zeros(len(rows), dtype=int)),
                        "rating": words(RATINGS, rating[rows]),
                        "work_result": words(EXPECTED, result[rows]),
                        "behaviour": words(EXPECTED, behaviour[rows]),
                        "value": blank(number[rows], np.full(len(rows), back < 3)),
                    },
                )
            )
        return pa.concat_tables(parts)

    def talent(self) -> pa.Table:
        """Return the mapping of those who lead and of some officials; boxes follow the axes."""
        people = self.people
        known = self.frame.attributes
        share = np.where(known.managerial[people.post], 0.85,
                         np.where(known.teacher[people.post], 0.06, 0.3))  # fmt: skip
        rows = np.flatnonzero(
            (people.employment == PNS) & (self.draws.uniform("talent") < share)
            & (people.service > 2)
        )  # fmt: skip
        noise = self.draws.normals("axes", 2)[rows]
        work = np.clip(74 + 7 * self.merit[rows] + 5 * noise[:, 0], 20, 99.5).round(2)
        potential = np.clip(70 + 8 * people.ability[rows] + 6 * noise[:, 1], 20, 99.5).round(2)
        cells = np.array([[1, 3, 6], [2, 5, 8], [4, 7, 9]])
        row = np.digitize(work, (60, 80))
        column = np.digitize(potential, (60, 80))
        day = self.frame.today - (
            30 + 500 * self.draws.uniform("mapped")[rows]
        ).astype("timedelta64[D]")  # fmt: skip
        hidden = self.draws.uniform("unpublished")[rows] < 0.2
        return table(
            "talent",
            {
                "employee_id": self._of(rows),
                "assessed_on": day,
                "performance_axis": work,
                "potential_axis": potential,
                "box": cells[row, column],
                "published_on": blank(day + np.timedelta64(28, "D"), hidden),
            },
        )

    def discipline(self) -> pa.Table:
        """Return punishments: rare, mostly light, some still running."""
        people = self.people
        rows = np.flatnonzero(
            self.draws.chance("punished", 0.011) & (people.service > 1.5)
            & ((people.lead != 0) | (people.service < 0))
        )  # fmt: skip
        turn = self.draws.grid("punishment", 2)[rows]
        kind = np.select([turn[:, 0] < 0.62, turn[:, 0] < 0.92], [0, 1], 2)
        began = self.frame.today - (20 + 1500 * turn[:, 1]).astype("timedelta64[D]")
        began = np.maximum(began, people.appointed[rows] + np.timedelta64(90, "D"))
        length = np.array([0, 270, 365])[kind].astype("timedelta64[D]")
        return table(
            "discipline",
            {
                "employee_id": self._of(rows),
                "starts_on": began,
                "ends_on": blank(began + length, kind == 0),
                "severity": words(("ringan", "sedang", "berat"), kind),
            },
        )

    def credit_points(self) -> pa.Table:
        """Return the points of functional civil servants at the end of the last two years."""
        people = self.people
        every = posts()
        rate = np.array([_POINTS.get(post.step.code, 0.0) for post in every])[people.post]
        parts = []
        for back in (2, 1):
            day = np.datetime64(f"{self.frame.as_of.year - back}-12-31", "D")
            years = (day - people.since[:, 0]).astype(float) / 365.25
            rows = np.flatnonzero((rate > 0) & (people.employment == PNS) & (years > 0.5))
            factor = np.array([1.5, 1.0, 0.75, 0.5, 0.25])
            result, behaviour = self._quadrants(self.frame.as_of.year - back)
            period = rate * factor[_QUADRANT[result, behaviour]]
            steady = rate * np.clip(1.0 + 0.12 * self.merit, 0.7, 1.35)
            total = np.minimum(years, 9.0) * steady
            parts.append(
                table(
                    "credit_points",
                    {
                        "employee_id": self._of(rows),
                        "as_of": np.full(len(rows), day),
                        "cumulative": total[rows].round(3),
                        "period_points": period[rows].round(3),
                        "level_since": people.since[rows, 0],
                    },
                )
            )
        return pa.concat_tables(parts)

    def staffing_counts(self) -> Integers:
        """Return unit · posts + post of every person, for counting who fills what."""
        keys: Integers = self.people.unit.astype(np.int64) * len(posts()) + self.people.post
        return keys

    def moved(self) -> Integers:
        """Return from · posts + to of every move of a civil servant who works well after it."""
        chain = self.people.chain
        both = (chain[:, 1:] >= 0) & (self.merit > -0.2)[:, None]
        pairs: Integers = (chain[:, 1:].astype(np.int64) * len(posts()) + chain[:, :-1])[both]
        return pairs


def _next_posts() -> Integers:
    """Return per post the most usual move upwards, −1 where there is none."""
    found = np.full(len(posts()), -1, dtype=np.int64)
    best = np.zeros(len(posts()))
    for source, target, kind, weight in moves():
        if kind == "vertikal" and weight > best[source]:
            found[source], best[source] = target, weight
    return found


def _heads_above(organisation: Any) -> Integers:
    """Return for each unit the number of the head of the nearest unit above with people."""
    found = np.full(len(organisation.units), -1, dtype=np.int64)
    top = next((n for n, u in enumerate(organisation.units) if u.code == "SETDA"), -1)
    for number, unit in enumerate(organisation.units):
        above = unit.parent
        while above >= 0 and organisation.units[above].size == 0:
            above = organisation.units[above].parent
        if above >= 0:
            found[number] = organisation.offsets[above]
        elif top not in (-1, number):
            found[number] = organisation.offsets[top]
    return found
