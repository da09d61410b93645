"""Tiers, grades, education levels, forms, affairs and the nine competencies as typed facts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from training_data.messages import Text, text
from training_data.reference.data import read
from training_data.reference.lists import label, values


@dataclass(frozen=True)
class Tier:
    """A tier of posts.

    Attributes:
        code: such as "jf_ahli_muda".
        name: what the screen says.
        ladder: struktural, keahlian or keterampilan.
        step: place on its ladder, 1 at the bottom.
    """

    code: str
    name: Text
    ladder: str
    step: int


@dataclass(frozen=True)
class Grade:
    """A grade; grades of different scales are never compared.

    Attributes:
        code: "III/d", or "IX" for PPPK.
        scale: PNS or PPPK.
        order: place on its scale, 1 at the bottom.
        siasn_id: SIASN code, if one is known.
        title: pangkat, such as "Penata Tingkat I".
    """

    code: str
    scale: str
    order: int
    siasn_id: str | None
    title: str


@dataclass(frozen=True)
class Education:
    """A level of education.

    Attributes:
        code: SD … S3.
        rank: place in the order; D4 and S1 share one.
        siasn_ids: SIASN codes of the level.
        name: what the screen says.
    """

    code: str
    rank: int
    siasn_ids: tuple[str, ...]
    name: Text


@dataclass(frozen=True)
class Form:
    """A form of training.

    Attributes:
        code: SIASN jenisDiklat, "1" … "25".
        name: what the screen says.
        mix: its 70:20:10 class, 70, 20 or 10; ``None`` where the catalogue row must say.
    """

    code: str
    name: Text
    mix: str | None


@dataclass(frozen=True)
class Affair:
    """An affair of government (urusan pemerintahan)."""

    code: str
    name: Text


@dataclass(frozen=True)
class Structural:
    """A structural training; ``order`` rises with the tier it prepares for, 0 for Latsar."""

    code: str
    name: Text
    order: int


@dataclass(frozen=True)
class Competency:
    """One of the nine competencies every civil servant is assessed on.

    Attributes:
        code: M.1 … M.8, SK.1.
        name: what the screen says.
        group: M manajerial or SK sosial kultural.
        definition: what it means.
        levels: what levels 1 … 5 mean, in order.
    """

    code: str
    name: Text
    group: str
    definition: Text
    levels: tuple[Text, ...]


@cache
def tiers() -> tuple[Tier, ...]:
    """Return the fourteen tiers, highest first within each ladder."""
    return tuple(
        Tier(v["code"], label("tier", v["code"]), v["ladder"], v["step"]) for v in values("tier")
    )


@cache
def grades() -> tuple[Grade, ...]:
    """Return the grades of both scales, lowest first."""
    return tuple(
        Grade(v["code"], v["scale"], v["order"], v.get("siasn_id"), v["title"])
        for v in values("grade")
    )


@cache
def education_levels() -> tuple[Education, ...]:
    """Return the levels of education, lowest first."""
    name = "education_level"
    return tuple(
        Education(v["code"], v["rank"], tuple(v["siasn_ids"]), label(name, v["code"]))
        for v in values(name)
    )


@cache
def forms() -> tuple[Form, ...]:
    """Return the twenty-five forms of training with their 70:20:10 class."""
    return tuple(Form(v["code"], label("form", v["code"]), v.get("mix")) for v in values("form"))


@cache
def affairs() -> tuple[Affair, ...]:
    """Return the affairs of government."""
    return tuple(Affair(v["code"], label("affair", v["code"])) for v in values("affair"))


@cache
def structural_trainings() -> tuple[Structural, ...]:
    """Return the structural trainings, Latsar first, then by the tier they prepare for."""
    name = "structural"
    return tuple(Structural(v["code"], label(name, v["code"]), v["order"]) for v in values(name))


@cache
def competencies() -> tuple[Competency, ...]:
    """Return the nine competencies, managerial ones first."""
    return tuple(_competency(**v) for v in read("competencies.json")["values"])


def _competency(code: str, group: str, levels: int) -> Competency:
    entry = f"competency.{code}"
    described = tuple(text(f"{entry}.level_{level}") for level in range(1, levels + 1))
    return Competency(code, text(f"{entry}.name"), group, text(f"{entry}.definition"), described)
