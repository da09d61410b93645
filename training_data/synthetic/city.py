"""The whole city: brings the stages together, shard by shard, as Arrow tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from training_data.synthetic import content
from training_data.synthetic.arrow import from_rows, table, words
from training_data.synthetic.catalogue import training_place, trainings
from training_data.synthetic.draws import Draws
from training_data.synthetic.evidence import Evidence
from training_data.synthetic.fixed import AGENCY, affair_of, fixed_tables, sessions
from training_data.synthetic.lives import YEARS, Lives
from training_data.synthetic.organisation import Organisation, leading_posts
from training_data.synthetic.people import Attributes, Frame, People, identifiers
from training_data.synthetic.pools import Catalogue
from training_data.synthetic.posts import posts
from training_data.synthetic.records import Records
from training_data.synthetic.standards import requirements

Tables = dict[str, pa.Table]
PERSON_TABLES = (
    "employees", "competency_scores", "training_history", "nominations", "certifications",
    "credit_points", "job_history", "performance", "talent", "discipline", "feedback",
)  # fmt: skip
"""Tables with rows per person; the others have one file whatever the size."""


@dataclass
class Shard:
    """Tables of some people, with the planted truth beside them."""

    tables: Tables
    truth: Tables


@dataclass
class _Counts:
    """What is summed over all shards: who fills which post, and who moved where."""

    posts: dict[int, int] = field(default_factory=dict)
    moves: dict[int, int] = field(default_factory=dict)

    def add(self, into: dict[int, int], keys: Any) -> None:
        found, times = np.unique(keys, return_counts=True)
        for key, count in zip(found.tolist(), times.tolist(), strict=True):
            into[key] = into.get(key, 0) + count


class City:
    """A fictional Jakarta of a given size.

    Parameters:
        employees: how many people, at least 1.
        seed: the same seed gives the same city, whatever the shards.
        as_of: the day the files are drawn up.
    """

    def __init__(self, employees: int, seed: int, as_of: date) -> None:
        if employees < 1:
            raise ValueError(f"employees must be at least 1, not {employees}")
        self.frame = Frame(Organisation(employees), Attributes(), seed, as_of)
        self.catalogue = Catalogue()
        self._counts = _Counts()
        self._past: dict[int, tuple[str, Any, Any]] = {}
        self._coming: dict[int, str] = {}
        place = training_place()
        for row in sessions(seed, as_of):
            training = place[row["training_code"]]
            if row["ends_on"] < as_of:
                days = np.datetime64(row["starts_on"], "D"), np.datetime64(row["ends_on"], "D")
                self._past[training] = (row["session_code"], *days)
            elif row["starts_on"] > as_of:
                self._coming.setdefault(training, row["session_code"])

    def shards(self, size: int) -> Iterator[Shard]:
        """Yield the people's tables, ``size`` people at a time."""
        employees = self.frame.organisation.employees
        for start in range(0, employees, size):
            yield self._shard(np.arange(start, min(start + size, employees)))

    def _shard(self, numbers: Any) -> Shard:
        people = People(self.frame, numbers)
        records = Records(people)
        lives = Lives(people, self.catalogue)
        evidence = Evidence(lives, self._past)
        self._counts.add(self._counts.posts, records.staffing_counts())
        self._counts.add(self._counts.moves, records.moved())
        tables = {
            "employees": records.employees(),
            "competency_scores": evidence.competency_scores(),
            "training_history": evidence.training_history(),
            "nominations": evidence.nominations(self._coming),
            "certifications": evidence.certifications(),
            "credit_points": records.credit_points(),
            "job_history": records.job_history(),
            "performance": records.performance(),
            "talent": records.talent(),
            "discipline": records.discipline(),
            "feedback": evidence.feedback(),
        }
        return Shard(tables, _truth_of(people, lives))

    def others(self) -> Tables:
        """Return the tables that are not people's; call after all shards were made."""
        frame = self.frame
        return {
            **fixed_tables(frame.seed, frame.as_of),
            "units": self._units(),
            "staffing": self._staffing(),
            "vacancies": from_rows("vacancies", list(self._vacancies())),
            "budgets": from_rows("budgets", list(self._budgets())),
            "priorities": from_rows("priorities", list(self._priorities())),
            "role_pairs": self._role_pairs(),
        }

    def _units(self) -> pa.Table:
        frame = self.frame
        units, offsets = frame.organisation.units, frame.organisation.offsets
        heads = identifiers(frame, offsets[:-1])
        every = posts()
        rows = []
        for number, unit in enumerate(units):
            leading = leading_posts(unit)[:1] if unit.leaders[:1] != [-1] else []
            rows.append(
                {
                    "unit_code": unit.code,
                    "agency": AGENCY,
                    "name": unit.name,
                    "kind": unit.kind,
                    "parent_code": units[unit.parent].code if unit.parent >= 0 else None,
                    "head_job_code": every[leading[0]].code if leading else None,
                    "head_employee_id": heads[number] if unit.size and unit.leaders else None,
                    "affair": affair_of(unit.domain),
                    "location": unit.location,
                }
            )
        return from_rows("units", rows)

    def _staffing(self) -> pa.Table:
        """Need and headcount: a little more is needed than there is, and open posts count."""
        units, count = self.frame.organisation.units, len(posts())
        filled = dict(self._counts.posts)
        vacant = {n * count + p: 1 for n, unit in enumerate(units) for p in unit.vacant}
        keys = np.array(sorted({*filled, *vacant}), dtype=np.int64)
        have = np.array([filled.get(key, 0) for key in keys.tolist()])
        open_ = np.array([vacant.get(key, 0) for key in keys.tolist()])
        turn = Draws(self.frame.seed, keys).uniform("need")
        more = np.where(turn < 0.35, 1 + (have * 0.25 * turn / 0.35).astype(int), 0)
        less = (turn > 0.94) & (have > 1)
        leads = np.array([post.managerial for post in posts()])[keys % count]
        needed = np.where(leads, have + open_, have + more - less)
        return table(
            "staffing",
            {
                "unit_code": words([unit.code for unit in units], keys // count),
                "job_code": words([post.code for post in posts()], keys % count),
                "needed": needed,
                "filled": have,
                "acting": open_,
                "as_of": np.full(len(keys), self.frame.today - np.timedelta64(32, "D")),
            },
        )

    def _vacancies(self) -> Iterator[dict[str, Any]]:
        """Open leading posts, and needs of functional posts that are to be filled."""
        frame, every = self.frame, posts()
        today = frame.as_of
        methods = {"jpt_pratama": "seleksi_terbuka", "jpt_madya": "seleksi_terbuka",
                   "administrator": "manajemen_talenta", "pengawas": "mutasi"}  # fmt: skip
        number = 0
        for unit in frame.organisation.units:
            for place in unit.vacant:
                number += 1
                shift = number * 37 % 200
                yield {
                    "vacancy_code": f"LWG{number:05d}",
                    "job_code": every[place].code,
                    "unit_code": unit.code,
                    "seats": 1,
                    "opens_on": today - timedelta(days=20 + shift // 10),
                    "closes_on": today + timedelta(days=15 + shift // 4),
                    "method": methods[every[place].step.code],
                    "vacant_since": today - timedelta(days=40 + shift),
                    "acting": "Plt. ditunjuk" if number % 3 else None,
                }
        for place, post in enumerate(every):
            if post.step.code in ("jf_ahli_muda", "jf_ahli_madya", "jf_penyelia"):
                if (place * 2654435761) % 101 < 40 and any(
                    key % len(every) == place for key in self._counts.posts
                ):
                    number += 1
                    yield {
                        "vacancy_code": f"LWG{number:05d}",
                        "job_code": post.code,
                        "seats": 1 + place % 4,
                        "opens_on": today - timedelta(days=10),
                        "closes_on": today + timedelta(days=30 + place % 60),
                        "method": "kenaikan_jenjang",
                        "vacant_since": date(today.year, 1, 2),
                    }

    def _budgets(self) -> Iterator[dict[str, Any]]:
        """Money for development per perangkat daerah, this year and the next."""
        organisation = self.frame.organisation
        sizes = np.bincount(
            organisation.office_of,
            weights=[unit.size for unit in organisation.units],
            minlength=len(organisation.units),
        )
        for number, unit in enumerate(organisation.units):
            if unit.kind != "PD":
                continue
            for year, stage in (
                (self.frame.as_of.year, "DPPA"), (self.frame.as_of.year + 1, "RKA")
            ):  # fmt: skip
                each = 1_150_000 if unit.code == "BPSDM" else 780_000
                yield {
                    "budget_code": f"{unit.code}-{year}-5.1.02",
                    "amount": float(round(sizes[number] * each + 25_000_000, -5)),
                    "unit_code": unit.code,
                    "year": year,
                    "source": "APBD",
                    "program": "Program Penunjang Urusan Pemerintahan Daerah",
                    "activity": "Administrasi Kepegawaian Perangkat Daerah",
                    "sub_activity": "Pendidikan dan Pelatihan Pegawai Berdasarkan Tugas dan Fungsi",
                    "stage": stage,
                }

    def _priorities(self) -> Iterator[dict[str, Any]]:
        """The city's needs: policy for all, and what citizens complain about per office."""
        as_of = self.frame.as_of
        present = {unit.code for unit in self.frame.organisation.units}
        for code, weight, reason in _POLICY:
            yield {
                "competency_code": code,
                "source": "policy",
                "starts_on": date(as_of.year, 1, 1),
                "weight": weight,
                "reason": reason,
                "ends_on": date(as_of.year + 1, 12, 31),
            }
        for code, office, weight, reason in _COMPLAINTS:
            if office in present:
                yield {
                    "competency_code": code,
                    "unit_code": office,
                    "source": "community",
                    "starts_on": as_of - timedelta(days=75),
                    "weight": weight,
                    "reason": reason,
                    "ends_on": as_of + timedelta(days=120),
                }

    def _role_pairs(self) -> pa.Table:
        """Moves that happened and turned out well; the usual ones count more."""
        count = len(posts())
        codes = [post.code for post in posts()]
        keys = sorted(self._counts.moves)
        times = [self._counts.moves[key] for key in keys]
        return from_rows(
            "role_pairs",
            [
                {"source_job": codes[key // count], "target_job": codes[key % count],
                 "gain": float(1 + (n >= 3) + (n >= 10))}
                for key, n in zip(keys, times, strict=True)
            ],
        )  # fmt: skip

    def truth(self) -> Tables:
        """Return the planted effects of the catalogue."""
        every = trainings()
        return {
            "training_effects": pa.table(
                {
                    "training_code": [t.code for t in every],
                    "effect": [t.effect for t in every],
                    "charm": [t.charm for t in every],
                }
            )
        }


def _truth_of(people: People, lives: Lives) -> Tables:
    """Return true levels on what the present post asks, temper, and liking of a sample."""
    asked = requirements()[0][people.post] > 0
    rows, skill = np.nonzero(asked)
    ids = pa.array(people.ids)
    codes = [s.code for s in content.skills()]
    sample = np.flatnonzero(people.numbers % 40 == 0)
    pool, wish = lives.utilities(YEARS - 1, sample, lives.levels[-1])
    place, column = np.nonzero((pool >= 0) & np.isfinite(wish))
    return {
        "levels": pa.table(
            {
                "employee_id": ids.take(pa.array(rows)),
                "competency_code": words(codes, skill),
                "level": lives.levels[-1][rows, skill].astype(float).round(4),
            }
        ),
        "temper": pa.table(
            {
                "employee_id": ids,
                "ability": people.ability.round(4),
                "drive": people.drive.round(4),
                "support": people.support.round(4),
                **{f"taste_{n + 1}": people.tastes[:, n].round(4) for n in range(4)},
            }
        ),
        "utilities": pa.table(
            {
                "employee_id": ids.take(pa.array(sample[place])),
                "training_code": words([t.code for t in trainings()], pool[place, column]),
                "utility": wish[place, column].round(4),
            }
        ),
    }


def joined(parts: list[Mapping[str, pa.Table]]) -> Tables:
    """Return the shards' tables put one after the other."""
    return {name: pa.concat_tables([part[name] for part in parts]) for name in parts[0]}


_POLICY = (
    ("T.UMU.1", 0.5, "Transformasi digital layanan menjadi sasaran pembangunan daerah."),
    ("T.UMU.2", 0.4, "Keputusan berbasis data diperkuat di semua perangkat daerah."),
    ("T.SDA.1", 0.6, "Pengendalian banjir menjadi program prioritas daerah."),
    ("T.HUB.3", 0.4, "Perluasan angkutan umum terintegrasi."),
    ("T.KES.11", 0.4, "Percepatan penurunan stunting."),
    ("T.LHK.2", 0.5, "Perbaikan mutu udara Jakarta."),
    ("T.DIK.8", 0.3, "Perluasan sekolah inklusif."),
    ("M.7", 0.4, "Penataan organisasi menuju kota global."),
    ("M.5", 0.3, "Peningkatan kepuasan masyarakat atas layanan publik."),
)
_COMPLAINTS = (
    ("T.HUB.1", "DISHUB", 0.7, "Aduan warga tentang kemacetan dan lampu lalu lintas meningkat."),
    ("T.HUB.5", "DISHUB", 0.5, "Aduan warga tentang parkir liar meningkat."),
    ("T.BMR.3", "BINAMARGA", 0.7, "Aduan warga tentang jalan berlubang meningkat."),
    ("T.BMR.5", "BINAMARGA", 0.4, "Aduan warga tentang lampu jalan padam meningkat."),
    ("T.SDA.3", "DSDA", 0.8, "Aduan warga tentang saluran tersumbat dan genangan meningkat."),
    ("T.LHK.1", "DLH", 0.6, "Aduan warga tentang tumpukan sampah meningkat."),
    ("T.PTS.1", "DPMPTSP", 0.5, "Pemohon menilai waktu penyelesaian izin belum pasti."),
    ("T.DUK.1", "DUKCAPIL", 0.4, "Antrean layanan kependudukan di kecamatan bertambah."),
    ("T.SOS.4", "DINSOS", 0.6, "Aduan warga tentang ketepatan bantuan sosial meningkat."),
    ("T.TRB.7", "SATPOLPP", 0.5, "Aduan warga tentang pedagang di trotoar meningkat."),
    ("T.KES.5", "DINKES", 0.4, "Warga meminta antrean puskesmas lebih singkat dan aman."),
    ("T.DIK.3", "DISDIK", 0.5, "Laporan perundungan di sekolah meningkat."),
    ("T.UMU.10", "DISDIK", -0.2, "Kebutuhan pelayanan prima telah banyak terpenuhi."),
)
