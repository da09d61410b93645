"""The shapes of the API's answers (contract, section 3), as pydantic models.

In: the engine's results. Out: what goes over the wire, described truthfully in OpenAPI: a field
that a result has and a shape does not is an error here, never an unannounced field there.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

Kind = Literal["training", "role"]
Outcome = Literal["lolos", "tidak_lolos", "perlu_verifikasi"]

_TEXT: JsonDict = {
    "id": "Kompetensi Manajemen Lalu Lintas Anda berada pada level 2, standar jabatan 3.",
    "en": "Your Manajemen Lalu Lintas is at level 2; your post asks for 3.",
}


class Shape(BaseModel):
    """Base of all answers: immutable, no unannounced field."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Shape):
    """A sentence in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [_TEXT]})

    id: str = Field(description="Indonesian.")
    en: str = Field(description="English.")


class Term(Shape):
    """One summand of a score."""

    name: str = Field(examples=["gap_now"])
    points: float = Field(
        description="Six decimals; the terms of an item sum to its score.", examples=[1.25]
    )
    subject: str = Field(description="What the term is about.", examples=["T.12"])
    text: Words


class Way(Shape):
    """The shortest way to become eligible."""

    steps: list[Words]
    earliest: date | None = Field(description="Earliest day, where one is known.")


class Check(Shape):
    """One rule applied to one person and one item."""

    rule: str = Field(examples=["pp11_2017_190_masa_jabatan"])
    article: str = Field(examples=["PP 11/2017 Pasal 190"])
    mark: str = Field(description="How well the rule is sourced.", examples=["V"])
    outcome: Outcome
    facts: dict[str, Any] = Field(description="The facts used.")
    text: Words
    way: Way | None
    closed: Words | None = Field(description="Why no way exists, where none does.")


class Effect(Shape):
    """What taking the item would change; null where unknown or not measured."""

    gap: dict[str, float] = Field(
        description="Competency code → levels of gap closed.", examples=[{"T.12": 1.0}]
    )
    jp: float | None = Field(description="Learning hours of 45 minutes.", examples=[24.0])
    ip_asn: float | None = Field(description="Points of IP ASN.")


class Evidence(Shape):
    """What a training was measured to add, from assessments before and after."""

    people: int = Field(description="Employees assessed before and after.", examples=[23])
    added: float = Field(description="Levels added on average, beyond work.", examples=[0.42])
    low: float = Field(description="Lower end of the interval of added.", examples=[0.18])
    high: float = Field(description="Upper end of the interval of added.", examples=[0.66])


class Item(Shape):
    """One suggestion or one refusal, with everything that explains it."""

    item_code: str = Field(examples=["P-0042"])
    title: str = Field(examples=["Manajemen Lalu Lintas Perkotaan"])
    kind: Kind
    rank: int | None = Field(description="1-based; null where it is not ranked.", examples=[1])
    score: float | None = Field(
        description="Higher is better; of the item, never of the person.", examples=[2.345678]
    )
    terms: list[Term]
    reasons: list[Words]
    eligibility: Outcome
    checks: list[Check]
    effect: Effect
    figures: dict[str, Any] = Field(
        description="Figures read beside a post: match, its interval, coverage, JPM."
    )
    way: Way | None = Field(description="Of a refused item: what all its rules together take.")
    closed: Words | None = Field(description="Of a refused item: why nothing helps.")
    evidence: Evidence | None = Field(
        None, description="Of a training: what it was measured to add; null where not measured."
    )


class Person(Shape):
    """A person as lists show them; never a NIP."""

    ref: str = Field(
        description="Stands for the person in URLs.", examples=["MZ4TQ2YKJ5A3N6XWPL7C"]
    )
    name: str | None
    job_code: str | None
    job_title: str | None
    unit_code: str | None
    unit_name: str | None
    tier: str | None
    grade: str | None
    employment: str | None


class Candidate(Person):
    """A person for whom the item is suited."""

    rank: int = Field(description="1-based, among the people the caller may see.")
    score: float
    eligibility: Outcome
    reasons: list[Words]


class Estimate(Shape):
    """A level as estimated from all evidence, with the interval it is believed to lie in."""

    level: float
    low: float
    high: float


class GapRow(Shape):
    """One competency of a standard beside the person's level."""

    competency_code: str
    name: str
    group: str
    required: float
    level: float | None = Field(description="Null is unknown, never zero.")
    gap: float | None
    surplus: float | None
    importance: int
    origin: str
    source: str | None
    assessed_on: date | None
    stale: bool
    max_level: float
    estimate: Estimate | None = Field(
        description="What all evidence together says; gaps and rules use the strongest alone."
    )


class Jpm(Shape):
    """Job person match in percent, with its interval."""

    value: float | None
    low: float | None
    high: float | None


class Standard(Shape):
    """A post's standard beside one person."""

    job_code: str | None
    title: str
    tier: str | None
    rows: list[GapRow]
    jpm: Jpm
    why: Words | None


class Basis(Shape):
    """What an answer rests on."""

    as_of: date = Field(description="The day the answer is for.")
    generation: int = Field(description="Number of the published re-ranking.")
    model: str = Field(description="SHA-256 of the model.")
    rules: str = Field(description="SHA-256 of the rules in force.")
    not_checked: list[str] = Field(description="What could not be checked for lack of data.")


class Answered(Shape):
    """A suggestion that has its answer and is therefore left out."""

    item_code: str
    title: str
    action: Literal["accepted", "postponed", "declined", "completed"]
    at: datetime
    reason_code: str | None = Field(description="Category; null where none is told.")
    comment: str | None = Field(description="For the person alone.")


class Overlay(Shape):
    """What lies over the list as it was published."""

    answered: list[Answered] = Field(description="Left out of the list, the latest first.")


class Gaps(Basis):
    """Gaps on the present and on the next post; a missing one carries its reason."""

    now: Standard | None
    next: Standard | None
    now_reason: Words | None
    next_reason: Words | None


class Worth(Shape):
    """A competency whose assessment would change the gaps; an unknown level has no interval."""

    competency_code: str
    name: str
    value: float = Field(description="Expected change of the gaps, in levels × weight.")
    why: Literal["unknown", "gate", "stale", "interval"]
    low: float | None = Field(description="Lower end of the estimate; not used by gates or gaps.")
    high: float | None
    reason: Words
    moves: bool | None = Field(
        description="Whether the first five trainings differ between the ends; null: not tried."
    )


class WorthAssessing(Basis):
    """What is worth assessing next, the most useful first."""

    items: list[Worth]


class WorthOf(Worth):
    """The same with whose competency it is."""

    employee: Person


class ToAssess(Basis):
    """Whom to assess first, and in what, among the people the caller may see."""

    items: list[WorthOf]
    next_cursor: NextCursor


class GroupTraining(Shape):
    """One training in a group of people."""

    item_code: str = Field(examples=["UMUM05"])
    title: str
    people: int = Field(description="Whose first suggestions it is among, or who are willing.")
    to_verify: int = Field(description="Of these, people for whom something is to be verified.")
    willing: int = Field(description="Of these, people who are willing to take it.")
    jp: float | None = Field(description="JP of one seat.")
    cost: int | None = Field(description="Rupiah of one seat.")


class GroupTrainings(Basis):
    """Trainings suggested in a group, those of the most people first."""

    items: list[GroupTraining]
    next_cursor: NextCursor


class Ground(Shape):
    """The rule a number rests on."""

    rule: str = Field(examples=["ip_asn.competence"])
    article: str = Field(examples=["PermenPANRB 38/2018"])
    mark: str = Field(description="How well the rule is sourced.", examples=["V"])


class Category(Shape):
    """One band a value may lie in."""

    scheme: str = Field(examples=["selection"])
    code: str = Field(examples=["MS"])
    name: Words
    ground: Ground


class FigurePart(Shape):
    """One part of a figure; a part that is not known is null, never 0."""

    name: str = Field(examples=["technical_course"])
    group: str
    label: Words
    value: float | None = Field(description="What it counts, in the unit of the figure.")
    low: float | None
    high: float | None
    maximum: float | None
    text: Words
    facts: dict[str, Any] = Field(description="What it was worked out from.")
    ground: Ground | None


class Figure(Shape):
    """A figure with its parts, rules and marks."""

    name: str = Field(examples=["ip_asn"])
    label: Words
    value: float | None = Field(description="Null where it is not certain or not known.")
    low: float | None
    high: float | None
    unit: str = Field(description="percent, points, jp, box or date.", examples=["points"])
    state: Literal["final", "perlu_verifikasi", "belum_ada", "tidak_diukur"]
    categories: list[Category] = Field(
        description="Of an interval that straddles a cut: all it touches, lowest first."
    )
    text: Words
    notes: list[Words] = Field(description="Why it is not final, and what to mind.")
    parts: list[FigurePart]
    ground: Ground | None
    details: dict[str, Any]


class Figures(Basis):
    """The figures HR speaks, of one person."""

    jpm_now: Figure
    jpm_next: Figure
    ip_asn: Figure
    jp: Figure
    assessment: Figure
    nine_box: Figure | None = Field(
        description="Null for everybody but the owner, once published, and the talent office."
    )
    talent_value: Figure | None


NextCursor = Annotated[
    str | None,
    Field(description="Send it back as `cursor` for the next page; null on the last one."),
]


class Items(Basis):
    """Ranked or refused items."""

    items: list[Item]
    next_cursor: NextCursor


class Suggestions(Items):
    """Items as published, without what was answered since."""

    overlay: Overlay | None = Field(description="Null where nothing was answered.")


class Candidates(Basis):
    """People for an item."""

    items: list[Candidate]
    next_cursor: NextCursor


class People(Basis):
    """People found."""

    items: list[Person]
    next_cursor: NextCursor


class Search(BaseModel):
    """What to look for; empty fields do not restrict."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "siti", "tier": "pengawas"}]}
    )

    name: Annotated[str, Field(max_length=200, description="Words of the name.")] = ""
    nip: Annotated[str, Field(max_length=40, description="The whole NIP.")] = ""
    unit: Annotated[
        str, Field(max_length=100, description="Unit code; subordinate units count.")
    ] = ""
    tier: Annotated[str, Field(max_length=40, description="Tier of the post.")] = ""
    job: Annotated[str, Field(max_length=100, description="Code of the post.")] = ""
    gap: Annotated[
        str, Field(max_length=100, description="Competency below the standard of the post.")
    ] = ""
    gap_at_least: Annotated[float, Field(ge=0, le=10, description="By so many levels.")] = 0.0
    boxes: Annotated[
        list[Annotated[int, Field(ge=1, le=9)]], Field(max_length=9, description="Talent boxes.")
    ] = []
    jp_below: Annotated[
        float | None, Field(ge=0, le=10_000, description="Learning hours of the year below this.")
    ] = None
    assessment: Annotated[
        list[Literal["valid", "partly", "expired", "none"]],
        Field(max_length=4, description="State of the competency assessment."),
    ] = []
    k: Annotated[int, Field(ge=1, le=100, description="People per page.")] = 20
    cursor: Annotated[str | None, Field(max_length=100)] = None


class Feedback(BaseModel):
    """A person's answer to a suggestion."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "employee": "A-1",
                    "kind": "training",
                    "item_code": "P-01",
                    "action": "declined",
                    "reason_code": "jadwal",
                }
            ]
        },
    )

    employee: Annotated[str, Field(max_length=100, description="The person's `ref`.")]
    kind: Kind
    item_code: Annotated[str, Field(max_length=100)]
    action: Literal["accepted", "postponed", "declined"]
    reason_code: Annotated[
        Literal["beban_kerja", "sudah_dikuasai", "jadwal", "tidak_sesuai_tugas", "lainnya"] | None,
        Field(description="Needed to decline."),
    ] = None
    comment: Annotated[str | None, Field(max_length=1000, description="For the person alone.")] = (
        None
    )


class Recorded(Shape):
    """An answer that was stored."""

    number: int
    kind: Kind
    item_code: str
    action: str
    at: datetime


class Decide(BaseModel):
    """What a named person decides about a suggestion, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "employee": "A-1",
                    "kind": "training",
                    "item_code": "P-01",
                    "act": "endorsed",
                    "reason": "Diperlukan untuk penugasan simpang susun.",
                    "decided_by": "Rina Contoh",
                }
            ]
        },
    )

    employee: Annotated[str, Field(max_length=100, description="The person's `ref`.")]
    kind: Kind
    item_code: Annotated[str, Field(max_length=100)]
    act: Annotated[
        Literal["endorsed", "returned", "approved", "rejected"],
        Field(description="A superior supports or gives back; an office approves or does not."),
    ]
    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    decided_by: Annotated[
        str | None,
        Field(
            max_length=200,
            description="The person who decides; needed with a token or link. With an account "
            "it is the account's holder, whatever stands here.",
        ),
    ] = None


class Decided(Shape):
    """A decision that was stored."""

    id: int
    employee: str = Field(description="The person's `ref`.")
    kind: Kind
    item_code: str
    act: str
    reason: str
    decided_by: str
    role: str
    generation: int
    capsule: str = Field(description="SHA-256 of what the decision was taken on.")
    at: datetime


class Capsule(Shape):
    """What a decision was taken on, as it was then."""

    as_of: date
    generation: int
    model: str
    rules: str
    not_checked: list[str]
    data: str
    employee: str = Field(description="The person's `ref`.")
    item: Item
    act: str
    reason: str
    decided_by: str
    role: str
    at: datetime


class DecisionList(Shape):
    """Decisions about a person, newest first."""

    items: list[Decided]


class Job(Shape):
    """Long work that was asked for."""

    id: int
    kind: Literal["import", "ranking", "allocation"]
    state: Literal["queued", "running", "done", "failed"]
    stage: str | None
    done: int | None
    total: int | None
    result: dict[str, Any] | None = Field(description="Of one that is done.")
    problem: str | None = Field(description="Code of what went wrong.")
    created_at: datetime
    ended_at: datetime | None


class GivenSeat(Shape):
    """One seat of an allocation."""

    employee: str | None = Field(description="The person's `ref`; null where they left since.")
    name: str | None
    code: str = Field(description="Of the session or the vacancy.")
    item_code: str
    score: float
    cost: int = Field(description="Rupiah.")
    rank: int = Field(description="Among those whom a vacancy suits; 1 for a session.")
    chosen: bool = Field(description="Proposed; for a vacancy others are named beside.")


class Seats(Basis):
    """Who would get which seat."""

    items: list[GivenSeat]
    next_cursor: NextCursor


class Certificate(BaseModel):
    """Number and date of one person's certificate."""

    model_config = ConfigDict(extra="forbid")

    employee: Annotated[str, Field(max_length=100, description="The person's `ref`.")]
    number: Annotated[str, Field(min_length=1, max_length=200)]
    completed_on: Annotated[
        date | None, Field(description="The last day of the session by default.")
    ] = None


class TakeSteps(BaseModel):
    """One step of the chain for some people of a session."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "session": "S-0001",
                    "act": "nominate",
                    "employees": ["A-1"],
                    "decided_by": "Rina Contoh",
                }
            ]
        },
    )

    session: Annotated[str, Field(max_length=200)]
    act: Annotated[
        Literal[
            "nominate", "veto", "withdraw", "verify", "reserve", "refuse", "call", "attend",
            "miss", "complete", "decline", "undo",
        ],
        Field(
            description="nominate, veto, withdraw: the department; decline: the person, until the "
            "call-up; the rest: the academy; undo: whoever took the last step."
        ),
    ]  # fmt: skip
    employees: Annotated[
        list[Annotated[str, Field(max_length=100)]],
        Field(min_length=1, max_length=500, description="Their `ref`."),
    ]
    reason: Annotated[str, Field(max_length=1000)] = ""
    decided_by: Annotated[
        str | None,
        Field(max_length=200, description="Who decides, where no account says so."),
    ] = None
    letter_no: Annotated[
        str | None, Field(max_length=200, description="Of the call-up, or of a withdrawal.")
    ] = None
    replacement: Annotated[
        str | None,
        Field(max_length=100, description="`ref` of who stands in after the call-up."),
    ] = None
    certificates: Annotated[list[Certificate], Field(max_length=500)] = []


class NominationStep(Shape):
    """One step that was taken."""

    id: int
    employee: str = Field(description="The person's `ref`.")
    act: str
    before: str | None
    after: str | None
    decided_by: str
    at: datetime


class StepRefused(Shape):
    """A step that could not be taken, and why."""

    employee: str
    code: str
    text: Words


class StepsTaken(Shape):
    """What became of a step."""

    taken: list[NominationStep]
    refused: list[StepRefused]


class SessionFacts(Shape):
    """One session."""

    session: str
    training_code: str
    title: str
    starts_on: date | None
    ends_on: date | None
    closes_on: date | None
    seats: int | None


class SessionRow(SessionFacts):
    """One session with how many of the visible people stand how."""

    counts: dict[str, int]
    proposed: int = Field(description="Given a seat by the proposal in force, not nominated yet.")


class SessionList(Basis):
    """Sessions by their first day."""

    items: list[SessionRow]
    next_cursor: NextCursor


class Nominee(Shape):
    """How one person stands for a session."""

    employee: str = Field(description="The person's `ref`.")
    name: str | None
    unit: str | None
    status: str | None = Field(description="Null for whom the proposal gives a seat only.")
    proposed: bool = Field(description="The proposal in force gives them a seat.")
    proposed_by: str | None
    decided_by: str | None
    letter_no: str | None
    reason: str | None


class NominationList(SessionFacts):
    """How the visible people stand for a session."""

    items: list[Nominee]


class OwnNomination(Nominee, SessionFacts):
    """How a person stands for one of their sessions."""


class OwnNominations(Shape):
    """How a person stands for sessions."""

    items: list[OwnNomination]


class PutForward(BaseModel):
    """An allocation to put forward as the proposal that departments answer."""

    model_config = ConfigDict(extra="forbid")

    allocation: Annotated[
        Annotated[int, Field(ge=1, le=2**53)] | None,
        Field(description="Number of the allocation; null ends the proposal in force."),
    ]
    reason: Annotated[str, Field(max_length=1000)] = ""
    decided_by: Annotated[
        str | None, Field(max_length=200, description="Who decides, where no account says so.")
    ] = None


class SeatRound(Shape):
    """The proposal in force."""

    allocation: int
    decided_by: str
    reason: str
    at: datetime


class RoundInForce(Shape):
    """The proposal in force, if there is one."""

    round: SeatRound | None


class AskPetition(BaseModel):
    """A correction of one's own data, or an objection."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "correction",
                    "topic": "education",
                    "words": "Ijazah S-2 saya tahun 2024 belum tercatat.",
                }
            ]
        },
    )

    kind: Literal["correction", "objection"]
    topic: Annotated[
        str,
        Field(
            max_length=40,
            description="correction: education, post, unit, history, assessment, other; "
            "objection: training, role, seat, assessment, other.",
        ),
    ]
    words: Annotated[str, Field(min_length=1, max_length=2000)]


class AnswerPetition(BaseModel):
    """The named answer to a correction or an objection."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["granted", "partly", "not_granted"]
    answer: Annotated[str, Field(min_length=1, max_length=2000)]
    answered_by: Annotated[
        str | None, Field(max_length=200, description="Who answers, where no account says so.")
    ] = None


class Petition(Shape):
    """One correction or objection."""

    id: int
    employee: str = Field(description="The person's `ref`.")
    kind: str
    topic: str
    words: str
    at: datetime
    due_on: date
    late: bool
    outcome: str | None
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


class PetitionList(Shape):
    """Those that wait by the day they are due, then the others, newest first."""

    items: list[Petition]


class AuditEvent(Shape):
    """One row of the audit trail."""

    number: int
    at: datetime
    actor: str = Field(examples=["account:7"])
    role: str
    action: str
    subject: str = Field(examples=["employee:A-1"])
    details: dict[str, Any]
    previous: str
    hash: str


class AuditTrail(Shape):
    """Rows of the audit trail, newest first."""

    items: list[AuditEvent]
    next_before: int | None = Field(description="`before` of the next page; null at the end.")


class ProposedMatch(Shape):
    """An entry of a list that a name may mean."""

    code: str
    title: str
    probability: float = Field(ge=0, le=1)
    differs: Words | None = Field(description="How the name differs from it.")


class NameMatch(Shape):
    """A name that stands where a code belongs."""

    kind: Literal["training", "job", "unit", "education"]
    key: str = Field(description="What all spellings of the name share.")
    name: str
    state: Literal["waiting", "confirmed", "rejected"]
    rows: int | None
    people: int | None = Field(description="Whom it concerns; null where no row holds it now.")
    proposed: list[ProposedMatch]
    code: str | None
    title: str | None
    decided_by: str | None
    at: datetime | None


class NameProgress(Shape):
    """Names by state, and the people behind those that wait."""

    waiting: int
    confirmed: int
    rejected: int
    people: int = Field(description="At most: somebody with two such names counts twice.")


class NameMatches(Shape):
    """Names of a state, those that concern most people first."""

    progress: NameProgress
    items: list[NameMatch]
    next_cursor: NextCursor


class NamesDecided(Shape):
    """What was decided."""

    confirmed: int
    rejected: int
    undone: int
    progress: NameProgress


class Integrity(Shape):
    """Whether the audit trail is whole."""

    rows: int
    whole: bool
    broken: int | None = Field(description="First row that is not what it was.")
    last: str = Field(description="Hash of the last row; keep it elsewhere.")


class Fault(Shape):
    """One refused part of a request, without its value."""

    where: str = Field(examples=["query.k"])
    code: str = Field(examples=["at_most"])
    text: Words


class Problem(Shape):
    """Problem details (RFC 9457)."""

    type: str = Field(examples=["urn:selaras:problem:not-found"])
    title: str = Field(examples=["Tidak ditemukan"])
    status: int = Field(ge=400, le=599, examples=[404])
    detail: str
    text: Words
    errors: list[Fault]


class Alive(Shape):
    """The process answers."""

    status: Literal["ok"]
    at: datetime = Field(description="UTC.")


class Ready(Shape):
    """Suggestions can be read."""

    ready: Literal[True]
    generation: int
    as_of: date
    at: datetime = Field(description="UTC.")
