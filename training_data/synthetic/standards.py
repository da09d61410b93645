"""What each post asks: levels of competencies with importance, and the other conditions."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from training_data.synthetic import content
from training_data.synthetic.catalogue import trainings
from training_data.synthetic.draws import Draws
from training_data.synthetic.posts import Post, posts

Row = tuple[str, str, str, int]
_STRESSED = (2, 3, 4, 8)
"""Of the nine, those some posts ask more of: communication, results, service, diversity."""


@cache
def skill_place() -> dict[str, int]:
    """Return competency code → column of every level matrix."""
    return {skill.code: place for place, skill in enumerate(content.skills())}


@cache
def requirements() -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Return asked levels and importances, both (posts, competencies); 0 where nothing is asked.

    The levels of one post differ between the nine competencies, as they do in real standards.
    """
    everything, place = posts(), skill_place()
    levels = np.zeros((len(everything), len(place)), dtype=np.float32)
    importance = np.zeros(levels.shape, dtype=np.int8)
    wobble = Draws(7, np.arange(len(everything))).grid("standard", 24)
    for row, post in enumerate(everything):
        for column in range(9):
            turn = wobble[row, column]
            shift = -1 if turn < 0.12 and not (column == 0 and post.managerial) else 0
            if turn > 0.85 and column in _STRESSED and post.step.level < 4:
                shift = 1
            levels[row, column] = min(5, max(1, post.step.level + shift))
            importance[row, column] = 3 if wobble[row, 9 + column] < 0.2 else 2
        if post.step.code in ("administrator", "jpt_pratama", "jpt_madya"):
            importance[row, 0] = 1
        for order, code in enumerate(post.core):
            lower = 0 if order == 0 else int(wobble[row, 18 + order] < 0.25 + 0.15 * order)
            levels[row, place[code]] = max(1, post.step.technical - lower)
            importance[row, place[code]] = _importance(post, order)
    return levels, importance


_GUARDED = (
    "Dokter", "Dokter Gigi", "Bidan", "Apoteker", "Radiografer", "Pemadam Kebakaran",
    "Penguji Kendaraan Bermotor", "Auditor",
)  # fmt: skip
"""Lines of work in which lives or verdicts hang on the first competency: a must there."""


def _importance(post: Post, order: int) -> int:
    if order == 0:
        return 1 if post.line in _GUARDED else 2
    return 2 if order < 3 else 3


@cache
def core_columns() -> NDArray[np.int16]:
    """Return per post the columns of its technical competencies, −1 behind them."""
    place = skill_place()
    width = max(len(post.core) for post in posts())
    table = np.full((len(posts()), width), -1, dtype=np.int16)
    for row, post in enumerate(posts()):
        table[row, : len(post.core)] = [place[code] for code in post.core]
    return table


_LEADERSHIP = {
    "pengawas": ("Pelatihan Kepemimpinan Pengawas", 3),
    "administrator": ("Pelatihan Kepemimpinan Administrator", 2),
    "jpt_pratama": ("Pelatihan Kepemimpinan Nasional Tingkat II", 2),
    "jpt_madya": ("Pelatihan Kepemimpinan Nasional Tingkat I", 2),
}
EXPERIENCE = {"pengawas": 4, "administrator": 3, "jpt_pratama": 5, "jpt_madya": 7}
"""Years of related experience the managerial tiers ask for."""
_CERTIFICATE = {
    "Pengelola Pengadaan Barang/Jasa": "Sertifikasi Kompetensi Pengadaan Barang/Jasa Level 1",
    "Penguji Kendaraan Bermotor": "Sertifikasi Penguji Kendaraan Bermotor",
    "Operator Alat Berat": "Sertifikasi Operator Alat Berat",
    "Auditor": "Sertifikasi Auditor Internal Pemerintah",
}
PRACTICE = "Surat Tanda Registrasi Tenaga Kesehatan"
"""Certificate every clinical post asks for."""
CLINICAL = (
    "Dokter", "Dokter Gigi", "Perawat", "Bidan", "Apoteker", "Asisten Apoteker", "Radiografer",
    "Fisioterapis", "Nutrisionis", "Pranata Laboratorium Kesehatan", "Perekam Medis",
    "Tenaga Sanitasi Lingkungan",
)  # fmt: skip


def conditions() -> list[Row]:
    """Return the conditions of all posts: job code, kind, value, importance."""
    rows: list[Row] = []
    courses: dict[str, list[str]] = {}
    for training in trainings():
        if training.line:
            courses.setdefault(training.line, []).append(training.title)
    for post in posts():
        rows += [(post.code, "education", f"{post.education} {f}", 2) for f in post.fields[:3]]
        rows.append((post.code, "rank", post.min_grade, 2))
        tier = post.step.code
        if tier in _LEADERSHIP:
            title, importance = _LEADERSHIP[tier]
            rows.append((post.code, "training", title, importance))
            years = EXPERIENCE[tier]
            rows.append((post.code, "experience", f"{years} tahun pada bidang terkait", 2))
        rows += [(post.code, "training", title, 3) for title in courses.get(post.line, ())]
        if post.line in _CERTIFICATE:
            rows.append((post.code, "certificate", _CERTIFICATE[post.line], 2))
        if post.line in CLINICAL:
            rows.append((post.code, "certificate", PRACTICE, 1))
    return rows
