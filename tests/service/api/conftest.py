"""A small agency served over HTTP by a fake engine: two departments, five people, no database."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from recommender.effects import Evidence
from recommender.errors import ImpossibleWish, UnknownItem
from recommender.estimate.worth import Worth
from recommender.figures.facade import PersonFigures
from recommender.figures.results import Figure, Ground, Part
from recommender.plan.results import Fields, LevelChange, Plan, Proof, Remaining, Totals
from recommender.plan.results import Figures as PlanFigures
from recommender.plan.results import Row as PlanRow
from recommender.reports.named import CHOICE, REASON, REF, VACANCY
from recommender.reports.panel import Beside
from recommender.reports.sight import Sight
from recommender.reports.tables import Facts, Report, Sheet, Signer, Table, column
from recommender.results import (
    Candidate,
    Check,
    Effect,
    GapRow,
    Gaps,
    Item,
    Kind,
    Standard,
    Term,
    Way,
)
from recommender.supposition import Supposition
from recommender.whatif import Standing, WhatIf
from service import identity
from service.answers import Act
from service.app import assemble
from service.auditing import Event, Verdict
from service.auth import Entry, OwnAccount, Scope, Viewer
from service.decisions import Decision
from service.demand import laid_out
from service.directory import Directory
from service.errors import DatabaseUnreachable
from service.history import HistoryFile, HistoryWish, UnknownUnit
from service.jobs import Job
from service.naming import NameMatch, Progress, Proposed, UnknownName
from service.nominating import Board, Nomination, Refusal, Round, Session, Step, Taken
from service.petitions import Petition
from service.runtime import Generation, Published, Serving
from service.settings import Settings
from service.survey import Figures, Hours, Moment, Survey
from service.uptake import Course
from service.usecases.correcting import Corrections
from service.wanted import Wanted
from service.work import Ranking, Try, Work
from training_data.dataset import Dataset
from training_data.messages import Text, text

NIP = "199001012015031002"  # invented
ADDRESS = "http://127.0.0.1:8765"
TRAININGS = [f"P-{n:02}" for n in range(1, 13)]
JOBS = ["J-1", "J-2", "J-3"]
SESSIONS = (
    Session("S-1", "P-01", "Judul P-01", date(2099, 5, 4), date(2099, 5, 8), None, 3, "Angkatan I"),
    Session("S-2", "P-02", "Judul P-02", date(2020, 5, 4), date(2020, 5, 8), None, 3),
    Session("S-3", "P-12", "Judul P-12"),
)
DISCIPLINE = Text("Hukuman disiplin sedang sampai 1 Mei 2027.", "Discipline until 1 May 2027.")


def words(sentence: str) -> Text:
    return Text(sentence, f"{sentence} (en)")


def dataset() -> Dataset:
    people = [
        ("A-1", "Siti Contoh", "SUB", "J-1", None),
        ("A-2", "Budi Contoh", "PD", "J-2", None),
        ("A-3", "Rina Contoh", "OTHER", "J-2", None),
        (NIP, "Tono Misal", "SUB", "J-1", NIP),
        ("B-1", "Wati Misal", "OTHER", "J-1", None),
    ]
    columns = ("employee_id", "name", "unit_code", "job_code", "nip")
    units = [("PD", None), ("SUB", "PD"), ("OTHER", None)]
    return Dataset.of(
        {
            "employees": {
                **{c: [row[n] for row in people] for n, c in enumerate(columns)},
                "tier": ["pengawas", "administrator", "pengawas", None, "pelaksana"],
            },
            "units": {
                "unit_code": [code for code, _ in units],
                "name": [f"Unit {code}" for code, _ in units],
                "parent_code": [parent for _, parent in units],
                "kind": ["PD", None, "PD"],
            },
            "jobs": {
                "job_code": JOBS,
                "title": ["Analis Contoh", "Kepala Contoh", "Ahli Contoh"],
                "tier": ["pelaksana", "administrator", "pengawas"],
            },
            "trainings": {"training_code": TRAININGS, "title": [f"Judul {c}" for c in TRAININGS]},
        }
    )


def ref_of(employee_id: str) -> str:
    return identity.ref(b"key", "", employee_id)


def check(outcome: Any = "lolos", *, confidential: bool = False) -> Check:
    return Check(
        rule="disiplin" if confidential else "masa_jabatan",
        regulation="PP 94/2021" if confidential else "PP 11/2017",
        article="Pasal 1",
        mark="V",
        outcome=outcome,
        facts={"until": "2027-05-01"} if confidential else {"months": 21},
        text=DISCIPLINE if confidential else words("Masa dalam jabatan 1 tahun 9 bulan."),
        way=None if outcome == "lolos" else Way((words("Tunggu."),), date(2027, 5, 1)),
        confidential=confidential,
    )


def item(kind: Kind, code: str, place: int) -> Item:
    terms = (
        Term("gap_now", 2_000_000 - place * 1000, "M.1", words("Kesenjangan.")),
        Term("burden", -250_001, "", words("Beban.")),
    )
    return Item(
        item_code=code,
        title=f"Judul {code}",
        kind=kind,
        rank=None,
        micro=sum(term.micro for term in terms),
        terms=terms,
        reasons=(terms[0].text,),
        eligibility="lolos",
        checks=(check(),),
        effect=Effect({"M.1": 0.75}, 24.0, None),
        figures={"jpm": 86.0} if kind == "role" else {},
        evidence=Evidence(23, 0.42, 0.18, 0.66) if kind == "training" else None,
    )


GROUND = Ground("a.rule", "PP 1/2000", "Pasal 1", "R")


def figure(name: str, value: float, parts: tuple[Part, ...] = ()) -> Figure:
    said = words("Angka.")
    return Figure(
        name, words(name), value, value, value, "points", "final", said, GROUND, parts=parts
    )


def reasons_of(item: Item) -> str:
    return "|".join(f"{t.name}:{t.subject}:{t.micro / 1e6:.6f}" for t in item.terms[:3])


def a_plan(year: int, budget: int | None) -> Plan:
    """Return a plan of one course, which closes a gap of either post."""
    low, high = PlanFigures(8.0, 41.0, 0.0, 80.0, 60.0), PlanFigures(32.0, 56.0, 15.0, 90.0, 70.0)
    said = words("Isi.")
    onward = words("Menyiapkan jabatan tujuan.")
    row = PlanRow(
        1, "P-01", "Judul P-01", None, None, None, 5, False, "perlu_verifikasi",
        Fields(*[said] * 7), 24.0, None, "10",
        (LevelChange("M.1", "Integritas", "M", 1.0, 1.0, 2.0, 2.0, 3.0, 1.0, 0.5),),
        low, high, (words("Menutup kesenjangan."), onward),
        (words("Perlu verifikasi."), text("plan.note.confidential")), (),
        (onward,), openly="perlu_verifikasi",
    )  # fmt: skip
    totals = Totals(1, 24.0, 8.0, 20.0, 0, 1, budget, {"70": 0.0, "20": 0.0, "10": 24.0},
                    (0.0,) * 12, (1, 0), (2, 1), low, high)  # fmt: skip
    remaining = tuple(
        Remaining("M.2", "Kerja Sama", "M", post, 3.0, None, None, 2, "unknown", said)
        for post in ("now", "next")
    )
    return Plan(year, date(2026, 4, 3), "Analis", "Analis Ahli Muda", (row,), totals, remaining,
                (), Proof(3, 1, 0, True, 1.5, 1.5))  # fmt: skip


def a_sheet(employee_id: str, year: int | None, sight: Sight) -> Report:
    """Return a person's plan as a document; it says whom it is of and what it may hold."""
    if year is not None and year < 2026:
        raise ImpossibleWish("over")
    facts = Facts(((words("Atas nama"), employee_id), (words("Lingkup"), ", ".join(sight.names))))
    rows = [("<img src='file:///etc/passwd'>", 1_250_000), ("=HYPERLINK(1)", 750_000)]
    table = Table.numbered((column("programme"), column("cost", "rupiah", summed=True)), rows)
    sheet = Sheet(words("Lembar"), (words("RPI"),), (facts, table), (Signer(words("Pegawai")),))
    return Report("rpi", words("RPI"), date(2026, 4, 3), (sheet,))


def a_standing(*checks: Check) -> Standing:
    return Standing(0.62, 0.5, 0.7, 80.0, 90.0, ("Integritas",), (), "tidak_lolos", checks,
                    (words("Langkah."),), date(2026, 9, 1), None, 8.0, 41.0)  # fmt: skip


@dataclass
class FakeEngine:
    """Knows twelve trainings and three posts; P-12 and J-3 are ruled out for everybody."""

    people: Sequence[str]
    held: dict[str, Item] = field(default_factory=dict)
    explained: int = 0

    def __post_init__(self) -> None:
        for place, code in enumerate(TRAININGS):
            self.held[code] = item("training", code, place)
        for place, code in enumerate(JOBS):
            self.held[code] = item("role", code, place)
        self.held["P-12"] = replace(
            self.held["P-12"],
            micro=None,
            terms=(),
            eligibility="tidak_lolos",
            checks=(check("tidak_lolos"),),
        )
        self.held["J-3"] = replace(
            self.held["J-3"],
            micro=None,
            terms=(),
            reasons=(DISCIPLINE,),
            eligibility="tidak_lolos",
            checks=(check("tidak_lolos"), check("tidak_lolos", confidential=True)),
        )

    def items(self, employee_id: str, kind: Kind, item_codes: Sequence[str]) -> list[Item]:
        self.explained += 1
        return [self.held[code] for code in item_codes]

    def explain(self, employee_id: str, item_code: str, kind: Kind | None = None) -> Item:
        return self.held[item_code]

    def gaps(self, employee_id: str) -> Gaps:
        row = GapRow(
            "M.1", "Integritas", "M", 3.0, None, None, None, 2, "job", None, None, False, 5.0
        )
        now = Standard("J-1", "Analis Contoh", "pelaksana", (row,), None, 0.0, 166.7)
        return Gaps(now, None, None, words("Jenjang tertinggi."))

    def assess_next(self, employee_id: str) -> tuple[Worth, ...]:
        reason = words("Integritas belum dinilai.")
        return (Worth(employee_id, "M.1", "Integritas", 1.5, "unknown", None, None, reason),)

    def assess_first(
        self,
        unit_code: str | None = None,
        k: int = 20,
        *,
        employees: Sequence[str] | None = None,
    ) -> tuple[Worth, ...]:
        ids = sorted(self.people if employees is None else employees)
        return tuple(worth for one in ids for worth in self.assess_next(one))[:k]

    def figures(self, employee_id: str, *, published_only: bool = False) -> PersonFigures:
        """Box 8 was published; box 1 was found since."""
        secret = Part(
            "discipline", words("disiplin"), 1.0, 1.0, 1.0, 5.0, DISCIPLINE, GROUND,
            {"severity": "berat"}, confidential=True,
        )  # fmt: skip
        open_part = Part("performance", words("kinerja"), 25.0, 25.0, 25.0, 30.0,
                         words("Predikat Baik."), GROUND)  # fmt: skip
        box = 8.0 if published_only else 1.0
        return PersonFigures(
            *(figure(name, 80.0) for name in ("jpm_now", "jpm_next")),
            figure("ip_asn", 26.0, (open_part, secret)),
            *(figure(name, 12.0) for name in ("jp", "assessment")),
            figure("nine_box", box),
            figure("talent_value", 26.0, (secret,)),
        )

    def plan(
        self,
        employee_id: str,
        year: int | None = None,
        *,
        budget: int | None = None,
        courses: int | None = None,
        without: Sequence[str] = (),
    ) -> Plan:
        if year is not None and year < 2026:
            raise ImpossibleWish("over")
        return a_plan(year or 2026, budget)

    def what_if(
        self, employee_id: str, supposed: Supposition, *, year: int | None = None, k: int = 5
    ) -> WhatIf:
        if set(supposed.trainings) - set(TRAININGS):
            raise UnknownItem("unknown")
        secret = a_standing(check("tidak_lolos", confidential=True))
        return WhatIf(
            (words("Andaikan."),), "J-2", "Judul J-2", secret, secret, (self.held["P-01"],),
            (self.held["J-3"],), a_plan(year or 2026, None), None, None, words("Tertinggi."),
        )  # fmt: skip

    def guided(self, employee_id: str, items: Sequence[Item]) -> tuple[str, ...]:
        return tuple(item.item_code for item in items[:1])

    def excluded(self, employee_id: str, kind: Kind, k: int | None = None) -> list[Item]:
        return [self.held["P-12" if kind == "training" else "J-3"]][:k]

    def later_roles(self, employee_id: str, k: int = 10) -> list[Item]:
        open_later = replace(
            self.held["J-3"], item_code="J-2", reasons=(), checks=(check("tidak_lolos"),)
        )
        return [open_later, self.held["J-3"]]

    def candidates(
        self,
        kind: Kind,
        item_code: str,
        k: int = 20,
        *,
        employees: Sequence[str] | None = None,
        first: int = 0,
    ) -> list[Candidate]:
        one = self.held[item_code]
        if one.micro is None:
            return []
        people = (self.people if employees is None else employees)[first : first + k]
        return [
            Candidate(employee_id, replace(one, rank=place))
            for place, employee_id in enumerate(people, start=first + 1)
        ]

    def open_to(self, kind: Kind, item_code: str) -> tuple[str, ...]:
        return ("A-1", "A-3")


AT = datetime(2026, 4, 3, 19, tzinfo=UTC)
IDLE = Work(
    held=True,
    beat_at=AT,
    patience=timedelta(seconds=60),
    nightly="02:00",
    on_change=True,
    counts={"published": 4, "lost": 1},
    tries=(
        Try(6, "change", "running", AT, None, None, None, "rank", 30, 120),
        Try(5, "nightly", "published", AT, AT, 7, None, None, None, None),
        Try(4, "nightly", "lost", AT, AT, None, "worker.lost", "rank", 5, 120),
    ),
    rankings=(Ranking(7, "published", date(2026, 4, 3), 5, 60, "m" * 64, AT, AT),),
)


class FakeSurveys:
    """Two departments; PD has a section SUB and people of its own, who are too few to be told."""

    least, enough = 5, 20.0
    hours = {
        ("", "whole"): (None, Hours(60, 20, 15, 20)),
        ("PD", "whole"): ("", Hours(40, 10, 10, 20)),
        ("OTHER", "whole"): ("", Hours(20, 10, 5, 0)),
        ("SUB", "whole"): ("PD", Hours(36, 9, 9, 18)),
        ("PD", "own"): ("PD", Hours()),
    }
    cells = {
        ("", "whole"): {"M.1": Figures(60, 40, 10, 5000), "T.1": Figures(20, 20, 12, 9000)},
        ("PD", "whole"): {"M.1": Figures(40, 30, 6, 3000)},
        ("OTHER", "whole"): {"M.1": Figures(20, 10, 4), "T.1": Figures(20, 20, 12, 9000)},
        ("SUB", "whole"): {"M.1": Figures()},
        ("PD", "own"): {"M.1": Figures()},
    }

    def skill(self, code: str) -> tuple[str, str]:
        return {"M.1": ("Integritas", "M"), "T.1": ("Lalu Lintas", "T")}[code]

    def parts(self, unit: str) -> list[tuple[str, str]]:
        return [place for place, (above, _) in self.hours.items() if above == unit]

    def of(self, unit: str, slice_: str = "") -> Survey:
        near = {
            place: hours
            for place, (above, hours) in self.hours.items()
            if unit in (place[0], above)
        }
        hide = slice_ == "managerial"
        return Survey(
            near,
            {
                place: {code: Figures() if hide else one for code, one in cells.items()}
                for place, cells in self.cells.items()
                if place in near
            },
        )

    def past(self, unit: str, competencies: Sequence[str]) -> list[Moment]:
        cells = self.cells.get((unit, "whole"), {})
        held = {code: one for code, one in cells.items() if code in competencies}
        return [Moment(6, date(2026, 3, 3), held), Moment(7, date(2026, 4, 3), held)]


class FakeNominations:
    """Nominations in memory; what may be done is decided where the database asks as well."""

    def __init__(self) -> None:
        self.taken: list[Step] = []
        self.rounds: list[Round | None] = [None]

    def nominations(self, session=None, employee=None) -> list[Nomination]:
        held = {(s.session_code, s.employee_id): s for s in self.taken}
        return [
            Nomination(one.employee_id, one.session_code, one.after, None, one.decided_by,
                       one.letter_no, one.reason)
            for _, one in sorted(held.items())
            if one.after is not None
            and session in (None, one.session_code)
            and employee in (None, one.employee_id)
        ]  # fmt: skip

    def steps(self, session) -> list[Step]:
        return [one for one in self.taken if one.session_code == session]

    def take_steps(self, wanted, limits, *, decided_by, actor, at) -> Taken:
        code = limits.session.code
        held = {one.employee_id: one for one in self.nominations(code)}
        last = {one.employee_id: one for one in self.steps(code)}
        board, done, refused = Board(limits, held, last), [], []
        for one in wanted:
            before = board.state(one.employee_id)
            after, why = board.judge(one)
            if why is not None:
                refused.append(Refusal(one.employee_id, why))
                continue
            board.take(one.employee_id, after)
            made = Step(len(self.taken) + 1, one.employee_id, code, one.act, before, after,
                        one.reason or None, one.letter_no or None, None, None, None, decided_by,
                        actor.role, at)  # fmt: skip
            self.taken.append(made)
            done.append(made)
        return Taken(tuple(done), tuple(refused))

    def round(self) -> Round | None:
        return self.rounds[-1]

    def set_round(self, job, *, decided_by, note, actor) -> None:
        number = len(self.rounds)
        now = datetime.now(UTC)
        self.rounds.append(None if job is None else Round(number, job, decided_by, note, now))


class FakePetitions:
    """Corrections and objections in memory."""

    petition_days = 14

    def __init__(self) -> None:
        self.asked: list[Petition] = []

    def petition(self, employee_id, kind, topic, words, *, due_on, actor, ref, at) -> Petition:
        made = Petition(len(self.asked) + 1, employee_id, kind, topic, words, at, due_on)
        self.asked.append(made)
        return made

    def petitions(self, employee=None, *, open_only=False) -> list[Petition]:
        mine = [p for p in self.asked if employee in (None, p.employee_id)]
        waiting = [p for p in mine if p.outcome is None]
        return waiting if open_only else waiting + [p for p in mine if p.outcome is not None]

    def answer_petition(self, number, outcome, answer, *, answered_by, actor, ref, at):
        one = next((p for p in self.asked if (p.number, p.outcome) == (number, None)), None)
        if one is None:
            return None
        done = replace(one, outcome=outcome, answer=answer, answered_by=answered_by,
                       answered_at=at)  # fmt: skip
        self.asked[self.asked.index(one)] = done
        return done


@dataclass
class FakeStore(FakeNominations, FakePetitions):
    """Generations in memory; opening number 13 fails."""

    number: int | None = 7
    engine: FakeEngine = field(default_factory=lambda: FakeEngine(()))
    opened: list[int] = field(default_factory=list)
    broken: Exception | None = None
    state: Work = IDLE
    unreachable: bool = False
    asked_of_work: int = 0
    acts: list[Act] = field(default_factory=list)
    by_key: dict[str, Any] = field(default_factory=dict)
    trail: list[Event] = field(default_factory=list)
    broken_row: int | None = None
    capsules: list[tuple[Decision, bytes]] = field(default_factory=list)
    length: int | None = None
    matching: Callable[[Wanted], frozenset[str]] = lambda _: frozenset()
    surveys: FakeSurveys | None = field(default_factory=FakeSurveys)

    def __post_init__(self) -> None:
        FakeNominations.__init__(self)
        FakePetitions.__init__(self)
        self.stored = dict(self.engine.held)

    def current(self) -> int | None:
        return self.number

    def open(self, number: int) -> Serving:
        self.opened.append(number)
        if self.broken is not None:
            raise self.broken
        data = dataset()
        self.engine.people = data.table("employees").column("employee_id").to_pylist()
        return Serving(
            generation=Generation(
                number, date(2026, 4, 3), "m" * 64, "r" * 64, "d" * 64, ("bup",), self.length
            ),
            engine=self.engine,
            directory=Directory(data, ref_of),
            published=self.published,
            titles={
                "training": {code: f"Judul {code}" for code in TRAININGS},
                "role": {code: f"Judul {code}" for code in JOBS},
            },
            fairness={
                "met": True,
                "least_group": 30,
                "override": None,
                "findings": [],
                "measures": [],
            },
            vacancies={"V-1": "J-1"},
            matching=lambda wanted: self.matching(wanted),
            surveys=self.surveys,
            individual_plan=a_sheet,
            beside=beside_candidates,
            long_list=a_long_list,
            courses={"P-01": Course(24.0, 1_000_000), "P-02": Course(None, None)},
            sessions={one.code: one for one in SESSIONS},
            suggested=lambda: laid_out(
                (one, [(row.item_code, row.eligibility) for row in self.published(one, "training")])
                for one in self.engine.people
            ),
        )

    def work(self) -> Work:
        self.asked_of_work += 1
        if self.unreachable:
            raise DatabaseUnreachable("storage.unreachable", database="db")
        return self.state

    def acts_after(self, number: int) -> list[Act]:
        return [act for act in self.acts if act.number > number]

    def record(self, employee_id, kind, item_code, action, *, actor, ref, generation,
               reason_code=None, comment=None, key=None) -> Act:  # fmt: skip
        if key is not None and key in self.by_key:
            return self.by_key[key]
        act = Act(len(self.acts) + 1, employee_id, kind, item_code, action, reason_code, comment,
                  datetime.now(UTC))  # fmt: skip
        self.acts.append(act)
        if key is not None:
            self.by_key[key] = act
        return act

    def decide(self, employee_id, kind, item_code, act, *, reason, decided_by, actor, ref,
               generation, capsule, at, key=None) -> Decision:  # fmt: skip
        if key is not None and key in self.by_key:
            return self.by_key[key]
        one = Decision(len(self.capsules) + 1, employee_id, kind, item_code, act, reason,
                       decided_by, actor.role, generation, sha256(capsule).hexdigest(),
                       at)  # fmt: skip
        self.capsules.append((one, capsule))
        if key is not None:
            self.by_key[key] = one
        return one

    def events(self, before=None, limit=50, **wanted) -> list[Event]:
        asked = {name: value for name, value in wanted.items() if value is not None}
        fit = [e for e in reversed(self.trail) if before is None or e.number < before]
        return [e for e in fit if all(getattr(e, n) == v for n, v in asked.items())][:limit]

    def verify(self, kept=None) -> Verdict:
        return Verdict(len(self.trail), self.broken_row, "f" * 64, kept in (None, "f" * 64))

    def note(self, actor, action, subject, details) -> None:
        self.trail.append(
            Event(len(self.trail) + 1, "", datetime.now(UTC), actor.name, actor.role, action,
                  subject, dict(details), "p", "h")
        )  # fmt: skip

    def decisions_about(self, employees) -> list[Decision]:
        return [one for one, _ in self.capsules if one.employee_id in employees]

    def capsule(self, number):
        return next((pair for pair in self.capsules if pair[0].number == number), None)

    def published(self, employee_id: str, kind: Kind) -> list[Published]:
        codes = TRAININGS[:11] if kind == "training" else JOBS[:2]
        return [
            Published(code, rank, item.micro or 0, "lolos", reasons_of(item))
            for rank, code in enumerate(codes, start=1)
            for item in [self.stored[code]]
        ]


def beside_candidates(employees, sight):
    """Return what a panel reads of everybody, as far as the sight goes."""
    return {
        one: Beside(
            Text("2025: Baik", "2025: Good") if sight.performance else None,
            Text("Kotak 7", "Box 7") if sight.talent else None,
            Text("52 tahun", "52 years") if sight.service_left else None,
        )
        for one in employees
    }


def a_long_list(vacant, sight):
    """Return the list as a document with the columns it is read again by, and what it may hold."""
    columns = (VACANCY, REF, column("nip"), CHOICE, REASON)
    nips = {"A-1": "199001012015031001", "A-2": "199001012015031002"}
    sheets = tuple(
        Sheet(words(one.code), (words(", ".join(sight.names)),),
              (Table.numbered(columns, [(one.code, who.ref, nips.get(who.employee_id), None, None)
                                        for who in one.people]),), secret=True)
        for one in vacant
    )  # fmt: skip
    return Report("calon-panjang", words("Daftar"), date(2026, 4, 3), sheets)


class FakeJobs:
    """Jobs in memory that nobody does."""

    def __init__(self) -> None:
        self.held: list[Job] = []
        self.uploads: dict[str, dict[str, bytes]] = {}
        self.given: dict[int, list[dict[str, str]]] = {}
        self.not_given: dict[int, list[dict[str, str]]] = {}
        self.books: dict[int, Path] = {}
        self.home = Path("/nonexistent")
        self.folders: dict[int, Path] = {}

    def queue(self, kind, asked, actor) -> Job:
        made = Job(len(self.held) + 1, kind, "queued", dict(asked), None, None, None, None, None,
                   datetime.now(UTC), None)  # fmt: skip
        self.held.append(made)
        return made

    def find(self, kind, number) -> Job | None:
        return next((j for j in self.held if (j.kind, j.number) == (kind, number)), None)

    def latest(self, kind, by=None) -> tuple[Job, ...]:
        return tuple(j for j in reversed(self.held) if j.kind == kind)

    def document(self, number) -> Path | None:
        return self.folders.get(number)

    async def keep(self, files) -> str:
        kept = {}
        async for name, parts in files:
            kept[name] = b"".join([part async for part in parts])
        self.uploads[name := f"u{len(self.uploads)}"] = kept
        return name

    def has_upload(self, name) -> bool:
        return name in self.uploads

    def proposal(self, number):
        found = self.find("allocation", number)
        if found is None or found.state != "done" or found.asked["kind"] != "session":
            return None
        people = {one["code"]: [] for one in found.result["sessions"]}
        for row in self.seats(number):
            people[row["session_code"]].append(row["employee_id"])
        return people

    def corrections(self, number) -> Corrections:
        return Corrections(Settings(home=self.home), number)

    def seats(self, number):
        yield from self.given.get(number, [])

    def lost(self, number):
        yield from self.not_given.get(number, [])

    def passed_over(self, number):
        people = {}
        for row in self.lost(number):
            people.setdefault(row["session_code"], []).append((row["employee_id"], row["reason"]))
        return people

    def workbook(self, number) -> Path | None:
        return self.books.get(number)


class FakeNames:
    """Names in memory: one title that waits, with two entries that may be meant."""

    def __init__(self) -> None:
        proposed = (
            Proposed("P-01", "Judul P-01", 0.92),
            Proposed("P-02", "Judul <P-02>", 0.41, {"id": "beda tingkat", "en": "other level"}),
        )
        self.held = {
            ("training", "naskahkebijakan"): NameMatch(
                "training", "naskahkebijakan", "Naskah <Kebijakan>", "waiting", 5, 4, proposed
            )
        }
        self.acts: list[tuple[str, ...]] = []

    def progress(self, kind=None) -> Progress:
        states = [one.state for one in self.held.values() if kind in (None, one.kind)]
        return Progress(*(states.count(s) for s in ("waiting", "confirmed", "rejected")), 4)

    def names(self, state, kind, words, first, limit):
        found = [
            one
            for one in self.held.values()
            if one.state == state and kind in (None, one.kind) and words.lower() in one.name.lower()
        ]
        return found[first : first + limit]

    def rule(self, rulings, actor):
        for place, one in enumerate(rulings):
            codes = [p.code for p in self.held.get((one.kind, one.key), NOBODY).proposed]
            known = (one.kind, one.key) in self.held
            if not known or (one.act == "confirm" and one.code not in codes):
                raise UnknownName(place)
        counts: dict[str, int] = {}
        states = {"confirm": "confirmed", "reject": "rejected", "undo": "waiting"}
        for one in rulings:
            held = self.held[one.kind, one.key]
            code = one.code if one.act == "confirm" else None
            self.held[one.kind, one.key] = replace(held, state=states[one.act], code=code)
            counts[one.act] = counts.get(one.act, 0) + 1
            self.acts.append((actor.name, one.act))
        return counts


class FakeHistory:
    """One file, whatever is asked for; the unit NOWHERE does not exist."""

    def __init__(self) -> None:
        self.asked: list[HistoryWish] = []

    def export(self, wish) -> HistoryFile:
        if wish.unit == "NOWHERE":
            raise UnknownUnit(wish.unit)
        self.asked.append(wish)
        return HistoryFile(b"[]" if wish.format == "json" else b"nipBaru\n", 3)

    def unverified(self):
        return {"rw_kursus": ("nipBaru",), "rw_diklat": ("nipBaru",)}


NOBODY = NameMatch("training", "", "", "waiting", 0, 0, ())


class FakeCredentials:
    """Tokens, sessions and links in memory, by their secret."""

    def __init__(self) -> None:
        self.tokens: dict[str, Viewer] = {}
        self.sessions: dict[str, Viewer] = {}
        self.links: dict[str, Viewer] = {}
        self.accounts: dict[str, tuple[str, bool, Viewer]] = {}
        self.owners: dict[str, str] = {}
        self.opened = 0

    def viewer_of_token(self, secret: str) -> Viewer | None:
        return self.tokens.get(secret)

    def viewer_of_session(self, secret: str) -> Viewer | None:
        return self.sessions.get(secret)

    def spend_link(self, secret: str) -> Viewer | None:
        return self.links.pop(secret, None)

    def open_session(self, viewer: Viewer) -> str:
        self.opened += 1
        secret = f"session-{self.opened}"
        self.sessions[secret] = viewer
        return secret

    def state_purpose(self, secret: str, purpose: str, viewer: Viewer) -> None:
        self.sessions[secret] = replace(self.sessions[secret], purpose=purpose)

    def arrive(self, person: Any) -> str:
        raise AssertionError("no provider is set up")

    def end_session(self, secret: str) -> bool:
        self.sessions.pop(secret, None)
        return False

    def enter(self, login: str, password: str) -> Entry | None:
        held = self.accounts.get(login)
        if held is None or held[0] != password:
            return None
        return Entry(None if held[1] else self._open(login))

    def change_password(self, login: str, old: str, new: str) -> str | None:
        held = self.accounts.get(login)
        if held is None or held[0] != old:
            return None
        self.accounts[login] = (new, False, held[2])
        for secret in [s for s, owner in self.owners.items() if owner == login]:
            self.sessions.pop(secret, None)
            self.owners.pop(secret)
        return self._open(login)

    def own_account(self, secret: str) -> OwnAccount | None:
        login = self.owners.get(secret)
        count = sum(owner == login for owner in self.owners.values())
        return None if login is None else OwnAccount(login, count)

    def end_other_sessions(self, secret: str) -> int:
        login = self.owners.get(secret)
        others = [s for s, owner in self.owners.items() if owner == login and s != secret]
        for other in others:
            self.sessions.pop(other, None)
            self.owners.pop(other)
        return len(others)

    def _open(self, login: str) -> str:
        secret = self.open_session(self.accounts[login][2])
        self.owners[secret] = login
        return secret


class Client:
    """A plain client: one request, one answer, no lifespan, cookies kept."""

    def __init__(self, app: Any, runner: asyncio.Runner) -> None:
        self.app = app
        self.runner = runner
        self.cookies = httpx.Cookies()

    def request(self, method: str, path: str, **rest: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(
                transport=transport, base_url=ADDRESS, cookies=self.cookies
            ) as client:
                response = await client.request(method, path, **rest)
                self.cookies = client.cookies
                return response

        return self.runner.run(send())

    def get(self, path: str, **rest: Any) -> httpx.Response:
        return self.request("GET", path, **rest)

    def post(self, path: str, **rest: Any) -> httpx.Response:
        return self.request("POST", path, **rest)


REVIEWED = tomllib.loads(Path(__file__).with_name("access_matrix.toml").read_text("utf-8"))


def viewer_of(row: Mapping[str, Any]) -> Viewer:
    kind, _, value = row["scope"].partition(":")
    return Viewer(row["role"], Scope(kind, value), purpose=row.get("purpose", ""))


VIEWERS = {name: viewer_of(row) for name, row in REVIEWED["viewers"].items()}


@dataclass
class Service:
    """The application, its parts, and a client."""

    app: Any
    store: FakeStore
    credentials: FakeCredentials
    jobs: FakeJobs
    client: Client
    viewers: Mapping[str, Viewer]
    names: FakeNames = field(default_factory=FakeNames)
    history: FakeHistory = field(default_factory=FakeHistory)

    def as_(self, name: str) -> dict[str, str]:
        """Return the headers of one of ``VIEWERS``."""
        return {"Authorization": f"Bearer {name}-token"}


@pytest.fixture(scope="module")
def make_service() -> Iterator[Callable[..., Service]]:
    with asyncio.Runner() as runner:

        def make(*, public: str | None = None, per_minute: int = 0, **store: Any) -> Service:
            kept, credentials = FakeStore(**store), FakeCredentials()
            for name, viewer in VIEWERS.items():
                credentials.tokens[f"{name}-token"] = viewer
            work = FakeJobs()
            names, history = FakeNames(), FakeHistory()
            app = assemble(
                kept,
                credentials,
                work,
                names_queue=names,
                training_history=history,
                public=public,
                per_minute=per_minute,
            )
            return Service(
                app, kept, credentials, work, Client(app, runner), VIEWERS, names, history
            )

        yield make


@pytest.fixture
def service(make_service: Callable[..., Service]) -> Service:
    return make_service()


@pytest.fixture(scope="session")
def reviewed() -> Mapping[str, Any]:
    return REVIEWED


@pytest.fixture
def nip() -> str:
    return NIP


@pytest.fixture
def nip_ref() -> str:
    return ref_of(NIP)
