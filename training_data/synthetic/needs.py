"""Tables about what the city needs: staffing, vacancies, budgets, priorities, good moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from training_data.synthetic import content
from training_data.synthetic.arrow import from_rows, table, words
from training_data.synthetic.draws import Draws
from training_data.synthetic.moves import moves
from training_data.synthetic.people import Frame
from training_data.synthetic.posts import posts

Counts = Mapping[int, int]


def staffing(frame: Frame, filled: Counts) -> pa.Table:
    """Return need and headcount per unit and post.

    Need is a little above what there is; the next level of a functional post may be needed
    where nobody holds it yet, and open leading posts count.

    Parameters:
        filled: unit · posts + post → people.
    """
    units, count = frame.organisation.units, len(posts())
    vacant = {n * count + p: 1 for n, unit in enumerate(units) for p in unit.vacant}
    above = next_level()
    upward = {key - key % count + above[key % count] for key in filled if key % count in above}
    keys = np.array(sorted({*filled, *vacant, *upward}), dtype=np.int64)
    have = np.array([filled.get(key, 0) for key in keys.tolist()])
    open_ = np.array([vacant.get(key, 0) for key in keys.tolist()])
    turn = Draws(frame.seed, keys).uniform("need")
    more = np.where(turn < 0.35, 1 + (have * 0.25 * turn / 0.35).astype(int), 0)
    less = (turn > 0.94) & (have > 1)
    leads = np.array([post.managerial for post in posts()])[keys % count]
    return table(
        "staffing",
        {
            "unit_code": words([unit.code for unit in units], keys // count),
            "job_code": words([post.code for post in posts()], keys % count),
            "needed": np.where(leads, have + open_, have + more - less),
            "filled": have,
            "acting": open_,
            "as_of": np.full(len(keys), frame.today - np.timedelta64(32, "D")),
        },
    )


@cache
def next_level() -> dict[int, int]:
    """Return for each functional post the next level of the same name (places in ``posts()``)."""
    every = posts()
    return {
        source: target
        for source, target, kind, _ in moves()
        if kind == "vertikal" and every[source].functional and every[target].functional
    }


_METHODS = {
    "jpt_madya": "seleksi_terbuka",
    "jpt_pratama": "seleksi_terbuka",
    "administrator": "manajemen_talenta",
    "pengawas": "mutasi",
}


def vacancies(frame: Frame, staffed: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield open leading posts, and needs of higher functional posts that are to be filled."""
    today, every = frame.as_of, posts()
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
                "method": _METHODS[every[place].step.code],
                "vacant_since": today - timedelta(days=40 + shift),
                "acting": "Plt. ditunjuk",
            }
    for row in _needed(frame, staffed):
        number += 1
        yield {
            "vacancy_code": f"LWG{number:05d}",
            "job_code": row["job_code"],
            "unit_code": row["unit_code"],
            "seats": row["needed"] - row["filled"],
            "opens_on": today - timedelta(days=10),
            "closes_on": today + timedelta(days=30 + number * 17 % 60),
            "method": "kenaikan_jenjang",
            "vacant_since": date(today.year, 1, 2),
        }


def _needed(frame: Frame, staffed: pa.Table) -> list[dict[str, Any]]:
    """Return some of the rows of higher functional posts where more are needed than there are."""
    higher = {p.code for p in posts() if p.step.suffix in ("MU", "MA", "MH", "PY")}
    rows: list[dict[str, Any]] = [
        row
        for row in staffed.filter(
            pa.compute.greater(staffed["needed"], staffed["filled"])
        ).to_pylist()
        if row["job_code"] in higher
    ]
    wanted = max(8, frame.organisation.employees // 60)
    return rows[:: max(1, len(rows) // wanted)]


def budgets(frame: Frame) -> Iterator[dict[str, Any]]:
    """Yield money for development per perangkat daerah, this year and the next."""
    organisation = frame.organisation
    sizes = np.bincount(
        organisation.office_of,
        weights=[unit.size for unit in organisation.units],
        minlength=len(organisation.units),
    )
    for number, unit in enumerate(organisation.units):
        if unit.kind != "PD":
            continue
        for year, stage in ((frame.as_of.year, "DPPA"), (frame.as_of.year + 1, "RKA")):
            each = 6_500_000 if unit.code == "BPSDM" else 780_000
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


def priorities(frame: Frame) -> Iterator[dict[str, Any]]:
    """Yield the city's needs: policy for all, and what citizens complain about per office."""
    as_of = frame.as_of
    present = {unit.code for unit in frame.organisation.units}
    for code, weight, reason in content.needs("policy"):
        yield {
            "competency_code": code,
            "source": "policy",
            "starts_on": date(as_of.year, 1, 1),
            "weight": float(weight),
            "reason": reason,
            "ends_on": date(as_of.year + 1, 12, 31),
        }
    for code, office, weight, reason in content.needs("community"):
        if office in present:
            yield {
                "competency_code": code,
                "unit_code": office,
                "source": "community",
                "starts_on": as_of - timedelta(days=75),
                "weight": float(weight),
                "reason": reason,
                "ends_on": as_of + timedelta(days=120),
            }


def role_pairs(moved: Counts) -> pa.Table:
    """Return moves that happened and turned out well; the usual ones count more.

    Parameters:
        moved: from · posts + to → people who moved so and work well.
    """
    count = len(posts())
    codes = [post.code for post in posts()]
    return from_rows(
        "role_pairs",
        [
            {
                "source_job": codes[key // count],
                "target_job": codes[key % count],
                "gain": float(1 + (moved[key] >= 3) + (moved[key] >= 10)),
            }
            for key in sorted(moved)
        ],
    )
