"""Random small agencies in which every fact is missing now and then, for property tests."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from training_data import reference

AS_OF = date(2026, 6, 1)
TIERS = reference.choices("tier")
TITLES = {
    "jf_ahli_pertama": "Ahli Pertama", "jf_ahli_muda": "Ahli Muda", "jf_mahir": "Mahir",
    "jf_terampil": "Terampil",
}  # fmt: skip


class Office:
    """Draws a small agency; every fact is missing now and then."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def maybe(self, *values, missing=0.2):
        return None if self.draw.random() < missing else self.draw.choice(values)

    def day(self, first=2012, last=2026, missing=0.2):
        if self.draw.random() < missing:
            return None
        return date(first, 1, 1) + timedelta(days=self.draw.randrange((last - first) * 365))

    def moment(self):
        day = self.day()
        return datetime(day.year, day.month, day.day) if day else None

    def rows(self, count, make):
        made = [make(n) for n in range(count)]
        return {name: [row[name] for row in made] for name in made[0]}

    def history(self, n):
        spoken = self.maybe("Diklat PIM IV", "Diklat PIM III", missing=0.6)
        return {
            "employee_id": f"p{n % 6}",
            "training_code": self.maybe(*(f"t{k}" for k in range(7))),
            "title": f"{spoken} angkatan {n}" if spoken else f"Pelatihan {n % 7}",
            "completed_on": self.moment(),
            "status": self.maybe(*reference.choices("history_status"), missing=0.6),
        }

    def person(self, n):
        return {
            "employee_id": f"p{n}",
            "employment": self.maybe("PNS", "PNS", "CPNS", "PPPK"),
            "job_code": self.maybe(*(f"j{k}" for k in range(8))),
            "target_job_code": self.maybe("j0", "j1", missing=0.7),
            "tier": self.maybe(*TIERS),
            "grade": self.maybe("II/d", "III/b", "III/d", "IV/a", "IX"),
            "grade_since": self.day(),
            "education_level": self.maybe("SLTA", "D3", "D4", "S1", "S2"),
            "education_field": self.maybe("Teknik Sipil", "Ilmu Hukum", "Musik"),
            "birth_date": self.day(1960, 2000),
            "job_since": self.day(),
            "contract_until": self.day(2025, 2029),
            "legal_status": self.maybe("01", "01", "71", "03", "02", "20", "11", "97"),
            "unit_code": self.maybe("u0", "u1", "u2"),
            "retirement_age": self.maybe(0, 58, 60, 65),
        }

    def job(self, n):
        tier = self.maybe(*TIERS, missing=0.1)
        if n > 5:  # two levels of one functional post
            tier = "jf_ahli_pertama" if n == 6 else "jf_ahli_muda"
        return {
            "job_code": f"j{n}",
            "title": f"Analis {min(n, 4) % 3} {TITLES.get(tier, '')}".strip(),
            "tier": tier,
            "family": self.maybe("A", "B"),
            "affair": self.maybe("X", "Y"),
            "min_grade": self.maybe("III/a", "III/d", "IX", missing=0.5),
            "max_grade": self.maybe("III/c", "IV/b", missing=0.5),
            "min_education": self.maybe("D3", "S1", missing=0.6),
            "education_fields": self.maybe("Teknik Sipil|Ilmu Hukum", "Ilmu Hukum", missing=0.6),
            "min_experience_years": self.maybe(0.0, 1.5, 4.0, missing=0.6),
        }

    def training(self, n):
        return {
            "training_code": f"t{n}",
            "title": f"Pelatihan {n}",
            "structural": self.maybe(*reference.choices("structural"), missing=0.5),
            "tiers": self.maybe("pengawas|pelaksana", "jf_ahli_muda", missing=0.6),
            "min_grade": self.maybe("III/a", "IX", missing=0.6),
            "max_grade": self.maybe("III/c", missing=0.6),
            "min_education": self.maybe("S1", missing=0.6),
            "prerequisites": self.maybe("t0", "t0|t1", "t1|old", missing=0.6) if n > 1 else None,
            "form": "2" if n == 3 else self.maybe("2", "3"),
            "path": self.maybe("pelatihan", "pendidikan"),
            "hours": self.maybe(8.0, 40.0),
            "repeat_after_months": self.maybe(6, 36, missing=0.6),
        }

    def who(self):
        return f"p{self.draw.randrange(6)}"

    def tables(self):
        some = {
            "training_history": self.rows(12, self.history),
            "job_history": self.rows(12, lambda n: {
                "employee_id": self.who(), "job_code": self.maybe(*(f"j{k}" for k in range(8))),
                "title": f"Jabatan {n}", "from_date": self.day(), "to_date": self.day(missing=0.5),
                "tier": self.maybe(*TIERS, missing=0.7),
                "assignment": self.maybe("plt", "definitif", missing=0.6)}),
            "discipline": self.rows(3, lambda n: {
                "employee_id": self.who(), "starts_on": date(2026, 1, 1 + n),
                "ends_on": self.day(2026, 2027),
                "severity": self.maybe(*reference.choices("severity"))}),
            "performance": self.rows(8, lambda n: {
                "employee_id": f"p{n % 6}", "year": 2024 + n // 6,
                "rating": self.maybe(*reference.choices("rating")),
                "work_result": self.maybe("sesuai", "di_bawah"),
                "behaviour": self.maybe("sesuai", "di_atas")}),
            "talent": self.rows(5, lambda n: {
                "employee_id": f"p{n}", "assessed_on": self.day(), "box": self.maybe(1, 5, 9),
                "performance_axis": self.maybe(50.0, 70.0, 90.0),
                "potential_axis": self.maybe(50.0, 70.0, 90.0)}),
            "competency_scores": self.rows(6, lambda n: {
                "employee_id": f"p{n}", "competency_code": self.draw.choice(["M.1", "T.1"]),
                "assessed_on": self.moment(), "level": self.draw.choice([1.0, 2.75, 3.0, 4.0])}),
            "job_requirements": self.rows(6, lambda n: {
                "job_code": f"j{n}", "competency_code": self.draw.choice(["M.1", "T.1", "T.2"]),
                "level": self.maybe(0.0, 2.0, 3.0), "importance": self.maybe(1, 1, 2)}),
            "job_conditions": self.rows(6, lambda n: {
                "job_code": f"j{n}",
                "kind": "training" if n == 5
                else self.draw.choice(reference.choices("condition_kind")),
                "value": "Pelatihan 3" if n == 5 else self.draw.choice(
                    ["S1", "III/b", "PKP", "Pelatihan 1", "Pelatihan 2", "K3", "lain"]),
                "importance": self.maybe(1, 1, 2)}),
            "certifications": self.rows(3, lambda n: {
                "employee_id": f"p{n}",
                "name": self.draw.choice(["K3 Umum", "Audit", "Uji Kompetensi Analis 1"]),
                "issued_on": date(2020, 1, 1), "expires_on": self.day(2024, 2030)}),
            "training_outcomes": self.rows(5, lambda n: {
                "training_code": f"t{n}",
                "competency_code": self.draw.choice(["M.1", "T.1", "T.2"]),
                "level_to": self.maybe(2.0, 3.0)}),
            "sessions": self.rows(4, lambda n: {
                "session_code": f"s{n}", "training_code": f"t{n}",
                "starts_on": self.day(2025, 2028), "ends_on": self.day(2028, 2029)}),
            "nominations": self.rows(4, lambda n: {
                "employee_id": f"p{n}", "session_code": f"s{n}",
                "status": self.draw.choice(reference.choices("nomination_status"))}),
            "credit_points": self.rows(4, lambda n: {
                "employee_id": f"p{n}", "as_of": date(2026, 1, 1),
                "cumulative": self.draw.choice([50.0, 150.0, 500.0])}),
            "units": {"unit_code": ["u0", "u1", "u2"], "kind": ["PD", "UKPD", "PD"],
                      "parent_code": [None, "u0", None]},
            "staffing": self.rows(12, lambda n: {
                "unit_code": f"u{n % 3}", "job_code": f"j{n % 8}",
                "needed": self.maybe(1, 2), "filled": self.maybe(1, 2)}),
            "career_paths": self.rows(3, lambda n: {
                "from_job_code": f"j{n}", "to_job_code": f"j{self.draw.randrange(8)}"}),
        }  # fmt: skip
        for name in list(some):
            if self.draw.random() < 0.15:
                del some[name]
        if self.draw.random() < 0.5 and "competency_scores" in some:
            some["competencies"] = {"competency_code": ["T.1"], "name": ["Teknis"], "group": ["T"]}
        return {
            "employees": self.rows(6, self.person),
            "jobs": self.rows(8, self.job),
            "trainings": self.rows(7, self.training),
            **some,
        }
