"""Courses outside the yearly choice: structural ones, and what was learnt before these years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training_data.synthetic import content
from training_data.synthetic.catalogue import functional_course, training_place, trainings
from training_data.synthetic.draws import Integers
from training_data.synthetic.people import CPNS, PNS, Days, People
from training_data.synthetic.posts import posts
from training_data.synthetic.standards import core_columns

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
    """Courses passed, one entry per row.

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


def courses_of(people: People, begin: np.datetime64) -> Courses:
    """Return the courses of some people: Latsar at the start, then one per tier led at.

    Besides, those who have served long learnt the basics of their work before ``begin``.
    Most leaders pass the course of their tier within two years of the first post there; it is
    rare that one of a tier is passed without that of the tier below, as in life.
    """
    parts = [*_entry(people), *_tiers(people), *_earlier(people, begin)]
    person = np.concatenate([part[0] for part in parts])
    training = np.concatenate([np.full(len(part[0]), part[1]) for part in parts])
    day = np.concatenate([part[2] for part in parts])
    title = np.concatenate([np.full(len(part[0]), part[3]) for part in parts])
    past = day < people.frame.today - np.timedelta64(5, "D")
    person, training, day, title = person[past], training[past], day[past], title[past]
    return Courses(person, training, day, np.where(_nameless(people, person, day), title, ""))


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


def _nameless(people: People, person: Integers, day: Days) -> NDArray[np.bool_]:
    """Return which records hold a title only: the old ones, and a part of the rest."""
    careless = people.draws.uniform("careless")[person] < 0.12
    lost: NDArray[np.bool_] = (day < RENAMED) & (careless | (day < np.datetime64("2016-01-01")))
    return lost


def _earlier(people: People, begin: np.datetime64) -> list[_Part]:
    """Basic and functional courses of people who served long before these years."""
    chosen = _basics(people, begin)
    _functional(people, begin, chosen)
    names = [training.title for training in trainings()]
    turn = people.draws.grid("earlier day", 9)
    parts = []
    for (training, step, spell), rows in sorted(chosen.items()):
        here = np.array(rows, dtype=np.int64)
        first = people.since[here, spell] if spell >= 0 else people.appointed[here]
        first = np.maximum(first, np.datetime64("2011-01-01", "D"))
        # The second level came after the first, each in its own half of the time before.
        share = (0.1, 0.55, 0.05)[step] + 0.4 * turn[here, 3 * step + training // 5 % 3]
        day = first + ((begin - first).astype(float) * share).astype("timedelta64[D]")
        parts.append((here, training, day, names[training]))
    return parts


_Chosen = dict[tuple[int, int, int], list[int]]


def _basics(people: People, begin: np.datetime64) -> _Chosen:
    """First and second level of the chains of what the post asks first."""
    place = training_place()
    codes = [skill.code for skill in content.skills()]
    core = core_columns()[people.post]
    level = np.array([post.step.technical for post in posts()])[people.post]
    served = (begin - people.appointed).astype(float) / 365.25
    turn = people.draws.grid("earlier", 6)
    chosen: _Chosen = {}
    for row in np.flatnonzero(served > 4).tolist():
        for order, column in enumerate(core[row, :3].tolist()):
            _, field, number = codes[column].split(".")
            for step in (0, 1):
                code = f"{field}{int(number):02d}{step + 1}"
                likely = turn[row, 2 * order + step] < 0.55 - 0.1 * order
                if column < 0 or not likely or level[row] < step + 2 or code not in place:
                    break
                chosen.setdefault((place[code], step, -1), []).append(row)
    return chosen


def _functional(people: People, begin: np.datetime64, chosen: _Chosen) -> None:
    """Add the course that people took when they entered their functional line."""
    every, place = posts(), training_place()
    spell = people.first_functional
    entered = people.since[np.arange(len(people)), np.maximum(spell, 0)]
    took = (spell >= 0) & (entered < begin - np.timedelta64(500, "D"))
    took &= people.draws.chance("functional course", 0.7)
    for row in np.flatnonzero(took).tolist():
        line = every[people.chain[row, spell[row]]].line
        chosen.setdefault((place[functional_course(line)], 2, int(spell[row])), []).append(row)
