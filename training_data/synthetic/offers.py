"""Makes the trainings of the catalogue from the words of the city: chains, topics, work, tiers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from training_data.synthetic import content
from training_data.synthetic.content import Domain, Skill
from training_data.synthetic.ladder import LADDERS

Outcome = tuple[str, float, float]


@dataclass(frozen=True)
class Training:
    """One training of the catalogue.

    Attributes:
        outcomes: competency, level assumed, level claimed.
        effect: true share of the missing levels it closes for a prepared person (planted).
        charm: how popular it is, for no recorded reason (planted).
        audience: key of ``AUDIENCES``.
        line: functional post it is made for, empty otherwise.
    """

    code: str
    title: str
    description: str
    form: str
    method: str
    provider: str
    kind: str
    hours: int
    cost: int
    domain: str
    outcomes: tuple[Outcome, ...]
    audience: str = "semua"
    line: str = ""
    structural: str = ""
    international: bool = False
    prerequisites: tuple[str, ...] = ()
    repeat: int | None = None
    mandatory: str = ""
    language: str = "Indonesia"
    path: str = "pelatihan"
    effect: float = 0.0
    charm: float = 0.0


_ENTRY: dict[str, tuple[str, ...]] = {
    "A3": ("jf_ahli_pertama",),
    "A4": ("jf_ahli_pertama",),
    "M2": ("jf_ahli_muda",),
    "T3": ("jf_terampil",),
    "P": ("jf_pemula", "jf_terampil"),
    "AT": ("jf_terampil", "jf_ahli_pertama"),
}
AUDIENCES: dict[str, tuple[str, ...]] = {
    "semua": (),
    "dasar": ("pelaksana", "jf_pemula", "jf_terampil", "jf_ahli_pertama"),
    "menengah": (
        "pengawas", "administrator", "jf_ahli_muda", "jf_ahli_madya", "jf_penyelia",
    ),
    "atas": ("jpt_madya", "jpt_pratama", "administrator", "jf_ahli_utama"),
    "pimpinan": ("pengawas", "administrator", "jpt_pratama", "jf_ahli_madya"),
    "bawah": (
        "pelaksana", "pengawas", "administrator", "jf_pemula", "jf_terampil", "jf_mahir",
        "jf_penyelia", "jf_ahli_pertama", "jf_ahli_muda", "jf_ahli_madya",
    ),
    "cpns": ("pelaksana", "jf_terampil", "jf_ahli_pertama", "jf_pemula"),
    "pengawas": ("pengawas", "pelaksana"),
    "administrator": ("administrator", "pengawas"),
    "jpt_pratama": ("jpt_pratama", "administrator"),
    "jpt_madya": ("jpt_madya",),
    "tugas belajar": ("pelaksana", "pengawas", "jf_ahli_pertama", "jf_ahli_muda"),
}  # fmt: skip
AUDIENCES.update({f"masuk {ladder}": _ENTRY[ladder] for ladder in LADDERS})
AUDIENCES.update({f"naik {ladder}": tiers[:-1] for ladder, tiers in LADDERS.items()})
_CHAIN = (
    ("Dasar", "Tingkat Dasar", 0.0, 2.0, 32, 1_600_000),
    ("Menengah", "Tingkat Menengah", 2.0, 3.0, 40, 2_700_000),
    ("Lanjutan", "Tingkat Lanjutan", 3.0, 4.0, 48, 4_200_000),
)
_TOPIC_SHAPES = (
    ("Bimbingan Teknis {0}", "8", "Klasikal", 16, 900_000, "government"),
    ("Lokakarya {0}", "4", "Klasikal", 12, 650_000, "private"),
    ("{0} (Pembelajaran Mandiri Daring)", "16", "Daring", 8, 0, "government"),
    ("Kursus {0}", "11", "Bauran", 30, 3_500_000, "private"),
    ("Seminar {0}", "9", "Daring", 4, 150_000, "community"),
    ("Praktik Terbimbing {0}", "24", "Kerja", 24, 300_000, "government"),
    ("Kelas Komunitas {0}", "9", "Bauran", 6, 0, "community"),
)


_FIELD_FORMS = ("4", "8", "24")
"""Forms that go into the daily work, not meant for heads of offices."""


def offers() -> Iterator[Training]:
    """Yield every training, without what is planted in it."""
    for domain in content.domains():
        for place, skill in enumerate(domain.skills):
            yield from _chain(domain, skill)
            yield from _topics(domain, skill, place)
        yield from _on_the_job(domain)
    yield from (*_general(), *_structural(), *_certified(), *_functional(), *_study())


def _provider(domain: Domain, skill_number: int, kind: str) -> str:
    if kind == "government":
        own = ("BPSDM Provinsi DKI Jakarta", domain.provider)
        return own[skill_number % 2]
    invented: dict[str, list[str]] = content.catalogue()[kind]
    choice = invented.get(domain.code, []) + invented["semua"]
    return choice[(skill_number * 3 + len(domain.affair)) % len(choice)]


def _number(skill: Skill) -> int:
    return int(skill.code.rsplit(".", 1)[1])


def _chain(domain: Domain, skill: Skill) -> Iterator[Training]:
    before: tuple[str, ...] = ()
    for order, (_, word, low, high, hours, cost) in enumerate(_CHAIN[: skill.chain]):
        code = f"{domain.code}{_number(skill):02d}{order + 1}"
        topics = " dan ".join(content.soft(topic) for topic in skill.topics)
        aim = ("dasar-dasar", "penerapan", "penguasaan lanjutan")[order]
        yield Training(
            code,
            f"Pelatihan {skill.name} {word}",
            f"Membekali peserta dengan {aim} {content.soft(skill.name)}: {skill.about}. "
            f"Materi mencakup {topics}, studi kasus Jakarta, dan tugas penerapan di unit kerja.",
            "3",
            ("Klasikal", "Bauran", "Klasikal")[order],
            _provider(domain, _number(skill) + (order > 1), "government"),
            "government",
            hours,
            cost,
            domain.code,
            ((skill.code, low, high),),
            audience=("bawah", "semua", "menengah")[order],
            prerequisites=before,
        )
        before = (code,)


def _topics(domain: Domain, skill: Skill, place: int) -> Iterator[Training]:
    for order, topic in enumerate(skill.topics):
        shape = _TOPIC_SHAPES[(place * 2 + order * 3 + len(domain.code)) % len(_TOPIC_SHAPES)]
        title, form, method, hours, cost, kind = shape
        low = float((place + order) % 3)
        high = low + (1.0 if hours < 20 else 1.5)
        yield Training(
            f"{domain.code}{_number(skill):02d}T{order + 1}",
            title.format(topic),
            f"Memperdalam {content.soft(topic)} sebagai bagian dari {content.soft(skill.name)}. "
            f"Peserta berlatih {skill.about} melalui contoh dari lapangan.",
            form,
            method,
            _provider(domain, place + order, kind),
            kind,
            hours,
            cost,
            domain.code,
            ((skill.code, low, min(high, 4.0)),),
            audience="bawah" if form in _FIELD_FORMS or kind == "community" or not low else "semua",
            language="Inggris"
            if kind == "private" and form == "11" and order == 1
            else "Indonesia",
        )


def _on_the_job(domain: Domain) -> Iterator[Training]:
    """Learning at work and from others: the 70 and the 20 of 70:20:10."""
    first, second, third = domain.skills[0], domain.skills[1], domain.skills[2]
    affair = content.headline(domain.affair.split(":")[-1].strip())
    shapes = (
        ("M", f"Magang Bidang {affair}", "10", "Kerja", 80, 500_000, "semua", first, 1.0, 3.0),
        ("N", f"Mentoring {second.name}", "15", "Kerja", 16, 0, "semua", second, 1.0, 3.0),
        ("K", f"Komunitas Belajar {third.name}", "23", "Daring", 10, 0, "semua", third, 1.0, 2.0),
        ("B", f"Patok Banding {first.name}", "20", "Klasikal", 24, 7_500_000, "menengah", first,
         2.0, 4.0),
        ("D", f"Detasering Bidang {affair}", "18", "Kerja", 160, 1_000_000, "menengah", second,
         2.0, 4.0),
    )  # fmt: skip
    for letter, title, form, method, hours, cost, audience, skill, low, high in shapes:
        community = letter == "K"
        yield Training(
            f"{domain.code}9{letter}",
            title,
            f"Belajar sambil bekerja dan dari rekan mengenai {content.soft(skill.name)}: "
            f"{skill.about}. Capaian dicatat dalam buku kerja dan dinilai pembimbing.",
            form,
            method,
            _provider(domain, len(title), "community" if community else "government"),
            "community" if community else "government",
            hours,
            cost,
            domain.code,
            ((skill.code, low, high),),
            audience=audience,
        )
    yield Training(
        f"{domain.code}9X",
        f"Kursus Singkat Internasional {content.catalogue()['abroad'][domain.code]}",
        f"Kursus singkat bersama praktisi kota lain tentang {content.soft(first.name)} dan "
        f"{content.soft(second.name)}, ditutup dengan rencana penerapan di Jakarta.",
        "11",
        "Bauran",
        content.catalogue()["foreign"][len(domain.affair) % 3],
        "private",
        40,
        28_000_000,
        domain.code,
        ((first.code, 2.0, 4.0), (second.code, 2.0, 3.0)),
        audience="menengah",
        international=True,
        language="Inggris",
    )


def outcomes_of(text: str) -> tuple[Outcome, ...]:
    """Return outcomes written as ``code:from>to, …``."""
    found = []
    for part in content.split(text, ","):
        code, levels = part.split(":")
        low, high = levels.split(">")
        found.append((code, float(low), float(high)))
    return tuple(found)


_CODE_TO_METHOD_COST = {"Klasikal": 45_000, "Daring": 4_000, "Bauran": 60_000, "Kerja": 5_000}


def _general() -> Iterator[Training]:
    for number, row in enumerate(content.catalogue()["general"], start=1):
        title, outcomes, form, method, hours, audience = row
        foreign = title.startswith("Pertukaran Kepemimpinan")
        kind = ("government", "government", "private", "government", "community")[number % 5]
        if foreign:
            provider, kind = content.catalogue()["foreign"][0], "private"
        elif kind == "government":
            provider = ("BPSDM Provinsi DKI Jakarta", "Lembaga Administrasi Negara")[number % 2]
        else:
            choice = content.catalogue()[kind]["semua"]
            provider = choice[number % len(choice)]
        yield Training(
            f"UMUM{number:02d}",
            title,
            _about_general(title, outcomes),
            form,
            method,
            provider,
            kind,
            int(hours),
            int(hours) * _CODE_TO_METHOD_COST[method] * (9 if foreign else 1),
            "UMU",
            outcomes_of(outcomes),
            audience="bawah" if audience == "semua" and ":0>" in outcomes else audience,
            international=foreign,
            language="Inggris" if foreign or "Inggris" in title else "Indonesia",
        )


def _about_general(title: str, outcomes: str) -> str:
    names = {skill.code: content.soft(skill.name) for skill in content.skills()}
    told = " dan ".join(names[code] for code, _, _ in outcomes_of(outcomes))
    return (
        f"{title}: memperkuat {told} melalui diskusi kasus pelayanan di Jakarta, latihan, dan "
        "rencana tindak lanjut di unit kerja."
    )


def _structural() -> Iterator[Training]:
    for code, title, structural, outcomes, hours, cost, audience in content.catalogue()[
        "structural"
    ]:
        lan = structural.startswith("PKN")
        yield Training(
            code,
            title,
            f"{title} menyiapkan kemampuan memimpin pada jenjangnya, dengan aksi perubahan di "
            "unit kerja sebagai tugas akhir.",
            "1",
            "Bauran",
            "Lembaga Administrasi Negara" if lan else "BPSDM Provinsi DKI Jakarta",
            "government",
            int(hours),
            int(cost),
            "UMU",
            outcomes_of(outcomes),
            audience=audience,
            structural=structural,
            mandatory="CPNS" if structural == "LATSAR" else "",
        )


def _certified() -> Iterator[Training]:
    for number, row in enumerate(content.catalogue()["certified"], start=1):
        title, outcomes, hours, months, provider, domain, mandatory, line = row
        government = provider.startswith(("BPSDM", "Pus", "Bapelkes"))
        yield Training(
            f"SERT{number:02d}",
            title,
            f"{title}: pelatihan singkat dan uji kompetensi. Sertifikat berlaku {months} bulan "
            "dan dapat diperpanjang.",
            "2",
            "Klasikal",
            provider,
            "government" if government else "private",
            int(hours),
            int(hours) * 75_000,
            domain,
            outcomes_of(outcomes),
            repeat=int(months),
            mandatory=mandatory,
            line=line,
        )


def _functional() -> Iterator[Training]:
    """One course for entering each functional post, and one for its next level."""
    for number, family in enumerate(content.families(), start=1):
        core = family.core
        yield Training(
            f"JF{number:02d}A",
            f"Pelatihan Fungsional {family.name}",
            f"Pelatihan pembentukan {family.name}: ketentuan jabatan, butir kegiatan, dan praktik "
            f"{family.duties[0]}.",
            "2",
            "Bauran",
            "BPSDM Provinsi DKI Jakarta",
            "government",
            60,
            3_800_000,
            family.domain,
            ((core[0], 0.0, 2.0), (core[1], 0.0, 2.0)),
            audience=f"masuk {family.ladder}",
            line=family.name,
        )
        if family.ladder not in ("M2",):
            yield Training(
                f"JF{number:02d}B",
                f"Pelatihan Penjenjangan {family.name}",
                f"Menyiapkan {family.name} untuk jenjang berikutnya, termasuk uji kompetensi dan "
                f"{family.duties[1]}.",
                "2",
                "Bauran",
                next(d.provider for d in content.domains() if d.code == family.domain),
                "government",
                48,
                4_500_000,
                family.domain,
                ((core[0], 2.0, 3.5), (core[2], 1.0, 3.0)),
                audience=f"naik {family.ladder}",
                line=family.name,
            )


def _study() -> Iterator[Training]:
    """Formal study while working (tugas belajar)."""
    for number, (title, domain, code) in enumerate(content.catalogue()["studies"], start=1):
        yield Training(
            f"TUBEL{number:02d}",
            f"Tugas Belajar {title}",
            f"Pendidikan pascasarjana {title} dengan izin atau tugas belajar dari instansi.",
            "13",
            "Bauran",
            "Perguruan tinggi mitra Pemerintah Provinsi DKI Jakarta",
            "government",
            600,
            62_000_000,
            domain,
            ((code, 2.0, 4.0),),
            audience="tugas belajar",
            path="pendidikan",
        )
