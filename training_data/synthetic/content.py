"""The words of the fictional city: reads ``content/*.toml`` into typed rows, once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from training_data.reference import competencies

Pair = tuple[str, str]


@dataclass(frozen=True)
class Skill:
    """A competency: code, name, group, what it means, and topics trainings are made of."""

    code: str
    name: str
    group: str
    about: str
    topics: tuple[str, ...] = ()
    chain: int = 0


@dataclass(frozen=True)
class Domain:
    """A field of work: one affair of government with its technical competencies."""

    code: str
    affair: str
    provider: str
    skills: tuple[Skill, ...]


@dataclass(frozen=True)
class Family:
    """A functional post through all its levels."""

    name: str
    domain: str
    ladder: str
    core: tuple[str, ...]
    fields_expert: tuple[str, ...]
    fields_skilled: tuple[str, ...]
    duties: tuple[str, ...]
    group: str


@dataclass(frozen=True)
class Executive:
    """A pelaksana post."""

    name: str
    domain: str
    education: str
    fields: tuple[str, ...]
    job_class: int
    core: tuple[str, ...]
    duties: tuple[str, ...]


@dataclass(frozen=True)
class Office:
    """A perangkat daerah: its share of the staff, its managerial posts and its branches."""

    code: str
    name: str
    domain: str
    share: float
    hq: float
    head: str
    sections: tuple[Pair, ...]
    desks: tuple[Pair, ...]
    branch: str
    branch_share: float
    branch_desks: tuple[Pair, ...]
    upt: tuple[str, ...]
    staff: tuple[Pair, ...]


def _load(name: str) -> dict[str, Any]:
    path = resources.files("training_data.synthetic") / "content" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _rows(block: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")] for row in block.strip().splitlines()]


def split(text: str, sign: str = ";") -> tuple[str, ...]:
    """Return the parts of a list in one cell, without blanks and empty parts."""
    return tuple(part.strip() for part in text.split(sign) if part.strip())


def pairs(text: str) -> tuple[Pair, ...]:
    """Return the ``name:value`` parts of a list in one cell."""
    found = (part.rsplit(":", 1) for part in split(text))
    return tuple((name.strip(), value.strip()) for name, value in found)


def _core(text: str, domain: str) -> tuple[str, ...]:
    """Return competency codes from numbers of the own domain or ``CODE.number``."""
    return tuple(f"T.{part}" if "." in part else f"T.{domain}.{part}" for part in split(text, ","))


@cache
def domains() -> tuple[Domain, ...]:
    """Return the fields of work, general administration first."""
    found = []
    for entry in _load("domains")["domain"]:
        skills = []
        for number, (name, about, topics) in enumerate(_rows(entry["competencies"]), start=1):
            chain = 3 if number <= entry["chained"] else 2
            code = f"T.{entry['code']}.{number}"
            skills.append(Skill(code, name, "T", about, split(topics), chain))
        found.append(Domain(entry["code"], entry["affair"], entry["provider"], tuple(skills)))
    return tuple(found)


@cache
def skills() -> tuple[Skill, ...]:
    """Return every competency: the nine first, then the technical ones by domain."""
    nine = [Skill(c.code, c.name.id, c.group, c.definition.id) for c in competencies()]
    return (*nine, *(skill for domain in domains() for skill in domain.skills))


@cache
def families() -> tuple[Family, ...]:
    """Return the functional posts."""
    found = []
    for name, domain, ladder, core, fields, duties, group in _rows(_load("families")["families"]):
        expert, _, skilled = fields.partition("/")
        if ladder in ("T3", "P") and not skilled:
            expert, skilled = "", expert
        found.append(
            Family(
                name, domain, ladder, _core(core, domain), split(expert), split(skilled),
                split(duties), group,
            )
        )  # fmt: skip
    return tuple(found)


@cache
def executives() -> tuple[Executive, ...]:
    """Return the pelaksana posts."""
    found = []
    for name, domain, asked, grade, core, duties in _rows(_load("families")["executives"]):
        education, fields = asked.split(":", 1)
        found.append(
            Executive(
                name, domain, education, split(fields), int(grade), _core(core, domain),
                split(duties),
            )
        )  # fmt: skip
    return tuple(found)


@cache
def offices() -> tuple[Office, ...]:
    """Return the perangkat daerah."""
    return tuple(
        Office(
            code=o["code"],
            name=o["name"],
            domain=o["domain"],
            share=o["share"],
            hq=o["hq"],
            head=o["head"],
            sections=pairs(o["sections"]),
            desks=pairs(o["desks"]),
            branch=o.get("branch", ""),
            branch_share=o.get("branch_share", 0.0),
            branch_desks=pairs(o.get("branch_desks", "")),
            upt=split(o.get("upt", "")),
            staff=pairs(o["staff"]),
        )
        for o in _load("organisation")["office"]
    )


@cache
def organisation() -> dict[str, Any]:
    """Return what the organisation file holds besides the offices."""
    found = _load("organisation")
    districts = {
        region: {
            name.strip(): split(villages, ",")
            for name, villages in (entry.split(":", 1) for entry in split(text))
        }
        for region, text in found["districts"].items()
    }
    return {
        "province": found["province"],
        "regions": tuple(found["regions"]),
        "bureaus": pairs(found["bureaus"]["list"]),
        "templates": {name: pairs(text) for name, text in found["templates"].items()},
        "districts": districts,
    }


@cache
def names() -> dict[str, tuple[str, ...]]:
    """Return the parts invented names are made of."""
    return {kind: tuple(text.split()) for kind, text in _load("names").items()}


@cache
def catalogue() -> dict[str, Any]:
    """Return general, structural and certified trainings as rows, and invented providers."""
    found = _load("catalogue")
    blocks = ("general", "structural", "certified", "studies")
    return {**found, **{name: _rows(found[name]) for name in blocks}}


def needs(source: str) -> list[list[str]]:
    """Return the city's needs by policy or from the community, as rows."""
    return _rows(_load("needs")[source])


_PROPER = {"Jakarta", "Betawi", "Indonesia", "Linux", "Adiwiyata", "Inggris", "Gubernur"}


def soft(text: str) -> str:
    """Return a title as part of a sentence: small letters, but not for names and short forms.

    >>> soft("Pelayanan Perizinan SPBE di Jakarta")
    'pelayanan perizinan SPBE di Jakarta'
    """
    return " ".join(
        word if word in _PROPER or sum(map(str.isupper, word)) > 1 or word == "B3" else word.lower()
        for word in text.split(" ")
    )


def headline(text: str) -> str:
    """Return words as in a title.

    >>> headline("Ketenteraman dan ketertiban umum")
    'Ketenteraman dan Ketertiban Umum'
    """
    small = {"dan", "atau", "di", "ke", "dari", "bagi", "pada", "dengan"}
    return " ".join(w if w in small else w[:1].upper() + w[1:] for w in text.split(" "))
