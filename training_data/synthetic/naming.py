"""Invents names from parts, with academic titles as offices write them. Nobody real is meant."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training_data.synthetic import content
from training_data.synthetic.draws import Draws


def plain_names(draws: Draws, woman: NDArray[np.bool_]) -> list[str]:
    """Return a name per person: two or three parts, the last sometimes a family name."""
    parts = content.names()
    turn = draws.grid("name", 4)
    kinds = ("male", "female")
    found = []
    for place, (first, middle, last, shape) in zip(
        woman.astype(int).tolist(), turn.tolist(), strict=True
    ):
        kind = kinds[place]
        given = parts[kind][int(first * len(parts[kind]))]
        second = parts[f"middle_{kind}"][int(middle * len(parts[f"middle_{kind}"]))]
        family = parts["last"][int(last * len(parts["last"]))]
        chosen = (given, family) if shape < 0.25 else (given, second, family)
        if shape > 0.9:
            chosen = (given, second)
        found.append(" ".join(dict.fromkeys(chosen)))
    return found


def titled(plain: str, education: str, study: str) -> str:
    """Return a name with academic titles as offices write them."""
    front = {"Profesi Dokter": "dr. ", "Profesi Dokter Gigi": "drg. "}.get(study, "")
    if front:
        return f"{front}{plain}" + (", M.Kes." if education in ("S2", "S3") else "")
    if education == "SLTA":
        return plain
    if education == "D3":
        return f"{plain}, A.Md.{'Kep.' if study == 'Keperawatan' else ''}"
    degree = next((d for start, d in _DEGREES if study.startswith(start)), "S.A.P.")
    later = {"S2": ", M.Si.", "S3": ", M.Si."}.get(education, "")
    return ("Dr. " if education == "S3" else "") + f"{plain}, {degree}{later}"


_DEGREES = (
    ("Pendidikan", "S.Pd."), ("Bimbingan", "S.Pd."), ("Teknik", "S.T."), ("Hukum", "S.H."),
    ("Manajemen Informasi Kes", "S.Tr.Kes."), ("Akuntansi", "S.Ak."),
    ("Manajemen Inform", "S.Kom."), ("Manajemen", "S.E."), ("Ekonomi", "S.E."),
    ("Keperawatan", "S.Kep."), ("Profesi Ners", "S.Kep., Ns."), ("Kebidanan", "S.Tr.Keb."),
    ("Profesi Bidan", "S.Keb., Bd."), ("Profesi Apoteker", "S.Farm., Apt."),
    ("Farmasi", "S.Farm."), ("Kesehatan", "S.K.M."), ("Psikologi", "S.Psi."),
    ("Ilmu Komunikasi", "S.I.Kom."), ("Statistika", "S.Si."), ("Matematika", "S.Si."),
    ("Biologi", "S.Si."), ("Sistem Informasi", "S.Kom."), ("Ilmu Komputer", "S.Kom."),
    ("Gizi", "S.Gz."), ("Ilmu Gizi", "S.Gz."), ("Kesejahteraan", "S.Sos."),
    ("Pekerjaan Sosial", "S.Tr.Sos."), ("Sosiologi", "S.Sos."), ("Ilmu Pemerintahan", "S.IP."),
    ("Radio", "S.Tr.Kes."), ("Teknologi Lab", "S.Tr.Kes."), ("Analis Kes", "S.Tr.Kes."),
    ("Rekam", "S.Tr.Kes."), ("Fisioterapi", "S.Ft."), ("Perpajakan", "S.E."), ("Sastra", "S.S."),
    ("Hubungan", "S.Sos."), ("Geografi", "S.Si."), ("Ilmu Perp", "S.Hum."),
    ("Kearsipan", "S.Hum."), ("Ilmu Keolahragaan", "S.Or."), ("Desain", "S.Ds."),
    ("Agroteknologi", "S.P."), ("Rekayasa", "S.Tr.T."), ("Pengujian", "S.Tr.T."),
    ("Keselamatan", "S.Tr.T."), ("Perencanaan", "S.P.W.K."), ("Arsitektur", "S.Ars."),
)  # fmt: skip
"""First words of a field of study → degree; the first that fits counts."""
