"""The posts of the fictional city: titles, duties, tiers and the moves between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from training_data.synthetic import content
from training_data.synthetic.ladder import LADDERS, PNS_GRADES, STEPS, TIER, Step

_DUTIES = {
    "jf_pemula": "Membantu {0}. Menyiapkan peralatan dan bahan untuk {1}.",
    "jf_terampil": "Melaksanakan {0} sesuai prosedur. Mencatat dan melaporkan {1}.",
    "jf_mahir": "Melaksanakan {0} yang lebih rumit dan memandu pelaksana. Memeriksa hasil {1}.",
    "jf_penyelia": "Menyelia {0} dan mengatur pembagian tugas. Memeriksa mutu {1}. "
    "Menyusun laporan {2}.",
    "jf_ahli_pertama": "Melaksanakan {0}. Mengolah bahan dan data {1}. Menyusun laporan {2}.",
    "jf_ahli_muda": "Menganalisis kebutuhan dan mengoordinasikan {0}. Mengevaluasi {1}. "
    "Memberi masukan perbaikan {2}.",
    "jf_ahli_madya": "Merancang dan mengendalikan {0}. Membina pejabat fungsional dalam {1}. "
    "Menyusun rekomendasi kebijakan {2}.",
    "jf_ahli_utama": "Merumuskan arah dan standar {0}. Mengembangkan metode {1}. "
    "Memberi pertimbangan kepada pimpinan mengenai {2}.",
    "pelaksana": "Melaksanakan {0}. Membantu {1} dan melaporkan hasilnya kepada atasan.",
    "pengawas": "Mengendalikan pelaksanaan tugas {0} dan membagi pekerjaan kepada pelaksana. "
    "Memeriksa mutu {1} serta melaporkan capaian unit.",
    "administrator": "Memimpin dan mengoordinasikan {0}. Menyusun rencana, mengendalikan {1}, "
    "dan membina pejabat di bawahnya.",
    "jpt_pratama": "Memimpin penyelenggaraan {0}. Merumuskan kebijakan teknis {1} dan "
    "mempertanggungjawabkan kinerja perangkat daerah kepada Gubernur.",
    "jpt_madya": "Mengoordinasikan perangkat daerah dalam {0}. Merumuskan kebijakan strategis {1} "
    "dan memberi pertimbangan kepada Gubernur.",
}


@dataclass(frozen=True)
class Post:
    """One post (job) of the city.

    Attributes:
        code, title: as published.
        tier: place in ``ladder.STEPS``.
        family: rumpun; ``line`` is the functional or pelaksana name without its level.
        domain: code of the field of work.
        office: code of the perangkat daerah it belongs to, empty where several share it.
        core: technical competencies, most important first.
        duties: description.
        fields: accepted fields of study.
        education: lowest level of education.
        job_class: class of the post.
        retirement: age of retirement.
    """

    code: str
    title: str
    tier: int
    family: str
    line: str
    domain: str
    office: str
    core: tuple[str, ...]
    duties: str
    fields: tuple[str, ...]
    education: str
    job_class: int
    retirement: int

    @property
    def step(self) -> Step:
        """Return what goes with the post's tier."""
        return STEPS[self.tier]

    @property
    def functional(self) -> bool:
        """Whether it is a functional post."""
        return self.step.code.startswith("jf_")

    @property
    def managerial(self) -> bool:
        """Whether it leads a unit."""
        return self.step.code in ("jpt_madya", "jpt_pratama", "administrator", "pengawas")

    @property
    def min_grade(self) -> str:
        """Return the lowest PNS grade."""
        if self.step.code == "pelaksana":
            return {"SLTA": "II/a", "D3": "II/c"}.get(self.education, "III/a")
        return PNS_GRADES[self.step.grades[0]]


@cache
def posts() -> tuple[Post, ...]:
    """Return every post: functional, pelaksana, then managerial."""
    return (*_functional(), *_executive(), *_managerial())


@cache
def by_title() -> dict[str, int]:
    """Return title → place in ``posts()``."""
    return {post.title: place for place, post in enumerate(posts())}


@cache
def line_posts() -> dict[str, dict[str, int]]:
    """Return functional or pelaksana name → tier code → place in ``posts()``."""
    found: dict[str, dict[str, int]] = {}
    for place, post in enumerate(posts()):
        if not post.managerial:
            found.setdefault(post.line, {})[post.step.code] = place
    return found


def _retirement(family: content.Family, step: Step) -> int:
    if family.name.startswith(("Guru", "Pengawas Sekolah")):
        return 60
    return step.retirement


def _functional() -> Iterator[Post]:
    for number, family in enumerate(content.families(), start=1):
        for tier in LADDERS[family.ladder]:
            step = STEPS[TIER[tier]]
            expert = tier.startswith("jf_ahli")
            fields = family.fields_expert if expert else family.fields_skilled
            education = "S1" if expert else "SLTA" if family.ladder == "P" else "D3"
            if tier == "jf_ahli_utama":
                education = "S2"
            yield Post(
                f"JF{number:03d}-{step.suffix}",
                f"{family.name} {step.word}",
                TIER[tier],
                family.group,
                family.name,
                family.domain,
                "",
                family.core,
                _DUTIES[tier].format(*family.duties),
                fields,
                education,
                step.job_class + (1 if family.domain == "KES" and expert else 0),
                _retirement(family, step),
            )


def _executive() -> Iterator[Post]:
    for number, kind in enumerate(content.executives(), start=1):
        yield Post(
            f"JP{number:03d}",
            kind.name,
            TIER["pelaksana"],
            {"SLTA": "Operator", "D3": "Klerek"}.get(kind.education, "Klerek"),
            kind.name,
            kind.domain,
            "",
            kind.core,
            _DUTIES["pelaksana"].format(*kind.duties),
            kind.fields,
            kind.education,
            kind.job_class,
            58,
        )


def _managerial() -> Iterator[Post]:
    seen: set[str] = set()
    number = 0
    for title, tier, domain, office in _manager_titles():
        if title in seen:
            continue
        seen.add(title)
        number += 1
        yield _manager(f"JM{number:03d}", title, tier, domain, office)


def _manager_titles() -> Iterator[tuple[str, str, str, str]]:
    """Yield title, tier, domain and office of every post that leads."""
    for office in content.offices():
        if office.head:
            top = "jpt_madya" if office.code == "SETDA" else "jpt_pratama"
            yield office.head, top, office.domain, office.code
        wing = "jpt_madya" if office.code == "SETDA" else "administrator"
        for title, domain in office.sections:
            yield title, wing, domain, office.code
        for title, domain in (*office.desks, *office.branch_desks):
            yield title, "pengawas", domain, office.code
        if office.branch and office.code != "SETDA":
            yield branch_head(office), "administrator", office.domain, office.code
        for title in office.upt:
            yield f"Kepala {title}", "administrator", office.domain, office.code
    for name, domain in content.organisation()["bureaus"]:
        yield f"Kepala {name}", "jpt_pratama", domain, "SETDA"
        yield f"Kepala Bagian pada {name}", "administrator", domain, "SETDA"
    yield from _TERRITORY


def branch_head(office: content.Office) -> str:
    """Return the title of the head of an office's branch."""
    if office.branch.startswith("Inspektorat"):
        return "Inspektur Pembantu Wilayah"
    return f"Kepala {office.branch}"


_TERRITORY = (
    ("Wali Kota Administrasi", "jpt_pratama", "PEM", "KOTA"),
    ("Bupati Kepulauan Seribu", "jpt_pratama", "PEM", "KOTA"),
    ("Sekretaris Kota Administrasi", "administrator", "PEM", "KOTA"),
    ("Kepala Bagian Pemerintahan Kota", "administrator", "PEM", "KOTA"),
    ("Kepala Bagian Umum Kota", "administrator", "UMU", "KOTA"),
    ("Camat", "administrator", "PEM", "KOTA"),
    ("Sekretaris Kecamatan", "pengawas", "PEM", "KOTA"),
    ("Kepala Seksi Pemerintahan Kecamatan", "pengawas", "PEM", "KOTA"),
    ("Kepala Seksi Kesejahteraan Rakyat Kecamatan", "pengawas", "PEM", "KOTA"),
    ("Lurah", "pengawas", "PEM", "KOTA"),
    ("Sekretaris Kelurahan", "pengawas", "PEM", "KOTA"),
    ("Kepala Seksi Pemerintahan Kelurahan", "pengawas", "PEM", "KOTA"),
    ("Kepala Seksi Ekonomi dan Pembangunan Kelurahan", "pengawas", "PEM", "KOTA"),
    ("Kepala Subbagian Tata Usaha Unit Pengelola", "pengawas", "UMU", ""),
    ("Kepala Subbagian Tata Usaha Sekolah", "pengawas", "UMU", "DISDIK"),
    ("Direktur RSUD", "administrator", "KES", "DINKES"),
    ("Wakil Direktur Pelayanan RSUD", "administrator", "KES", "DINKES"),
    ("Kepala Subbagian Umum dan Keuangan RSUD", "pengawas", "UMU", "DINKES"),
    ("Kepala Subbagian Tata Usaha Puskesmas", "pengawas", "UMU", "DINKES"),
)


def _manager(code: str, title: str, tier: str, domain: str, office: str) -> Post:
    step = STEPS[TIER[tier]]
    core = _core_of_title(title, domain)
    skills = {skill.code: skill for skill in content.skills()}
    affair = next(d.affair for d in content.domains() if d.code == domain)
    own = title.removeprefix("Kepala ")
    first = f"urusan {content.soft(affair)}" if tier.startswith("jpt") else f"tugas {own}"
    second = " dan ".join(content.soft(skills[c].name) for c in core[:2])
    if tier == "pengawas":
        first = own
    return Post(
        code,
        title,
        TIER[tier],
        "Manajerial",
        title,
        domain,
        office,
        core,
        _DUTIES[tier].format(first, second),
        ("Profesi Dokter", "Profesi Dokter Gigi")
        if title in DOCTORS
        else _fields_of_domain(domain),
        step.education,
        step.job_class,
        step.retirement,
    )


_EVERYWHERE = frozenset(
    ("kepala", "dinas", "badan", "bidang", "daerah", "sekretaris", "seksi", "subbagian", "suku",
     "unit", "pengelola", "bagian", "pada", "biro")
)  # fmt: skip
_LEADER = ("T.PEM.7", "T.PEM.6", "T.UMU.8", "T.UMU.4")
_CORE = {
    "Sekretaris Daerah": _LEADER,
    "Asisten Pemerintahan": ("T.PEM.1", "T.PEM.7", "T.UMU.8", "T.UMU.4"),
    "Wali Kota Administrasi": ("T.PEM.1", "T.PEM.2", "T.PEM.3", "T.UMU.4"),
    "Bupati Kepulauan Seribu": ("T.PEM.1", "T.PEM.2", "T.PEM.3", "T.UMU.4"),
    "Direktur RSUD": ("T.KES.5", "T.KES.4", "T.UMU.4", "T.UMU.3"),
    "Wakil Direktur Pelayanan RSUD": ("T.KES.5", "T.KES.6", "T.KES.4", "T.UMU.4"),
}
DOCTORS = ("Direktur RSUD", "Wakil Direktur Pelayanan RSUD")
"""Posts that only doctors lead."""


def _core_of_title(title: str, domain: str) -> tuple[str, ...]:
    """Return the technical competencies whose words the title shares, then the domain's first."""
    if title in _CORE:
        return _CORE[title]
    own = next(d for d in content.domains() if d.code == domain).skills
    words = {w for w in title.lower().replace(",", " ").split() if len(w) > 3} - _EVERYWHERE

    def shared(skill: content.Skill) -> int:
        told = f"{skill.name} {' '.join(skill.topics)} {skill.about}".lower()
        return sum(word in told for word in words)

    if domain == "UMU":
        return ("T.UMU.4", "T.UMU.5", "T.UMU.7", "T.UMU.3")
    ranked = sorted(own, key=lambda skill: -shared(skill))
    return (*(skill.code for skill in ranked[:3]), "T.UMU.4")


@cache
def _fields_of_domain(domain: str) -> tuple[str, ...]:
    if domain == "UMU":
        return ("Administrasi Publik", "Manajemen", "Akuntansi", "Hukum", "Ilmu Pemerintahan")
    fields: dict[str, None] = {}
    for family in content.families():
        if family.domain == domain:
            fields.update(dict.fromkeys(family.fields_expert[:2]))
    fields.update(dict.fromkeys(("Administrasi Publik", "Manajemen")))
    return tuple(fields)[:8]
