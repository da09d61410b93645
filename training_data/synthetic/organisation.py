"""The units of a city of a given size: who reports to whom, how many places, which posts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from training_data.synthetic import content
from training_data.synthetic.content import Office, Pair
from training_data.synthetic.ladder import SPREAD
from training_data.synthetic.posts import branch_head, by_title, line_posts, posts


@dataclass
class Unit:
    """One unit while the city is laid out.

    Attributes:
        leaders: places in ``posts()`` of its leading posts, the head first; an empty first place
            means that a member of the staff leads it beside the own work (schools, clinics).
        template: name of the mix of posts of its staff.
    """

    code: str
    name: str
    kind: str
    parent: int
    domain: str
    location: str
    template: str
    size: int
    leaders: list[int] = field(default_factory=list)
    vacant: list[int] = field(default_factory=list)
    lead_title: str = ""


class Organisation:
    """All units of a city with ``employees`` people; the same number gives the same city.

    Attributes:
        units: the units, parents before children.
        templates: name of a mix → places in ``posts()`` and cumulative shares.
    """

    def __init__(self, employees: int) -> None:
        self.employees = employees
        self.units: list[Unit] = []
        self._counts: dict[str, int] = {}
        self._build()
        self._settle()
        self.templates = {name: _mix(pairs) for name, pairs in _mixes().items()}

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """First place of each unit, and the number of all places at the end."""
        return np.concatenate([[0], np.cumsum([unit.size for unit in self.units])])

    @cached_property
    def office_of(self) -> NDArray[np.int32]:
        """For each unit the unit of kind PD above it (or itself)."""
        found = np.zeros(len(self.units), dtype=np.int32)
        for number, unit in enumerate(self.units):
            own = unit.kind == "PD" or unit.parent < 0
            found[number] = number if own else found[unit.parent]
        return found

    def _add(self, unit: Unit) -> int:
        self.units.append(unit)
        return len(self.units) - 1

    def _code(self, stem: str) -> str:
        self._counts[stem] = self._counts.get(stem, 0) + 1
        return f"{stem}-{self._counts[stem]:03d}"

    def _build(self) -> None:
        root = Unit(
            "PEMPROV", content.organisation()["province"], "provinsi", -1, "PEM", "Jakarta Pusat",
            "", 0,
        )  # fmt: skip
        self._add(root)
        present = _offices_of(self.employees)
        total = sum(office.share for office in present)
        for office in present:
            people = round(self.employees * office.share / total)
            if office.code == "KOTA":
                self._cities(office, people)
            else:
                self._office(office, people)

    def _office(self, office: Office, people: int) -> None:
        head = self._add(
            Unit(office.code, office.name, "PD", 0, office.domain, "Jakarta Pusat", office.code, 0)
        )
        field_work = {"DISDIK": self._schools, "DINKES": self._clinics, "SETDA": self._bureaus}
        left = people
        if office.branch and office.code != "SETDA":
            left -= self._branches(office, head, round(people * office.branch_share))
        if office.upt:
            share = 1 - office.hq - office.branch_share
            left -= self._managing_units(office, head, round(people * share))
        if office.code in field_work:
            hq = max(7 if people > 12 else 3, round(people * office.hq))
            left -= field_work[office.code](office, head, max(0, left - hq))
        titles = [office.head]
        titles += [t for t, _ in office.sections][: max(0, left // 5)]
        titles += [t for t, _ in office.desks][: max(0, left // 8)]
        self._staff(head, left, titles)

    def _staff(self, number: int, size: int, titles: list[str]) -> None:
        """Set a unit's size and its leading posts."""
        unit = self.units[number]
        unit.size = max(size, 1)
        unit.leaders = [by_title()[title] for title in titles if title][: unit.size]

    def _branches(self, office: Office, parent: int, people: int) -> int:
        regions = content.organisation()["regions"]
        count = min(len(regions), people // 6)
        used = 0
        for region, size in zip(regions, _split(people, count), strict=False):
            kind = "suku_dinas" if office.branch.startswith("Suku") else "UKPD"
            place = region if "Kepulauan" in region else f"Kota Administrasi {region}"
            branch = office.branch.removesuffix(" Kota")  # the place says it again
            number = self._add(
                Unit(self._code(f"{office.code}-SD"), f"{branch} {place}", kind, parent,
                     office.domain, region, office.code, 0)
            )  # fmt: skip
            titles = [branch_head(office)]
            titles += [t for t, _ in office.branch_desks][: max(0, size // 6)]
            self._staff(number, size, titles)
            used += size
        return used

    def _managing_units(self, office: Office, parent: int, people: int) -> int:
        count = min(len(office.upt), people // 6)
        used = 0
        for title, size in zip(office.upt, _split(people, count), strict=False):
            number = self._add(
                Unit(self._code(f"{office.code}-UP"), title, "UKPD", parent, office.domain,
                     "Jakarta Pusat", office.code, 0)
            )  # fmt: skip
            desk = ["Kepala Subbagian Tata Usaha Unit Pengelola"] if size >= 8 else []
            self._staff(number, size, [f"Kepala {title}", *desk])
            used += size
        return used

    def _bureaus(self, office: Office, parent: int, people: int) -> int:
        bureaus = content.organisation()["bureaus"]
        count = min(len(bureaus), people // 6)
        used = 0
        for (name, domain), size in zip(bureaus, _split(people, count), strict=False):
            number = self._add(
                Unit(self._code("BIRO"), name, "UKPD", parent, domain, "Jakarta Pusat",
                     office.code, 0)
            )  # fmt: skip
            sections = [f"Kepala Bagian pada {name}"] * min(3, size // 8)
            self._staff(number, size, [f"Kepala {name}", *sections])
            used += size
        return used

    def _schools(self, office: Office, parent: int, people: int) -> int:
        branches = [n for n, u in enumerate(self.units) if u.parent == parent]
        above = {self.units[n].location: n for n in branches}
        places = [p for p in _places() if not above or p[0] in above]
        used = number = 0
        while people - used >= 8:
            region, _, village = places[(number * 7) % len(places)]
            kind, name, template, size = _school(number, village, number // len(places))
            size = min(size + number % 5, people - used)
            if people - used - size < 8:
                size = people - used
            unit = Unit(self._code("SEK"), name, "sekolah", above.get(region, parent), "DIK",
                        region, template, size, lead_title="Kepala Sekolah")  # fmt: skip
            place = self._add(unit)
            if kind in ("SMAN", "SMKN") and size > 20:
                unit.leaders = [-1, by_title()["Kepala Subbagian Tata Usaha Sekolah"]]
            else:
                unit.leaders = [-1]
            used += self.units[place].size
            number += 1
        return used

    def _clinics(self, office: Office, parent: int, people: int) -> int:
        """Hospitals take a little over half of the health staff, health centres the rest."""
        districts = list(dict.fromkeys((region, district) for region, district, _ in _places()))
        hospitals = min(32, round(people * 0.55) // 40)
        used = 0
        for number, size in enumerate(_split(round(people * 0.55), hospitals)):
            region, district = districts[(number * 5) % len(districts)]
            unit = self._add(
                Unit(self._code("RSUD"), f"RSUD {district}", "rsud", parent, "KES", region,
                     "hospital", 0)
            )  # fmt: skip
            self._staff(unit, size, [
                "Direktur RSUD", "Wakil Direktur Pelayanan RSUD",
                "Kepala Subbagian Umum dan Keuangan RSUD",
            ])  # fmt: skip
            used += size
        rest = people - used
        centres = min(len(districts), rest // 12)
        for number, size in enumerate(_split(rest, centres)):
            region, district = districts[(number * 7) % len(districts)]
            desk = by_title()["Kepala Subbagian Tata Usaha Puskesmas"]
            self._add(
                Unit(self._code("PKM"), f"Puskesmas {district}", "puskesmas", parent, "KES",
                     region, "clinic", size, [-1, desk] if size > 15 else [-1],
                     lead_title="Kepala Puskesmas")
            )  # fmt: skip
            used += size
        return used

    def _cities(self, office: Office, people: int) -> None:
        districts = content.organisation()["districts"]
        count = max(1, min(len(districts), people // 14))
        for region, size in zip(list(districts), _split(people, count), strict=False):
            self._city(office, region, size)

    def _city(self, office: Office, region: str, people: int) -> None:
        islands = "Kepulauan" in region
        name = f"Kabupaten Administrasi {region}" if islands else f"Kota Administrasi {region}"
        mayor = "Bupati Kepulauan Seribu" if islands else "Wali Kota Administrasi"
        city = self._add(
            Unit(self._code("KOTA"), name, "PD", 0, "PEM", region, office.code, 0)
        )  # fmt: skip
        areas = content.organisation()["districts"][region]
        left = people
        number = min(len(areas), round(people * 0.8) // 11)
        for district, size in zip(areas, _split(round(people * 0.8), number), strict=False):
            self._district(office, city, region, district, size)
            left -= size
        titles = [mayor, "Sekretaris Kota Administrasi", "Kepala Bagian Pemerintahan Kota"]
        titles += ["Kepala Bagian Umum Kota"]
        self._staff(city, left, titles[: max(1, left // 4)])

    def _district(self, office: Office, city: int, region: str, district: str, people: int) -> None:
        number = self._add(
            Unit(self._code("KEC"), f"Kecamatan {district}", "kecamatan", city, "PEM", region,
                 office.code, 0)
        )  # fmt: skip
        villages = content.organisation()["districts"][region][district]
        count = min(len(villages), round(people * 0.6) // 5)
        left = people
        for village, size in zip(villages, _split(round(people * 0.6), count), strict=False):
            kelurahan = self._add(
                Unit(self._code("KEL"), f"Kelurahan {village}", "kelurahan", number, "PEM",
                     region, office.code, 0)
            )  # fmt: skip
            titles = ["Lurah", "Sekretaris Kelurahan", "Kepala Seksi Pemerintahan Kelurahan"]
            titles += ["Kepala Seksi Ekonomi dan Pembangunan Kelurahan"]
            self._staff(kelurahan, size, titles[: max(1, size // 3)])
            left -= size
        titles = ["Camat", "Sekretaris Kecamatan", "Kepala Seksi Pemerintahan Kecamatan"]
        titles += ["Kepala Seksi Kesejahteraan Rakyat Kecamatan"]
        self._staff(number, left, titles[: max(1, left // 3)])

    def _settle(self) -> None:
        """Make the places exactly as many as the people, and leave some leading posts open."""
        gap = self.employees - sum(unit.size for unit in self.units)
        by_size = sorted(range(1, len(self.units)), key=lambda n: (-self.units[n].size, n))
        turn = 0
        while gap and by_size:
            unit = self.units[by_size[turn % len(by_size)]]
            if gap > 0:
                unit.size += 1
                gap -= 1
            elif unit.size > max(1, len(unit.leaders)):
                unit.size -= 1
                gap += 1
            elif all(self.units[n].size <= max(1, len(self.units[n].leaders)) for n in by_size):
                self._drop(by_size, -gap)
                gap = 0
            turn += 1
        for number, unit in enumerate(self.units):
            if len(unit.leaders) > 2 and (number * 2654435761) % 97 < 16:
                unit.vacant.append(unit.leaders.pop())

    def _drop(self, by_size: list[int], excess: int) -> None:
        """Take places from the last units when a very small city has no staff to spare."""
        for number in reversed(by_size):
            unit = self.units[number]
            taken = min(excess, unit.size)
            unit.size -= taken
            unit.leaders = unit.leaders[: unit.size]
            excess -= taken


def _offices_of(employees: int) -> list[Office]:
    """Return the offices a city of this size has: all, or the largest of a very small one."""
    every = content.offices()
    enough = [office for office in every if office.share * employees >= 2]
    return enough or [max(every, key=lambda office: office.share)]


def _split(people: int, parts: int) -> list[int]:
    """Return ``parts`` nearly equal whole numbers that sum to ``people``."""
    if parts <= 0:
        return []
    small, rest = divmod(people, parts)
    return [small + (number < rest) for number in range(parts)]


def _places() -> list[tuple[str, str, str]]:
    """Return region, district and village, the regions taking turns."""
    by_region = [
        [
            (region, district, village)
            for district, villages in areas.items()
            for village in villages
        ]
        for region, areas in content.organisation()["districts"].items()
    ]
    longest = max(len(found) for found in by_region)
    return [found[n] for n in range(longest) for found in by_region if n < len(found)]


def _school(number: int, village: str, turn: int) -> tuple[str, str, str, int]:
    """Return kind, name, staff mix and usual size of the n-th school."""
    kinds = (
        ("SDN", "school", 14), ("SMPN", "junior", 28), ("SDN", "school", 16),
        ("SMAN", "senior", 34), ("SDN", "school", 13), ("TKN", "kindergarten", 9),
        ("SMKN", "vocational", 32), ("SDN", "school", 15), ("SMPN", "junior", 26),
    )  # fmt: skip
    kind, template, size = kinds[number % len(kinds)]
    if kind == "SDN":
        return kind, f"SDN {village} {turn + 1:02d} Pagi", template, size
    if kind == "TKN":
        return kind, f"TK Negeri {village} {turn + 1:02d}", template, size
    return kind, f"{kind} {number + 1} Jakarta", template, size


def _mixes() -> dict[str, tuple[Pair, ...]]:
    found = {office.code: office.staff for office in content.offices()}
    return {**found, **content.organisation()["templates"]}


def _mix(pairs: tuple[Pair, ...]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Spread a mix of post names over the levels of each."""
    ladders = {family.name: family.ladder for family in content.families()}
    places: list[int] = []
    weights: list[float] = []
    for name, share in pairs:
        levels = line_posts()[name]
        spread = SPREAD[ladders[name]] if name in ladders else (1.0,)
        for place, part in zip(levels.values(), spread, strict=True):
            places.append(place)
            weights.append(float(share) * part)
    return np.array(places, dtype=np.int32), np.cumsum(weights) / np.sum(weights)


def leading_posts(unit: Unit) -> list[int]:
    """Return the unit's leading posts that are posts of their own."""
    return [place for place in unit.leaders if place >= 0]


def describe(organisation: Organisation) -> Iterator[str]:
    """Yield one line per unit, for reading a city by eye."""
    for unit in organisation.units:
        yield f"{unit.code}\t{unit.kind}\t{unit.size}\t{unit.name}\t" + ", ".join(
            posts()[p].title if p >= 0 else "*" for p in unit.leaders
        )
