"""Structural courses: who passed which and when, under the names of that time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training_data.synthetic.catalogue import training_place
from training_data.synthetic.draws import Integers
from training_data.synthetic.people import CPNS, PNS, Days, People
from training_data.synthetic.posts import posts

RENAMED = np.datetime64("2019-06-01", "D")
"""Before this day the courses bore their old names, and records hold only a title."""

_TIERS = (
    ("PKP", "pengawas", "Diklat Kepemimpinan Tingkat IV", 0.82),
    ("PKA", "administrator", "Diklat Kepemimpinan Tingkat III", 0.76),
    ("PKN2", "jpt_pratama", "Diklat Kepemimpinan Tingkat II", 0.72),
    ("PKN1", "jpt_madya", "Diklat Kepemimpinan Tingkat I", 0.6),
)


@dataclass(frozen=True)
class Courses:
    """Structural courses passed, one entry per row.

    Attributes:
        person: row in ``People``.
        training: place in ``trainings()``.
        day: last day.
        title: name of the time where no code is recorded, empty otherwise.
    """

    person: Integers
    training: Integers
    day: Days
    title: NDArray[np.str_]


def courses_of(people: People) -> Courses:
    """Return the courses of some people: Latsar at the start, then one per tier led at.

    Most leaders pass the course of their tier within two years of the first post there; it is
    rare that one of a tier is passed without that of the tier below, as in life.
    """
    parts = [*_entry(people), *_tiers(people)]
    person = np.concatenate([part[0] for part in parts])
    training = np.concatenate([np.full(len(part[0]), part[1]) for part in parts])
    day = np.concatenate([part[2] for part in parts])
    title = np.concatenate([np.full(len(part[0]), part[3]) for part in parts])
    past = day < people.frame.today - np.timedelta64(5, "D")
    person, training, day, title = person[past], training[past], day[past], title[past]
    return Courses(person, training, day, np.where(day < RENAMED, title, ""))


_Part = tuple[Integers, int, Days, str]


def _entry(people: People) -> list[_Part]:
    """Latsar (earlier: prajabatan): every civil servant, and candidates in their first year."""
    place = training_place()
    sure = people.draws.uniform("latsar")
    started = (people.employment == CPNS) & (sure < 0.45)
    passed = ((people.employment == PNS) & (sure < 0.985)) | started
    parts = []
    high = people.education >= 2
    for code, group, word in (("LATSAR3", high, "III"), ("LATSAR2", ~high, "II")):
        here = np.flatnonzero(passed & group)
        wait = (150 + 200 * people.draws.of(here).uniform("latsar day")).astype("timedelta64[D]")
        title = f"Diklat Prajabatan Golongan {word}"
        parts.append((here, place[code], people.appointed[here] + wait, title))
    return parts


def _tiers(people: People) -> list[_Part]:
    place = training_place()
    steps = np.array([post.step.code for post in posts()])
    turn = people.draws.grid("structural", 8)
    parts = []
    skipped = np.zeros(len(people), dtype=bool)
    for number, (code, tier, title, share) in enumerate(_TIERS):
        held = (people.chain >= 0) & (steps[np.maximum(people.chain, 0)] == tier)
        first = held.shape[1] - 1 - held[:, ::-1].argmax(axis=1)
        # Who missed the course of the tier below mostly misses this one too.
        passed = held.any(axis=1) & (turn[:, number] < np.where(skipped, 0.15, share))
        skipped |= held.any(axis=1) & ~passed
        here = np.flatnonzero(passed)
        wait = (90 + 560 * turn[here, 4 + number]).astype("timedelta64[D]")
        parts.append((here, place[code], people.since[here, first[here]] + wait, title))
    return parts
