"""Tables that do not depend on people: competencies, posts, standards, catalogue, sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from training_data.synthetic import content
from training_data.synthetic.arrow import from_rows
from training_data.synthetic.catalogue import AUDIENCES, Training, trainings
from training_data.synthetic.draws import Draws
from training_data.synthetic.ladder import PNS_GRADES
from training_data.synthetic.moves import published
from training_data.synthetic.posts import Post, posts
from training_data.synthetic.standards import EXPERIENCE, conditions, requirements

AGENCY = "DKI"


def fixed_tables(seed: int, as_of: date, units: set[str]) -> dict[str, pa.Table]:
    """Return the tables that are the same for a city of any size.

    Parameters:
        units: codes of the units there are; a very small city lacks some offices.
    """
    return {
        "competencies": _competencies(),
        "jobs": from_rows("jobs", [_job(post, units) for post in posts()]),
        "job_requirements": _requirements(),
        "job_conditions": from_rows(
            "job_conditions",
            [
                {"job_code": code, "kind": kind, "value": value, "importance": importance}
                for code, kind, value, importance in conditions()
            ],
        ),
        "career_paths": from_rows(
            "career_paths",
            [
                {"from_job_code": source, "to_job_code": target, "kind": kind,
                 "source": "Pola karier instansi (rekaan)"}
                for source, target, kind in published()
            ],
        ),
        "trainings": from_rows("trainings", [_training(training) for training in trainings()]),
        "training_outcomes": from_rows(
            "training_outcomes",
            [
                {"training_code": training.code, "competency_code": code, "level_from": low,
                 "level_to": high}
                for training in trainings()
                for code, low, high in training.outcomes
            ],
        ),
        "sessions": from_rows("sessions", list(sessions(seed, as_of))),
    }  # fmt: skip


def affair_of(domain: str) -> str:
    """Return the affair of government of a field of work."""
    return next(d.affair for d in content.domains() if d.code == domain)


def _competencies() -> pa.Table:
    return from_rows(
        "competencies",
        [
            {"competency_code": s.code, "name": s.name, "group": s.group, "max_level": 5.0,
             "description": s.about[:1].upper() + s.about[1:]}
            for s in content.skills()
        ],
    )  # fmt: skip


def _job(post: Post, units: set[str]) -> dict[str, Any]:
    functional_years = {"MU": 4.0, "MA": 8.0, "UT": 12.0, "MH": 4.0, "PY": 8.0}
    years = EXPERIENCE.get(post.step.code, functional_years.get(post.step.suffix))
    return {
        "job_code": post.code,
        "title": post.title,
        "tier": post.step.code,
        "family": post.family,
        "affair": affair_of(post.domain),
        "unit_code": post.office if post.managerial and post.office in units else None,
        "job_class": post.job_class,
        "description": post.duties,
        "min_grade": post.min_grade,
        "max_grade": PNS_GRADES[post.step.grades[1]] if post.functional else None,
        "min_education": post.education,
        "education_fields": "|".join(post.fields),
        "min_experience_years": float(years) if years else None,
    }


def _requirements() -> pa.Table:
    levels, importance = requirements()
    rows, columns = np.nonzero(levels)
    codes = [post.code for post in posts()]
    skills = [skill.code for skill in content.skills()]
    return from_rows(
        "job_requirements",
        [
            {"job_code": codes[row], "competency_code": skills[column],
             "level": float(levels[row, column]), "importance": int(importance[row, column])}
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ],
    )  # fmt: skip


_MIX = {"10": "70", "18": "70", "19": "70", "21": "70", "22": "70", "24": "70",
        "14": "20", "15": "20", "20": "20", "23": "20"}  # fmt: skip
_GRADES: dict[str, tuple[str | None, str | None]] = {
    "PKP": ("III/b", "IV/a"), "PKA": ("III/d", "IV/b"), "PKN2": ("IV/a", "IV/e"),
    "PKN1": ("IV/c", "IV/e"), "LATSAR2": ("II/a", "II/d"), "LATSAR3": ("III/a", "III/d"),
}  # fmt: skip


def _training(training: Training) -> dict[str, Any]:
    low, high = _GRADES.get(training.code, (None, None))
    tiers = AUDIENCES[training.audience]
    if training.structural == "LATSAR":
        tiers = ()
    study = training.path == "pendidikan"
    return {
        "training_code": training.code,
        "title": training.title,
        "description": training.description,
        "form": training.form,
        "structural": training.structural or None,
        "mix": _MIX.get(training.form, "10"),
        "method": training.method,
        "provider": training.provider,
        "provider_kind": training.kind,
        "hours": float(training.hours),
        "cost": float(training.cost),
        "international": training.international,
        "curriculum": "Kurikulum LAN" if training.structural else None,
        "tiers": "|".join(tiers) or None,
        "min_grade": "III/a" if study else low,
        "max_grade": "III/d" if study else high,
        "min_education": "S1" if study else "D3" if training.structural == "PKP" else None,
        "affair": affair_of(training.domain),
        "prerequisites": "|".join(training.prerequisites) or None,
        "repeat_after_months": training.repeat,
        "path": training.path,
        "accreditation": "Terakreditasi A LAN" if training.structural else None,
        "mandatory_for": training.mandatory or None,
        "language": training.language,
    }


_SELF_PACED = ("16", "22", "23", "24", "14", "15", "10", "18", "21")
_ROMAN = ("I", "II", "III", "IV", "V", "VI")


def sessions(seed: int, as_of: date) -> Iterator[dict[str, Any]]:
    """Yield the dated runs around the day: one past, and one to three to come, of most trainings.

    Trainings at work and at one's own pace have no sessions, or one that stays open.
    """
    every = trainings()
    draws = Draws(seed, np.arange(len(every)))
    shift, many = draws.grid("session", 6), draws.grid("sessions", 2)
    for place, training in enumerate(every):
        if training.form in _SELF_PACED or training.path == "pendidikan":
            if training.form == "16":
                yield _open_session(training, as_of)
            continue
        count = 0 if many[place, 0] < 0.12 else 1 + int(many[place, 1] * 2.4)
        days = [-320 + int(shift[place, 0] * 280)]
        days += [20 + int((step + shift[place, 1 + step]) * 330 / 3) for step in range(count)]
        for number, ahead in enumerate(days):
            yield _session(training, as_of + timedelta(days=ahead), number, shift[place, 5])


def _session(training: Training, starts: date, number: int, turn: float) -> dict[str, Any]:
    starts -= timedelta(days=starts.weekday())
    length = max(1, round(training.hours / (8 if training.method == "Klasikal" else 5)))
    weeks, days = divmod(length - 1, 5)
    seats = 25 + 5 * int(turn * 4) if training.hours > 8 else 100
    place = {"Daring": "Ruang kelas daring", "Kerja": "Unit kerja tujuan"}
    campus = training.provider.startswith("BPSDM Provinsi")
    return {
        "session_code": f"{training.code}-{starts:%y%m%d}-{number + 1}",
        "training_code": training.code,
        "starts_on": starts,
        "ends_on": starts + timedelta(days=7 * weeks + days),
        "closes_on": starts - timedelta(days=14),
        "seats": seats,
        "min_seats": seats // 2,
        "opening_cost": float(12_500_000 if campus else 18_000_000),
        "batch": f"Angkatan {_ROMAN[number]}",
        "method": training.method,
        "venue": place.get(training.method, "Kampus BPSDM" if campus else training.provider),
        "location": None if training.method == "Daring" else "Jakarta",
    }


def _open_session(training: Training, as_of: date) -> dict[str, Any]:
    return {
        "session_code": f"{training.code}-DARING",
        "training_code": training.code,
        "starts_on": date(as_of.year, 1, 1),
        "ends_on": date(as_of.year + 1, 12, 31),
        "closes_on": date(as_of.year + 1, 11, 30),
        "seats": 5000,
        "min_seats": 1,
        "opening_cost": 0.0,
        "batch": "Terbuka",
        "method": "Daring",
        "venue": "Laman pembelajaran BPSDM",
    }
