"""What goes with a tier: levels, grades, classes, years of service; and the two grade scales."""

from __future__ import annotations

from dataclasses import dataclass

PNS_GRADES = (
    *(f"{roman}/{letter}" for roman in ("I", "II", "III", "IV") for letter in "abcd"),
    "IV/e",
)
PPPK_GRADES = (
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV",
    "XVI", "XVII",
)  # fmt: skip
EDUCATION = ("SLTA", "D3", "S1", "S2", "S3")


@dataclass(frozen=True)
class Step:
    """One tier.

    Attributes:
        level: usual level asked in the nine competencies.
        technical: usual level asked in the first technical competencies.
        grades: lowest and highest PNS grade usual for it (positions in ``PNS_GRADES``).
        service: years of service holders usually have, from … to.
        job_class: class of the post.
        retirement: usual age of retirement.
        education: lowest level of education.
        spell: years usually spent in one post of the tier.
    """

    code: str
    suffix: str
    word: str
    level: int
    technical: int
    grades: tuple[int, int]
    service: tuple[float, float]
    job_class: int
    retirement: int
    education: str
    spell: float


def _grade(code: str) -> int:
    return PNS_GRADES.index(code)


def _step(
    code: str, suffix: str, word: str, levels: tuple[int, int], grades: str,
    service: tuple[float, float], job_class: int, retirement: int, education: str, spell: float,
) -> Step:  # fmt: skip
    low, high = grades.split("–")
    return Step(
        code, suffix, word, *levels, (_grade(low), _grade(high)), service, job_class, retirement,
        education, spell,
    )  # fmt: skip


STEPS = (
    _step("jpt_madya", "", "", (5, 4), "IV/d–IV/e", (27, 36), 16, 60, "S1", 2.5),
    _step("jpt_pratama", "", "", (4, 3), "IV/b–IV/d", (21, 34), 14, 60, "S1", 2.5),
    _step("administrator", "", "", (3, 3), "III/d–IV/b", (15, 32), 11, 58, "S1", 3.0),
    _step("pengawas", "", "", (2, 3), "III/b–III/d", (10, 30), 9, 58, "D3", 3.5),
    _step("pelaksana", "", "", (1, 2), "II/a–III/d", (1.5, 33), 5, 58, "SLTA", 5.0),
    _step("jf_ahli_utama", "UT", "Ahli Utama", (5, 5), "IV/d–IV/e", (26, 38), 13, 65, "S2", 5.0),
    _step("jf_ahli_madya", "MA", "Ahli Madya", (4, 4), "IV/a–IV/c", (15, 34), 11, 60, "S1", 7.0),
    _step("jf_ahli_muda", "MU", "Ahli Muda", (3, 3), "III/c–III/d", (8, 29), 9, 58, "S1", 6.0),
    _step("jf_ahli_pertama", "PT", "Ahli Pertama", (2, 2), "III/a–III/b", (1.5, 14), 8, 58, "S1",
          5.0),
    _step("jf_penyelia", "PY", "Penyelia", (3, 3), "III/c–III/d", (14, 33), 8, 58, "D3", 7.0),
    _step("jf_mahir", "MH", "Mahir", (2, 3), "III/a–III/b", (8, 26), 7, 58, "D3", 6.0),
    _step("jf_terampil", "TR", "Terampil", (1, 2), "II/c–II/d", (1.5, 14), 6, 58, "D3", 5.0),
    _step("jf_pemula", "PM", "Pemula", (1, 1), "II/a–II/b", (1.5, 8), 5, 58, "SLTA", 4.0),
)  # fmt: skip
TIER = {step.code: number for number, step in enumerate(STEPS)}
"""Tier code → its place in ``STEPS``."""

LADDERS = {
    "A3": ("jf_ahli_pertama", "jf_ahli_muda", "jf_ahli_madya"),
    "A4": ("jf_ahli_pertama", "jf_ahli_muda", "jf_ahli_madya", "jf_ahli_utama"),
    "M2": ("jf_ahli_muda", "jf_ahli_madya"),
    "T3": ("jf_terampil", "jf_mahir", "jf_penyelia"),
    "P": ("jf_pemula", "jf_terampil", "jf_mahir", "jf_penyelia"),
    "AT": ("jf_terampil", "jf_mahir", "jf_penyelia", "jf_ahli_pertama", "jf_ahli_muda",
           "jf_ahli_madya"),
}  # fmt: skip
SPREAD = {
    "A3": (0.42, 0.38, 0.20),
    "A4": (0.41, 0.37, 0.21, 0.01),
    "M2": (0.35, 0.65),
    "T3": (0.45, 0.33, 0.22),
    "P": (0.2, 0.35, 0.27, 0.18),
    "AT": (0.24, 0.18, 0.12, 0.24, 0.16, 0.06),
}
"""How the holders of a functional post spread over its levels."""
