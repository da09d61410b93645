"""The contract's tables as typed, documented data: what may stand in each column.

Everything that reads, checks, stores, generates or documents a table is driven by ``TABLES``;
a column is described here once and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import pyarrow as pa


class Kind(Enum):
    """What a cell holds; decides its Arrow type and how text is parsed."""

    TEXT = "text"  # free text, kept as written (outer blanks stripped)
    CODE = "code"  # an identifier or a value of a known list
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"  # a calendar day
    MOMENT = "moment"  # a day with an optional time of day, local to Asia/Jakarta
    FLAG = "flag"  # 0 or 1
    LIST = "list"  # codes or texts separated by "|", kept as one string


ARROW_TYPES: dict[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.MOMENT: pa.timestamp("us"),
    Kind.FLAG: pa.bool_(),
    Kind.LIST: pa.string(),
}


@dataclass(frozen=True)
class Column:
    """One column of the contract.

    Attributes:
        name: header in files and column name in the database.
        kind: what a cell holds.
        doc: one sentence for the data dictionary, with unit and range.
        required: an empty cell refuses the row (★ in the contract).
        key: part of the table's key; empty key parts equal each other.
        choices: name of the list in ``training_data.reference`` that holds the known values.
        refers_to: table whose key this code must exist in, when that table is given.
        minimum: smallest allowed number, inclusive unless ``exclusive``.
        maximum: largest allowed number, inclusive.
        exclusive: the minimum itself is refused.
        personal: masked in every report, message and log.
    """

    name: str
    kind: Kind
    doc: str
    required: bool = False
    key: bool = False
    choices: str | None = None
    refers_to: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive: bool = False
    personal: bool = False

    @property
    def arrow_type(self) -> pa.DataType:
        """The Arrow type of the column in a ``Dataset``."""
        return ARROW_TYPES[self.kind]


@dataclass(frozen=True)
class Table:
    """One table of the contract: its name, its purpose and its columns in order."""

    name: str
    doc: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns, in order."""
        return tuple(c.name for c in self.columns if c.key)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(c.name for c in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that may not be empty."""
        return tuple(c.name for c in self.columns if c.required)

    @property
    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema of the contract's columns (extra columns follow as strings)."""
        return pa.schema([(c.name, c.arrow_type) for c in self.columns])

    def column(self, name: str) -> Column:
        """Return the column called ``name``; raise ``KeyError`` if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")


def _text(
    name: str, doc: str, *, required: bool = False, key: bool = False, personal: bool = False
) -> Column:
    return Column(name, Kind.TEXT, doc, required, key, personal=personal)


def _code(
    name: str,
    doc: str,
    *,
    required: bool = False,
    key: bool = False,
    choices: str | None = None,
    refers_to: str | None = None,
    personal: bool = False,
) -> Column:
    return Column(name, Kind.CODE, doc, required, key, choices, refers_to, personal=personal)


def _integer(
    name: str,
    doc: str,
    *,
    required: bool = False,
    key: bool = False,
    minimum: float | None = 0,
    maximum: float | None = None,
) -> Column:
    return Column(name, Kind.INTEGER, doc, required, key, minimum=minimum, maximum=maximum)


def _number(
    name: str,
    doc: str,
    *,
    required: bool = False,
    minimum: float | None = 0,
    maximum: float | None = None,
    exclusive: bool = False,
) -> Column:
    return Column(
        name, Kind.NUMBER, doc, required, minimum=minimum, maximum=maximum, exclusive=exclusive
    )


def _date(
    name: str, doc: str, *, required: bool = False, key: bool = False, personal: bool = False
) -> Column:
    return Column(name, Kind.DATE, doc, required, key, personal=personal)


def _moment(name: str, doc: str, *, required: bool = False, key: bool = False) -> Column:
    return Column(name, Kind.MOMENT, doc, required, key)


def _flag(name: str, doc: str) -> Column:
    return Column(name, Kind.FLAG, doc)


def _list(
    name: str, doc: str, *, choices: str | None = None, refers_to: str | None = None
) -> Column:
    return Column(name, Kind.LIST, doc, choices=choices, refers_to=refers_to)


_EMPLOYEE = _code(
    "employee_id",
    "The person, any string; a NIP where nothing better is given.",
    required=True,
    key=True,
    refers_to="employees",
    personal=True,
)
_COMPETENCY = _code(
    "competency_code", "The competency.", required=True, key=True, refers_to="competencies"
)

_ALL = (
    Table(
        "employees",
        "The people ranked; one row each.",
        (
            _code(
                "employee_id",
                "Any string; checked as a NIP where it has 18 digits.",
                required=True,
                key=True,
                personal=True,
            ),
            _code("agency", "The agency the person belongs to; keeps agencies apart."),
            _code("nip", "18 digits, always text.", personal=True),
            _text("name", "Full name with titles.", personal=True),
            _date(
                "birth_date", "Used only for legal age gates, never as a feature.", personal=True
            ),
            _code("sex", "L or P; used only to measure fairness.", choices="sex"),
            _code("employment", "PNS, CPNS, PPPK or PPPK_PW.", choices="employment"),
            _code("unit_code", "Unit of work.", refers_to="units"),
            _code("job_code", "Present post.", refers_to="jobs"),
            _code("target_job_code", "Agreed next post.", refers_to="jobs"),
            _code(
                "supervisor_id",
                "Direct superior's employee_id.",
                refers_to="employees",
                personal=True,
            ),
            _code("tier", "Tier of the present post.", choices="tier"),
            _code("grade", "I/a … IV/e, or the PPPK grade I … XVII.", choices="grade"),
            _code("education_level", "SD … S3.", choices="education_level"),
            _text("education_field", "Field of study of the last degree."),
            _date("appointed_on", "TMT CPNS."),
            _date("job_since", "TMT of the present post."),
            _date("grade_since", "TMT of the present grade."),
            _date("contract_until", "End of the PPPK contract."),
            _code("legal_status", "Kedudukan hukum, SIASN id or name.", choices="legal_status"),
            _integer("retirement_age", "BUP in years; 0 means unknown.", maximum=80),
            _code("location", "Place of work, for fairness and sessions."),
        ),
    ),
    Table(
        "units",
        "The organisation tree.",
        (
            _code("unit_code", "The unit.", required=True, key=True),
            _code("agency", "The agency."),
            _text("name", "Name of the unit."),
            _code("kind", "PD, UKPD, suku_dinas, kecamatan, kelurahan, sekolah, rsud, puskesmas …"),
            _code("parent_code", "The unit above.", refers_to="units"),
            _code("head_job_code", "The post that heads the unit.", refers_to="jobs"),
            _code(
                "head_employee_id",
                "The person who heads the unit.",
                refers_to="employees",
                personal=True,
            ),
            _text("affair", "Urusan pemerintahan."),
            _code("location", "Place."),
        ),
    ),
    Table(
        "competencies",
        "The dictionary of competencies.",
        (
            _code("competency_code", "Such as M.1, SK.1, T.12.", required=True, key=True),
            _text("name", "Name on the screen.", required=True),
            _code("group", "M manajerial, SK sosial kultural, T teknis.", choices="group"),
            _number("max_level", "Top of the scale; empty means 5.", exclusive=True),
            _text("description", "What it means, for text terms."),
        ),
    ),
    Table(
        "jobs",
        "Posts and roles.",
        (
            _code("job_code", "The post.", required=True, key=True),
            _text("title", "Name on the screen.", required=True),
            _code("tier", "Tier of the post.", choices="tier"),
            _text("family", "Rumpun."),
            _text("affair", "Urusan pemerintahan."),
            _code("unit_code", "Unit the post belongs to, if it is one unit's.", refers_to="units"),
            _integer("job_class", "Kelas jabatan 1 … 17.", maximum=17),
            _text("description", "Duties, for text terms."),
            _code("min_grade", "Lowest grade.", choices="grade"),
            _code("max_grade", "Highest grade.", choices="grade"),
            _code("min_education", "Lowest education.", choices="education_level"),
            _list("education_fields", "Accepted fields of study."),
            _number("min_experience_years", "Years of related experience."),
        ),
    ),
    Table(
        "job_conditions",
        "Part III of the job standard (SKJ).",
        (
            _code("job_code", "The post.", required=True, key=True, refers_to="jobs"),
            _code(
                "kind",
                "education, training, experience, rank, certificate.",
                required=True,
                key=True,
                choices="condition_kind",
            ),
            _text("value", "What is asked.", required=True, key=True),
            _integer(
                "importance", "1 mutlak, 2 penting, 3 perlu; empty means 2.", minimum=1, maximum=3
            ),
        ),
    ),
    Table(
        "staffing",
        "Peta jabatan and bezetting: need and headcount per unit and post.",
        (
            _code("unit_code", "The unit.", required=True, key=True, refers_to="units"),
            _code("job_code", "The post.", required=True, key=True, refers_to="jobs"),
            _integer("needed", "Posts needed."),
            _integer("filled", "Posts filled."),
            _integer("acting", "Posts filled by an acting official."),
            _date("as_of", "Day of the count."),
        ),
    ),
    Table(
        "career_paths",
        "The agency's own pattern of moves.",
        (
            _code("from_job_code", "From.", required=True, key=True, refers_to="jobs"),
            _code("to_job_code", "To.", required=True, key=True, refers_to="jobs"),
            _code("kind", "vertikal, horizontal, diagonal.", choices="path_kind"),
            _text("source", "Where the path is written."),
        ),
    ),
    Table(
        "job_requirements",
        "Competency levels a post asks for (part II of the SKJ).",
        (
            _code("job_code", "The post.", required=True, key=True, refers_to="jobs"),
            _COMPETENCY,
            _number("level", "0 … max_level; empty makes the pair a tag."),
            _integer(
                "importance", "1 mutlak, 2 penting, 3 perlu; empty means 2.", minimum=1, maximum=3
            ),
            _number("weight", "> 0; empty means 4, 2, 1 for importance 1, 2, 3.", exclusive=True),
        ),
    ),
    Table(
        "competency_scores",
        "Assessed levels of people.",
        (
            _EMPLOYEE,
            _COMPETENCY,
            _moment("assessed_on", "Day of the assessment; empty counts as known.", key=True),
            _code(
                "source",
                "assessment_centre, cact, supervisor, certificate, self.",
                key=True,
                choices="score_source",
            ),
            _number("level", "0 … max_level, fractions allowed.", required=True),
        ),
    ),
    Table(
        "trainings",
        "The catalogue.",
        (
            _code("training_code", "The training.", required=True, key=True),
            _text("title", "Name on the screen.", required=True),
            _text("description", "What it teaches, for text terms."),
            _code("form", "SIASN jenisDiklat code 1 … 25.", choices="form"),
            _code("structural", "LATSAR, PKP, PKA, PKN_II, PKN_I.", choices="structural"),
            _code("mix", "70, 20 or 10.", choices="mix"),
            _text("method", "Klasikal, daring, blended …"),
            _text("provider", "Penyelenggara."),
            _code("provider_kind", "government, private, community.", choices="provider_kind"),
            _number("hours", "JP of 45 minutes.", exclusive=True),
            _number("cost", "Rupiah per seat."),
            _flag("international", "1 for international."),
            _text("curriculum", "Conformity with the standard curriculum."),
            _list("tiers", "Tiers it is meant for.", choices="tier"),
            _code("min_grade", "Lowest grade.", choices="grade"),
            _code("max_grade", "Highest grade.", choices="grade"),
            _code("min_education", "Lowest education.", choices="education_level"),
            _text("affair", "Urusan pemerintahan."),
            _list("prerequisites", "Training codes, all needed.", refers_to="trainings"),
            _integer(
                "repeat_after_months",
                "Months until it may be repeated; empty means once.",
                minimum=1,
            ),
            _code("path", "pelatihan or pendidikan.", choices="training_path"),
            _text("accreditation", "Accreditation of the programme."),
            _text("mandatory_for", "Whom it is mandatory for."),
            _text("language", "Language of instruction."),
        ),
    ),
    Table(
        "training_outcomes",
        "What a training claims to raise.",
        (
            _code("training_code", "The training.", required=True, key=True, refers_to="trainings"),
            _COMPETENCY,
            _number("level_to", "Level reached; empty makes the pair a tag."),
            _number(
                "level_from", "Level assumed; empty means 0; level_from ≥ level_to is refused."
            ),
        ),
    ),
    Table(
        "sessions",
        "Dated runs of trainings.",
        (
            _code("session_code", "The session.", required=True, key=True),
            _code("training_code", "The training.", required=True, refers_to="trainings"),
            _date("starts_on", "First day."),
            _date("ends_on", "Last day."),
            _date("closes_on", "Last day to register."),
            _integer("seats", "Seats."),
            _integer("min_seats", "Smallest class."),
            _number("opening_cost", "Rupiah to open the session."),
            _text("batch", "Angkatan."),
            _text("method", "Klasikal, daring, blended …"),
            _text("venue", "Place or link."),
            _code("location", "Place."),
        ),
    ),
    Table(
        "training_history",
        "What people took.",
        (
            _EMPLOYEE,
            _code(
                "training_code", "The training; or give a title.", key=True, refers_to="trainings"
            ),
            _text("title", "Title as recorded, where no code is known.", key=True),
            _moment("completed_on", "End of the training.", key=True),
            _moment("started_on", "Start."),
            _code(
                "status",
                "completed, registered, withdrawn, failed; empty means completed.",
                choices="history_status",
            ),
            _number("hours", "JP credited."),
            _number("score", "0 … 100.", maximum=100),
            _number("rating", "1 … 5 given by the participant."),
            _code("form", "SIASN jenisDiklat code.", choices="form"),
            _text("provider", "Penyelenggara."),
            _text("certificate_no", "Certificate number.", personal=True),
            _date("certificate_date", "Date of the certificate."),
            _text("fund_source", "Source of funds."),
            _flag("verified", "1 when verified."),
        ),
    ),
    Table(
        "nominations",
        "Who was proposed for a session and what became of it.",
        (
            _EMPLOYEE,
            _code("session_code", "The session.", required=True, key=True, refers_to="sessions"),
            _code(
                "status", "diusulkan … selesai, batal.", required=True, choices="nomination_status"
            ),
            _text("proposed_by", "Who proposed.", personal=True),
            _text("decided_by", "Who decided.", personal=True),
            _text("letter_no", "Number of the letter."),
            _text("reason", "Reason."),
            _moment("at", "When."),
        ),
    ),
    Table(
        "certifications",
        "Certificates held.",
        (
            _EMPLOYEE,
            _text("name", "Certificate.", required=True, key=True),
            _date("issued_on", "Day of issue.", required=True, key=True),
            _text("number", "Number.", personal=True),
            _text("issuer", "Issuer."),
            _date("expires_on", "Expiry."),
        ),
    ),
    Table(
        "credit_points",
        "Angka kredit of functional officials.",
        (
            _EMPLOYEE,
            _date("as_of", "Day of the count.", required=True, key=True),
            _number("cumulative", "Cumulative points.", required=True),
            _number("period_points", "Points of the period."),
            _date("level_since", "Since when at this level."),
        ),
    ),
    Table(
        "vacancies",
        "Posts to fill.",
        (
            _code("vacancy_code", "The vacancy.", required=True, key=True),
            _code("job_code", "The post.", required=True, refers_to="jobs"),
            _code("unit_code", "The unit.", refers_to="units"),
            _integer("seats", "How many."),
            _date("opens_on", "Opens."),
            _date("closes_on", "Closes."),
            _code(
                "method",
                "seleksi_terbuka, manajemen_talenta, mutasi, kenaikan_jenjang.",
                choices="vacancy_method",
            ),
            _date("vacant_since", "Vacant since."),
            _text("acting", "Acting official, if any.", personal=True),
        ),
    ),
    Table(
        "job_history",
        "Posts held.",
        (
            _EMPLOYEE,
            _code("job_code", "The post; or give a title.", key=True, refers_to="jobs"),
            _text("title", "Title as recorded, where no code is known.", key=True),
            _date("from_date", "From.", key=True),
            _date("to_date", "Until; empty means still."),
            _code("unit_code", "The unit.", refers_to="units"),
            _code("tier", "Tier of the post.", choices="tier"),
            _code(
                "assignment",
                "definitif, plt, plh, pj, tugas_tambahan; empty means definitif.",
                choices="assignment",
            ),
            _text("decree_no", "Number of the decree.", personal=True),
            _date("decree_date", "Date of the decree."),
        ),
    ),
    Table(
        "performance",
        "Yearly and periodic ratings.",
        (
            _EMPLOYEE,
            _integer(
                "year", "Year of performance.", required=True, key=True, minimum=1900, maximum=2200
            ),
            _code(
                "period",
                "tahunan, triwulan_1 …; empty means tahunan.",
                key=True,
                choices="performance_period",
            ),
            _code("rating", "sangat_baik … sangat_kurang.", choices="rating"),
            _code("work_result", "di_atas, sesuai, di_bawah.", choices="expectation"),
            _code("behaviour", "di_atas, sesuai, di_bawah.", choices="expectation"),
            _number("value", "0 … 100 where a number exists.", maximum=120),
        ),
    ),
    Table(
        "talent",
        "Talent mapping.",
        (
            _EMPLOYEE,
            _date("assessed_on", "Day of the mapping.", key=True),
            _number("performance_axis", "0 … 100.", maximum=100),
            _number("potential_axis", "0 … 100.", maximum=100),
            _integer("box", "1 … 9.", minimum=1, maximum=9),
            _date("published_on", "Since when the person may see it."),
        ),
    ),
    Table(
        "discipline",
        "Punishments (PP 94/2021).",
        (
            _EMPLOYEE,
            _date("starts_on", "hukumanTanggal.", required=True, key=True),
            _date("ends_on", "akhirHukumTanggal."),
            _code("severity", "ringan, sedang, berat.", choices="severity"),
        ),
    ),
    Table(
        "budgets",
        "Money for development.",
        (
            _code("budget_code", "The budget line.", required=True, key=True),
            _number("amount", "Rupiah.", required=True),
            _code("unit_code", "The unit.", refers_to="units"),
            _integer("year", "Year.", minimum=1900, maximum=2200),
            _text("source", "Source of funds."),
            _text("program", "Program."),
            _text("activity", "Kegiatan."),
            _text("sub_activity", "Subkegiatan."),
            _code("stage", "RKA, DPA, DPPA.", choices="budget_stage"),
        ),
    ),
    Table(
        "priorities",
        "The city's needs as dated weights on competencies.",
        (
            _COMPETENCY,
            _code(
                "unit_code", "The unit; empty means the whole agency.", key=True, refers_to="units"
            ),
            _code("source", "policy or community.", key=True, choices="priority_source"),
            _date("starts_on", "From.", key=True),
            _number("weight", "−1 … 1.", required=True, minimum=-1, maximum=1),
            _text("reason", "Shown to people."),
            _date("ends_on", "Until."),
        ),
    ),
    Table(
        "role_pairs",
        "Known good moves: truth for fit and evaluate, never a feature.",
        (
            _code("source_job", "From.", required=True, key=True, refers_to="jobs"),
            _code("target_job", "To.", required=True, key=True, refers_to="jobs"),
            _number("gain", "Graded relevance; empty means 1."),
        ),
    ),
    Table(
        "feedback",
        "What people answered.",
        (
            _EMPLOYEE,
            _code("kind", "training or role.", key=True, choices="item_kind"),
            _code("item_code", "The item.", required=True, key=True),
            _moment("at", "When.", key=True),
            _code(
                "action",
                "shown, opened, accepted, declined, postponed, completed, endorsed.",
                choices="action",
            ),
            _code("reason_code", "Category of the reason."),
            _text("comment", "Free words.", personal=True),
        ),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _ALL}
"""Every table of the contract by name, in the order in which references can be resolved."""
