"""Which trainings a holder of a post chooses among, and the planted tables of the choice."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from training_data.synthetic.catalogue import AUDIENCES, Training, training_place, trainings
from training_data.synthetic.draws import Draws
from training_data.synthetic.posts import Post, posts
from training_data.synthetic.standards import skill_place

OUTCOMES = 4
"""At most so many outcomes per training take effect."""


class Catalogue:
    """The catalogue as arrays over ``trainings()``.

    Attributes:
        skill, low, high: outcomes, (trainings, OUTCOMES); skill −1 behind the last.
        effect, charm, hours, repeat: planted effect, popularity, JP, months until repeated.
        before: place of the prerequisite, −1 for none.
        themes: what tastes are about, (trainings, 4).
        first, heavy, wait: first skill; whether it is long; years until it may be repeated.
    """

    def __init__(self) -> None:
        every = trainings()
        place, skills = training_place(), skill_place()
        self.skill = np.full((len(every), OUTCOMES), -1, dtype=np.int16)
        self.low = np.zeros((len(every), OUTCOMES), dtype=np.float32)
        self.high = np.zeros((len(every), OUTCOMES), dtype=np.float32)
        for row, training in enumerate(every):
            for column, (code, low, high) in enumerate(training.outcomes[:OUTCOMES]):
                self.skill[row, column] = skills[code]
                self.low[row, column], self.high[row, column] = low, high
        self.effect = np.array([t.effect for t in every], dtype=np.float32)
        self.charm = np.array([t.charm for t in every], dtype=np.float32)
        self.hours = np.array([t.hours for t in every], dtype=np.float32)
        self.repeat = np.array([t.repeat or 0 for t in every])
        self.before = np.array(
            [place[t.prerequisites[0]] if t.prerequisites else -1 for t in every]
        )
        self.first = self.skill[:, 0].astype(np.int64)
        self.heavy = self.hours > 36
        self.wait = np.where(self.repeat > 0, np.ceil(self.repeat / 12), 99).astype(np.int8)
        by_form = Draws(31, np.array([int(t.form) for t in every])).normals("form", 4)
        by_skill = Draws(37, self.skill[:, 0].astype(np.int64)).normals("skill", 4)
        self.themes = (0.5 * by_form + 0.5 * by_skill).astype(np.float32)


@cache
def pools() -> NDArray[np.int16]:
    """Return per post the trainings its holders choose among, −1 behind the last."""
    found = [_pool(post) for post in posts()]
    width = max(len(pool) for pool in found)
    table = np.full((len(found), width), -1, dtype=np.int16)
    for row, pool in enumerate(found):
        table[row, : len(pool)] = pool
    return table


def _pool(post: Post) -> list[int]:
    core = set(post.core)
    chosen = []
    for place, training in enumerate(trainings()):
        if training.structural or training.path == "pendidikan":
            continue
        if not _meant_for(training, post):
            continue
        skills = {code for code, _, _ in training.outcomes}
        nine = not any(code.startswith("T.") for code in skills)
        digital = bool(skills & {"T.UMU.1", "T.UMU.2", "T.UMU.10"})
        near = training.domain == post.domain and post.domain not in ("KES", "DIK", "UMU")
        if skills & core or nine or digital or near or training.line == post.line:
            chosen.append(place)
    return chosen


def _meant_for(training: Training, post: Post) -> bool:
    if training.line and training.line != post.line:
        return False
    allowed = AUDIENCES[training.audience]
    return not allowed or post.step.code in allowed


@cache
def sequels() -> NDArray[np.int16]:
    """Return (lines, trainings) the training people of a line usually take after another, −1.

    Every line of work has its own customs: after the same course, auditors and nurses go on to
    different ones. Two posts of one line share them.
    """
    every, table = trainings(), pools()
    order = line_numbers()
    found = np.full((order.max() + 1, len(every)), -1, dtype=np.int16)
    for line in range(len(found)):
        holders = np.flatnonzero(order == line)
        pool = np.unique(table[holders])
        pool = pool[pool >= 0]
        ranked = pool[np.argsort(Draws(41 + line, pool.astype(np.int64)).uniform("order"))]
        for start in range(0, len(ranked) - 4, 4):
            steps = ranked[start : start + 4]
            found[line, steps[:-1]] = steps[1:]
    return found


@cache
def line_numbers() -> NDArray[np.int32]:
    """Return per post the number of its line of work."""
    lines = {line: number for number, line in enumerate(sorted({p.line for p in posts()}))}
    return np.array([lines[post.line] for post in posts()], dtype=np.int32)
