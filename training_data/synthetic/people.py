"""Invents the people of some places: post, employment, service, schooling, age, NIP and name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from training_data.synthetic.draws import Draws, Floats, Integers
from training_data.synthetic.ladder import EDUCATION, STEPS, TIER
from training_data.synthetic.moves import origins, roots
from training_data.synthetic.naming import plain_names, titled
from training_data.synthetic.organisation import Organisation
from training_data.synthetic.posts import posts

EMPLOYMENT = ("PNS", "CPNS", "PPPK", "PPPK_PW")
PNS, CPNS, PPPK, PART_TIME = range(4)
SPELLS = 6
"""At most so many posts are remembered per person."""

Days = NDArray[np.datetime64]
Flags = NDArray[np.bool_]


class Attributes:
    """Per post, as arrays over ``posts()``, what the making of people needs."""

    def __init__(self) -> None:
        every = posts()
        self.tier = np.array([post.tier for post in every])
        self.retirement = np.array([post.retirement for post in every])
        self.education = np.array([EDUCATION.index(post.education) for post in every])
        self.service = np.array([post.step.service for post in every])
        self.grades = np.array([post.step.grades for post in every])
        self.spell = np.array([post.step.spell for post in every])
        self.functional = np.array([post.functional for post in every])
        self.managerial = np.array([post.managerial for post in every])
        self.entry = np.isin(
            self.tier,
            [TIER[t] for t in ("pelaksana", "jf_pemula", "jf_terampil", "jf_ahli_pertama")],
        )
        self.teacher = np.array([post.line.startswith("Guru") for post in every])
        self.health = np.array([post.domain == "KES" and post.functional for post in every])
        self.manual = np.array(
            [post.step.code == "pelaksana" and post.education == "SLTA" for post in every]
        )
        self.women = np.array([_share_of_women(post.line, post.domain) for post in every])
        self.top = np.isin(self.tier, [TIER["jpt_madya"], TIER["jpt_pratama"]])


def _share_of_women(line: str, domain: str) -> float:
    for names, share in (
        (("Bidan",), 1.0),
        (("Guru TK",), 0.96),
        (("Perawat", "Nutrisionis", "Apoteker", "Asisten Apoteker", "Perekam"), 0.78),
        (("Guru Pendidikan Jasmani", "Guru Teknologi"), 0.25),
        (("Guru", "Pengadministrasi", "Bendahara", "Sekretaris Pimpinan"), 0.67),
        (("Pemadam", "Operator Alat", "Pengemudi", "Operator Rumah", "Teknisi"), 0.03),
        (("Pengatur Lalu", "Anggota Satuan", "Polisi", "Penguji", "Petugas Siaga"), 0.12),
    ):
        if line.startswith(names):
            return share
    return {"BMR": 0.2, "SDA": 0.2, "HUB": 0.2, "TRB": 0.15, "KES": 0.65}.get(domain, 0.47)


@dataclass(frozen=True)
class Frame:
    """The city people are made in: its size, seed, day and units."""

    organisation: Organisation
    attributes: Attributes
    seed: int
    as_of: date

    @property
    def today(self) -> np.datetime64:
        """The day as NumPy has it."""
        return np.datetime64(self.as_of, "D")


def identifiers(frame: Frame, numbers: Integers) -> list[str]:
    """Return the employee_id of each number; unlike a NIP, and in no order of rank."""
    width = max(6, len(str(frame.organisation.employees)))
    scattered = (numbers * 7_368_787 + 4_391 + frame.seed) % 10**width
    return [f"P{value:0{width}d}" for value in scattered.tolist()]


class People:
    """Some of the people; every array has one entry per person, in order of ``numbers``.

    Attributes:
        unit, post, employment: places in units, posts and ``EMPLOYMENT``.
        lead: position among the unit's leaders, −1 for staff.
        service: years since appointment.
        education: place in ``EDUCATION``.
        chain: posts held, present first, −1 behind them, shape (n, SPELLS).
        years: years in each of them, same shape.
    """

    def __init__(self, frame: Frame, numbers: Integers) -> None:
        self.frame = frame
        self.numbers = numbers
        self.draws = Draws(frame.seed, numbers)
        self.ids = identifiers(frame, numbers)
        self._place()
        self._employ()
        self._school()
        self._serve()
        self._chain()

    def __len__(self) -> int:
        return len(self.numbers)

    def _place(self) -> None:
        organisation = self.frame.organisation
        self.unit = (np.searchsorted(organisation.offsets, self.numbers, side="right") - 1).astype(
            np.int32
        )
        inside = self.numbers - organisation.offsets[self.unit]
        self.post = np.full(len(self), -1, dtype=np.int32)
        self.lead = np.full(len(self), -1, dtype=np.int32)
        turn = self.draws.uniform("post")
        for number in np.unique(self.unit):
            unit = organisation.units[number]
            here = np.flatnonzero(self.unit == number)
            places, edges = organisation.templates[unit.template]
            drawn = np.minimum(np.searchsorted(edges, turn[here], side="right"), len(places) - 1)
            self.post[here] = places[drawn]
            for order, place in enumerate(unit.leaders):
                leader = here[inside[here] == order]
                self.lead[leader] = order
                if place >= 0:
                    self.post[leader] = place
                else:
                    self.post[leader] = self._head_teacher(leader, places)

    def _head_teacher(self, leader: Integers, places: NDArray[np.int32]) -> Integers:
        """Schools and clinics are led by an experienced functional official of their own."""
        every = posts()
        senior = [
            place
            for place in places.tolist()
            if every[place].step.code == "jf_ahli_madya" and every[place].line in _HEADS
        ]
        choice = self.draws.of(leader).below("head", len(senior))
        return np.array(senior, dtype=np.int64)[choice]

    def _employ(self) -> None:
        known = self.frame.attributes
        post, turn = self.post, self.draws.uniform("employment")
        open_post = known.entry[post] & (self.lead < 0)
        contract = np.where(known.teacher[post], 0.5, np.where(known.health[post], 0.36, 0.15))
        part = np.where(known.manual[post], 0.2, 0.0)
        self.employment = np.where(
            ~open_post, PNS,
            np.where(turn < contract, PPPK,
                     np.where(turn < contract + part, PART_TIME,
                              np.where(turn > 0.935, CPNS, PNS))),
        ).astype(np.int8)  # fmt: skip
        self.contract = self.employment >= PPPK

    def _school(self) -> None:
        """Level of education: what the post asks, or more."""
        known = self.frame.attributes
        asked, turn = known.education[self.post], self.draws.uniform("education")
        tier = known.tier[self.post]
        code = np.array([step.code for step in STEPS])[tier]
        senior = np.isin(code, ["jf_ahli_madya", "administrator", "jf_ahli_utama"])
        more = np.select(
            [known.top[self.post], senior, np.isin(code, ["pengawas", "jf_ahli_muda"])],
            [0.8, 0.45, 0.22],
            np.where(asked == EDUCATION.index("S1"), 0.06, 0.22),
        )
        level = np.maximum(asked, np.where(known.managerial[self.post], 2, 0))
        level = np.where(turn < more, level + 1, level)
        twice = known.top[self.post] & (turn < 0.12)
        self.education = np.minimum(level + twice, len(EDUCATION) - 1).astype(np.int8)

    def _serve(self) -> None:
        """Years of service and age, so that nobody serves past retirement or before 19."""
        known = self.frame.attributes
        low, high = known.service[self.post].T
        span = self.draws.grid("service", 2).mean(axis=1)
        years = low + (high - low) * span
        years = np.where(self.employment == CPNS, 0.2 + 1.1 * span, years)
        years = np.where(self.contract, 0.4 + 5.0 * self.draws.uniform("contract"), years)
        schooled = np.array([19.5, 21.5, 22.8, 23.2, 24.0])[self.education]
        wait = -np.log(self.draws.uniform("wait")) * np.where(self.contract, 6.0, 2.4)
        start = schooled + np.minimum(wait, np.where(self.contract, 24.0, 10.0))
        end = known.retirement[self.post] - 0.4
        shortened = np.minimum(years, end - start)
        squeezed = (shortened < low) & (self.employment == PNS)
        start = np.where(squeezed, np.maximum(schooled, end - years), start)
        self.service = np.maximum(np.minimum(years, end - start), 0.2)
        self._birth(start)
        self._temper()

    def _birth(self, start: Floats) -> None:
        """Birth and appointment, with the digits that keep every NIP unlike all others."""
        digits = (self.numbers * 3_141_593 + 58_979 + self.frame.seed * 104_729) % 8_055_936
        digits, serial = np.divmod(digits, 999)
        digits, day = np.divmod(digits, 28)
        digits, month = np.divmod(digits, 12)
        odd, start_month = np.divmod(digits, 12)
        self.serial = serial + 1
        today = self.frame.today
        begun = today - (self.service * 365.25).astype("timedelta64[D]")
        year = begun.astype("datetime64[Y]").astype(int) + 1970
        self.appointed = _day(year, start_month + 1, np.ones(len(self), dtype=np.int64))
        late = self.appointed >= today - np.timedelta64(30, "D")
        year = np.where(late, year - 1, year)
        self.appointed = _day(year, start_month + 1, np.ones(len(self), dtype=np.int64))
        self.service = (today - self.appointed).astype(float) / 365.25
        born = np.floor(year - start).astype(np.int64)
        born = np.where(born % 2 == odd, born, born - 1)
        self.born = _day(born, month + 1, day + 1)
        # The digits of a NIP move a birthday by a few months: nobody is past retirement for it.
        limit = self.frame.attributes.retirement[self.post] - 0.1
        old = (today - self.born).astype(float) / 365.25 > limit
        while old.any():
            born = np.where(old, born + 2, born)
            self.born = _day(born, month + 1, day + 1)
            old = (today - self.born).astype(float) / 365.25 > limit
        self.start_month = start_month + 1

    def _temper(self) -> None:
        """What nobody records: ability, drive, support of the superior, tastes."""
        hidden = self.draws.normals("temper", 4)
        self.ability = hidden[:, 0]
        self.drive = np.exp(0.45 * hidden[:, 1])
        self.support = 1 / (1 + np.exp(-1.3 * hidden[:, 2]))
        self.busy = hidden[:, 3] > 0.6
        self.tastes = self.draws.normals("taste", 4)

    def _chain(self) -> None:
        """Posts held before, walked back along the moves of the city, and the years in each."""
        known = self.frame.attributes
        self.chain = np.full((len(self), SPELLS), -1, dtype=np.int32)
        self.chain[:, 0] = self.post
        turns = self.draws.grid("chain", SPELLS * 2)
        still = (self.employment == PNS) & (self.service > 4)
        for step in range(1, SPELLS):
            here = np.flatnonzero(still)
            now = self.chain[here, step - 1]
            # Only the last move may be sideways: six posts have to lead back to the first.
            before, shares = origins(upward=step > 1)
            drawn = (turns[here, step][:, None] > shares[now]).sum(axis=1)
            earlier = before[now, np.minimum(drawn, before.shape[1] - 1)]
            room = self.service[here] > 3.5 * step + 1
            settled = known.entry[now] & (turns[here, SPELLS + step] < 0.55)
            repeat = (self.chain[here] == earlier[:, None]).any(axis=1)
            moved = (earlier >= 0) & room & ~settled & ~repeat
            self.chain[here[moved], step] = earlier[moved]
            still[here[~moved]] = False
        self._begin_at_the_bottom()
        usual = np.where(self.chain >= 0, known.spell[self.chain], 0.0)
        weights = usual * (0.4 + self.draws.grid("spell", SPELLS))
        weights[:, 0] *= np.where(known.managerial[self.post], 0.8, 0.9)
        self.years = self.service[:, None] * weights / weights.sum(axis=1, keepdims=True)

    def _begin_at_the_bottom(self) -> None:
        """Nobody starts as a leader or at a higher level: the first post is an entry post."""
        every = np.arange(len(self))
        last = (self.chain >= 0).sum(axis=1) - 1
        first = self.chain[every, last]
        high = np.flatnonzero((self.employment == PNS) & ~self.frame.attributes.entry[first])
        place = np.minimum(last[high] + 1, SPELLS - 1)
        self.chain[high, place] = roots()[self.chain[high, place - 1]]

    @cached_property
    def since(self) -> Days:
        """Day each spell began, shape (n, SPELLS); the last spell begins at the appointment."""
        back = np.cumsum(self.years, axis=1)
        days = self.frame.today - np.round(back * 365.25).astype("timedelta64[D]")
        months = days.astype("datetime64[M]").astype("datetime64[D]")
        last = (self.chain >= 0).sum(axis=1) - 1
        months[np.arange(len(self)), last] = self.appointed
        since: Days = np.maximum(months, self.appointed[:, None])
        return since

    @cached_property
    def first_functional(self) -> Integers:
        """Spell of the earliest functional post, −1 for people who held none."""
        held = (self.chain >= 0) & self.frame.attributes.functional[np.maximum(self.chain, 0)]
        last = held.shape[1] - 1 - held[:, ::-1].argmax(axis=1)
        return np.where(held.any(axis=1), last, -1).astype(np.int64)

    @cached_property
    def woman(self) -> Flags:
        """Whether the person is a woman."""
        return self.draws.chance("sex", self.frame.attributes.women[self.post])

    @cached_property
    def grade(self) -> Integers:
        """Position on the own scale: PNS grades for PNS and CPNS, PPPK grades for PPPK."""
        known = self.frame.attributes
        entry = np.array([4, 6, 8, 9, 9])[np.minimum(self.education, 4)]
        late = (self.draws.uniform("late study") < 0.35) & (self.service > 12)
        entry = np.where(late, np.maximum(entry - 2, 4), entry)
        top = np.array([9, 10, 11, 12, 13])[self.education]
        low, high = known.grades[self.post].T
        top = np.where(known.managerial[self.post], high, np.maximum(top, entry))
        risen = np.minimum(entry + (self.service / 3.9).astype(np.int64), top)
        pelaksana = known.tier[self.post] == TIER["pelaksana"]
        risen = np.where(pelaksana, np.minimum(risen, 11), np.clip(risen, low, high))
        risen = np.where(self.employment == CPNS, np.minimum(entry, risen), risen)
        contract = np.array([4, 6, 8, 9, 9])[self.education]
        grade: Integers = np.where(self.contract, contract, risen).astype(np.int64)
        return grade

    @cached_property
    def grade_since(self) -> Days:
        """Day the present grade began."""
        back = np.minimum(self.service, 0.3 + 3.7 * self.draws.uniform("grade since"))
        days = self.frame.today - (back * 365.25).astype("timedelta64[D]")
        first = days.astype("datetime64[M]").astype("datetime64[D]")
        since: Days = np.maximum(first, self.appointed)
        return since

    def nip(self) -> list[str]:
        """Return an invented NIP per person: birth, start, sex and serial, as the rules ask."""
        day = self.born.astype("datetime64[D]").astype(str)
        year = self.appointed.astype("datetime64[Y]").astype(str)
        month = np.where(self.contract, 20 + self.start_month, self.start_month)
        sex = np.where(self.woman, 2, 1)
        return [
            f"{d.replace('-', '')}{y}{m:02d}{s}{n:03d}"
            for d, y, m, s, n in zip(
                day.tolist(), year.tolist(), month.tolist(), sex.tolist(), self.serial.tolist(),
                strict=True,
            )
        ]  # fmt: skip

    def names(self) -> list[str]:
        """Return invented names with the titles of the degree."""
        plain = plain_names(self.draws, self.woman)
        return [
            titled(name, EDUCATION[level], study)
            for name, level, study in zip(
                plain, self.education.tolist(), self.fields(), strict=True
            )
        ]

    def fields(self) -> list[str]:
        """Return the field of study of each person; now and then none the post asks for."""
        every = posts()
        turn = self.draws.grid("field", 2)
        other = ("Administrasi Publik", "Manajemen", "Hukum", "Ilmu Komunikasi")
        found = []
        for row, post in enumerate(self.post.tolist()):
            own = every[post].fields
            strict = every[post].domain in ("KES", "DIK")
            if self.education[row] == 0:
                own = tuple(f for f in own if f in _SCHOOL_FIELDS) or _SCHOOL_FIELDS[:2]
            elif turn[row, 0] < 0.08 and not strict:
                own = other
            found.append(own[int(turn[row, 1] * len(own))])
        return found


_HEADS = (
    "Guru Kelas SD", "Guru TK", "Guru Bahasa Indonesia", "Guru Matematika", "Guru Bahasa Inggris",
    "Guru Ilmu Pengetahuan Alam", "Guru Ilmu Pengetahuan Sosial", "Guru Teknologi Informasi SMK",
    "Dokter", "Dokter Gigi", "Perawat",
)  # fmt: skip
"""Functional posts from which heads of schools and health centres come."""
_SCHOOL_FIELDS = (
    "IPS", "IPA", "Administrasi Perkantoran", "Teknik Otomotif", "Teknik Mesin", "Teknik Listrik",
)  # fmt: skip


def _day(year: Integers, month: Integers, day: Integers) -> Days:
    months = (year - 1970) * 12 + (month - 1)
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    found: Days = first + (day - 1).astype("timedelta64[D]")
    return found
