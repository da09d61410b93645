"""Documents of the personnel office for a person, a unit or the agency, as one workbook.

In: an open engine and what is asked for. Out: a ``Report``, then a file that appears whole. All
documents of plans are built from the same year plans. Nothing of discipline is in any of them but
whether BKD has to confirm something, and the talent box is on the lists of candidates and of
succession alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.errors import UnknownItem
from recommender.plan.everybody import plan_everybody
from recommender.reports import akpk, hcdp, nominative, rpi
from recommender.reports.assessed import NotAssessed
from recommender.reports.catalogue import Catalogue
from recommender.reports.jp_recap import JpRecap, last_day
from recommender.reports.nominees import Nominees, Post
from recommender.reports.offices import Offices
from recommender.reports.records import Record, Recorder, by_name
from recommender.reports.seats import Given, SeatLists
from recommender.reports.sight import EVERYTHING, Sight
from recommender.reports.succession import Succession
from recommender.reports.tables import Block, Cell, Facts, Report, Sheet, Signer
from recommender.reports.tally import Counting
from service.documents import DocumentKind, Wanted
from service.exports.printed import Printed
from service.exports.stored import FILE, WORKBOOK, packed
from service.exports.workbook import write_workbook
from service.usecases.errors import NotThere, WrongUse
from service.usecases.files import written_whole
from training_data.messages import Text, text

if TYPE_CHECKING:
    from recommender.engine import Engine
    from recommender.pipeline import Progress

SUFFIX = ".xlsx"


@dataclass(frozen=True)
class Asked:
    """What a document is wanted for.

    Attributes:
        employee, unit: of whom; neither for the whole agency.
        year: calendar year, that of the day by default.
        quarter: 1 … 4, for the recap of hours.
        session: code of a session or a training, for the list of participants.
        post: code of a vacancy or a post, for the list of candidates.
        allocation, seats: a proposal by its number and whom it gives a seat, for its list.
    """

    kind: DocumentKind
    employee: str | None = None
    unit: str | None = None
    year: int | None = None
    quarter: int | None = None
    session: str | None = None
    post: str | None = None
    allocation: int | None = None
    seats: tuple[Given, ...] = ()


@dataclass(frozen=True)
class Written:
    """What was written: the file, its sheets and how many people it speaks of."""

    file: Path
    sheets: int
    people: int


def report_to_file(
    engine: Engine,
    asked: Asked,
    out: Path,
    *,
    printed: Printed,
    workers: int = 1,
    progress: Progress | None = None,
) -> Written:
    """Build a document and write it as a workbook.

    Raises:
        WrongUse: what is asked for does not fit together, or the file cannot be written so.
        NotThere: there is no such unit, session or training.
        UnknownEmployee: nobody has this id.
        ImpossibleWish: the year is over.
    """
    require_workbook(out)
    maker = ReportMaker(engine, asked, workers=workers, progress=progress)
    report = maker.report()
    with written_whole(out) as temporary:
        if report.secret:
            temporary.touch(0o600)
        write_workbook(report, temporary, printed)
    return Written(out, len(report.sheets), maker.people)


@dataclass(frozen=True)
class Made:
    """A document that lies ready: its sheets, the lines of its tables, people it was made from."""

    sheets: int
    rows: int
    people: int
    secret: bool


def document_to_folder(
    engine: Engine,
    wanted: Wanted,
    folder: Path,
    *,
    seats: tuple[Given, ...] = (),
    progress: Progress | None = None,
) -> Made:
    """Make a document that was asked for in the browser; only this account reads the files.

    Parameters:
        seats: of the allocation that is listed.

    Raises:
        WrongUse, NotThere, ImpossibleWish: as for ``report_to_file``.
    """
    asked = Asked(
        wanted.kind, None, wanted.unit, wanted.year, wanted.quarter, wanted.session, wanted.post,
        wanted.allocation, seats,
    )  # fmt: skip
    maker = ReportMaker(engine, asked, sight=Sight.of(wanted.sight), progress=progress)
    report = maker.report()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    printed = Printed(wanted.language, wanted.place)
    with written_whole(folder / WORKBOOK) as temporary:
        temporary.touch(0o600)
        write_workbook(report, temporary, printed)
    with written_whole(folder / FILE) as temporary:
        temporary.touch(0o600)
        temporary.write_bytes(packed(report))
    return Made(len(report.sheets), report.rows, maker.people, report.secret)


def individual_plan(engine: Engine, employee_id: str, year: int | None, sight: Sight) -> Report:
    """Return the plan (RPI) of one person, at once.

    Raises:
        UnknownEmployee: nobody has this id.
        ImpossibleWish: the year is over.
    """
    return ReportMaker(engine, Asked("rpi", employee=employee_id, year=year), sight=sight).report()


def require_workbook(out: Path) -> None:
    """Raise ``WrongUse`` where a document could not be written to ``out``: before the work."""
    if out.suffix.lower() != SUFFIX:
        raise WrongUse("cli.report_suffix", file=out.name)
    if not out.parent.is_dir():
        raise WrongUse("cli.no_folder_for", folder=str(out.parent))


class ReportMaker:
    """Builds one document."""

    def __init__(
        self,
        engine: Engine,
        asked: Asked,
        *,
        sight: Sight = EVERYTHING,
        workers: int = 1,
        progress: Progress | None = None,
    ) -> None:
        require_sense(asked)
        self.engine, self.asked = engine, asked
        self.workers, self.progress = workers, progress
        self.year = asked.year or engine.as_of.year
        self.recorder = Recorder(engine, sight)
        self.offices = self.recorder.offices
        self.employees = self._employees()
        self.people = len(self.employees)

    def report(self) -> Report:
        """Return the document."""
        makers = {
            "akpk": self._akpk,
            "hcdp": self._hcdp,
            "rpi": self._rpi,
            "rekap-jp": self._jp_recap,
            "nominatif": self._nominative,
            "belum-dinilai": self._not_assessed,
            "calon": self._nominees,
            "usulan": self._seats,
            "suksesi": self._succession,
        }
        sheets = makers[self.asked.kind]()
        title = text(f"report.{self.asked.kind}.title")
        return Report(self.asked.kind, title, self.engine.as_of, tuple(sheets))

    def _employees(self) -> tuple[str, ...]:
        asked = self.asked
        if asked.employee is not None:
            self.engine.person(asked.employee)  # says so where nobody has this id
            return (asked.employee,)
        if asked.unit is None:
            return self.engine.employee_ids
        table = self.engine.snapshot.dataset.table("employees")
        units = table["unit_code"].to_pylist()
        if asked.unit not in self.offices.names and asked.unit not in units:
            raise NotThere("cli.unknown_unit", unit=asked.unit)
        return tuple(
            employee
            for employee, unit in zip(self.engine.employee_ids, units, strict=True)
            if self.offices.holds(asked.unit, unit)
        )

    def records(self) -> Iterator[Record]:
        """Yield everybody's record, in the order of the ids."""
        plans = plan_everybody(
            self.engine,
            self.year,
            workers=self.workers,
            employees=self.employees,
            alternatives=False,
            progress=self.progress,
        )
        return (self.recorder.record(employee, plan) for employee, plan in plans)

    def _akpk(self) -> list[Sheet]:
        named = self.asked.employee is not None or self.asked.unit is not None
        counting = Counting(self.offices, self._groups)
        need_rows, plan_rows = _ByName(self.offices), _ByName(self.offices)
        for record in counting.passing(self.records()):
            if named:
                need_rows.add(record, akpk.need_rows(record))
                plan_rows.add(record, self._plan_rows(record))
        sheets = []
        if named:
            sheets.append(self._sheet("akpk.individual", akpk.needs(need_rows.cells())))
            sheets.append(self._sheet("akpk.plans", akpk.plans(plan_rows.cells())))
        tally, catalogue = counting.tally, self._catalogue
        sheets.append(self._sheet("akpk.recap", akpk.recap(tally, catalogue, self.offices)))
        if self.asked.employee is None:
            units: list[Block] = [akpk.by_unit(tally, catalogue, self.offices, self._groups)]
            if not named:
                units.append(Facts(((text("report.col.remark"), text("report.akpk.detail")),)))
            sheets.append(self._sheet("akpk.units", *units))
        return sheets

    def _hcdp(self) -> list[Sheet]:
        counting = Counting(self.offices, self._groups)
        names, studies = _ByName(self.offices), _ByName(self.offices)
        scope = hcdp.Scope(self._groups, self.year, self.employees)
        plan = hcdp.Hcdp(
            self.engine,
            self.recorder,
            self._catalogue,
            scope,
            counting.tally,
            self.progress,
            self.workers,
        )
        for record in counting.passing(self.records()):
            rows = self._plan_rows(record)
            names.add(record, rows)
            courses = zip(record.plan.rows, rows, strict=True)
            studies.add(record, [cells for row, cells in courses if plan.is_study(row)])
        return [
            self._sheet("hcdp.people", plan.people()),
            self._sheet("hcdp.priorities", plan.priorities()),
            self._sheet("hcdp.gaps", plan.gaps()),
            self._sheet("hcdp.programmes", plan.programmes(), plan.ceilings()),
            self._sheet("hcdp.quarters", plan.quarters()),
            self._sheet("hcdp.studies", plan.studies(studies.cells())),
            self._sheet("hcdp.certificates", plan.certificates()),
            *(
                (self._sheet("hcdp.retirements", plan.retirements(), plan.successions()),)
                if self.recorder.sight.service_left
                else ()
            ),
            self._sheet("hcdp.monitoring", plan.monitoring()),
            self._sheet("hcdp.names", akpk.plans(names.cells())),
        ]

    def _rpi(self) -> list[Sheet]:
        sheets = []
        key = by_name(self.offices)
        for record in sorted(self.records(), key=lambda r: key(r.holder)):
            superior = record.holder.supervisor
            known = superior is not None and self.engine.has_employee(superior)
            boss = self.recorder.holder(superior) if superior is not None and known else None
            sheets.append(rpi.sheet(record, self.offices, boss))
        return sheets

    def _jp_recap(self) -> list[Sheet]:
        day = self.engine.as_of
        if self.year > day.year:
            raise WrongUse("cli.report_year_ahead", year=str(self.year))
        now = (day.month + 2) // 3 if self.year == day.year else 4
        quarter = self.asked.quarter or now
        if self.year == day.year and quarter > now:
            raise WrongUse("cli.report_quarter_ahead", quarter=quarter)
        until: date = last_day(self.year, quarter, day)
        recap = JpRecap(self.engine, self.recorder, self._people_by_name(), self.year, until)
        line = text("report.rekap-jp.quarter", quarter=akpk.QUARTERS[quarter], year=str(self.year))
        sheets = []
        if self.asked.employee is None:
            sheets.append(
                self._sheet("rekap-jp.units", recap.by_unit(self.asked.unit), lines=(line,))
            )
        sheets.append(self._sheet("rekap-jp.names", recap.by_name(), lines=(line,)))
        return sheets

    def _nominative(self) -> list[Sheet]:
        assert self.asked.session is not None
        try:
            wanted = nominative.Wanted.of(self.engine, self.asked.session)
        except UnknownItem:
            raise NotThere("cli.unknown_session", session=self.asked.session) from None
        found = nominative.proposed(self.records(), wanted)
        return [
            nominative.sheet(
                found, self.engine, self.recorder, self._catalogue, wanted, self._signer()
            )
        ]

    def _not_assessed(self) -> list[Sheet]:
        found = NotAssessed(self.engine, self.recorder, self._people_by_name())
        line = (text("report.as_of", day=self.engine.as_of),)
        sheets = []
        if self.asked.employee is None:
            units = found.by_unit(self.asked.unit)
            sheets.append(self._sheet("belum-dinilai.units", units, lines=line))
        sheets.append(self._sheet("belum-dinilai.names", found.by_name(), lines=line))
        return sheets

    def _nominees(self) -> list[Sheet]:
        code = self.asked.post
        assert code is not None
        try:
            post = Post.of(self.engine, code)
        except UnknownItem:
            raise NotThere("cli.unknown_post", post=code) from None
        some = None if self.asked.unit is None else self.employees
        found = Nominees(self.engine, self.recorder, post, some)
        self.people = len(found.people)
        title = [text("report.calon.title"), Text(post.title, post.title)]
        if post.vacancy is not None:
            unit = self.offices.name(post.unit)
            title.append(text("report.calon.vacancy", code=post.vacancy, unit=unit))
        head, signers = tuple(title), (self._signer(),)
        tab = text("report.calon.tab")
        first = Sheet(tab, head, (found.table(),), signers, numbered=True, secret=True)
        behind = [Sheet(name, (*head, name), blocks, secret=True) for name, blocks in found.pages()]
        return [first, *behind]

    def _seats(self) -> list[Sheet]:
        assert self.asked.allocation is not None
        among = set(self.employees)
        seats = [one for one in self.asked.seats if one.employee_id in among]
        tell = self.progress

        def told(done: int, total: int) -> None:
            if tell is not None:
                tell("report", done, total)

        found = SeatLists(
            self.engine, self.recorder, self._catalogue, seats, self.asked.allocation, told
        )
        self.people = found.people
        return found.sheets(self._signer_of)

    def _succession(self) -> list[Sheet]:
        unit = self.asked.unit
        some = None if unit is None else self.employees
        found = Succession(self.engine, self.recorder, unit, some, self.progress, self.workers)
        title = (text("report.suksesi.title"), self._scope_name())
        day = text("report.as_of", day=self.engine.as_of)
        posts, people = text("report.suksesi.posts"), text("report.suksesi.people")
        signers = (self._signer(),)
        return [
            Sheet(
                posts, (*title, day, posts), (found.posts(),), signers, numbered=True, secret=True
            ),
            Sheet(people, (*title, day, people), (found.people(),), secret=True),
        ]

    def _people_by_name(self) -> list[str]:
        key = by_name(self.offices)
        return sorted(self.employees, key=lambda e: key(self.recorder.holder(e)))

    def _plan_rows(self, record: Record) -> list[tuple[Cell, ...]]:
        return [akpk.plan_row(record, row, self.offices) for row in record.plan.rows]

    def _sheet(self, code: str, *blocks: Block, lines: tuple[Text, ...] = ()) -> Sheet:
        title = (
            text(f"report.{self.asked.kind}.title"),
            self._scope_name(),
            *(lines or (text("report.year", year=str(self.year)),)),
        )
        name = text(f"report.{code}")
        return Sheet(name, (*title, name), blocks, (self._signer(),), numbered=True)

    def _scope_name(self) -> Text:
        if self.asked.employee is not None:
            label = self.recorder.holder(self.asked.employee).label.replace("\n", " · ")
            return Text(label, label)
        if self.asked.unit is None:
            return text("report.whole_agency")
        return self.offices.name(self.asked.unit)

    @property
    def _groups(self) -> str | None:
        """The unit whose parts are the groups; the whole agency is grouped by PD."""
        return self.asked.unit

    @property
    def _catalogue(self) -> Catalogue:
        return Catalogue.of(self.engine, self.year)

    def _signer(self) -> Signer:
        """Return who signs: the head of the unit, or of the unit the person works in."""
        unit = self.asked.unit
        if self.asked.employee is not None:
            unit = self.offices.pd_of(self.recorder.holder(self.asked.employee).unit_code)
        return self._signer_of(unit)

    def _signer_of(self, unit: str | None) -> Signer:
        """Return the head of a unit, as far as it is recorded."""
        if unit is None:
            return Signer(text("report.sign.official"))
        office = text("report.sign.head", unit=self.offices.name(unit))
        head = self.offices.heads.get(unit)
        if head is None or not self.engine.has_employee(head):
            return Signer(office)
        holder = self.recorder.holder(head)
        return Signer(holder.job_title or office, None, holder.name, holder.nip)


class _ByName:
    """Cells of people, kept until all are there and then put in the order of units and names."""

    def __init__(self, offices: Offices) -> None:
        self._key = by_name(offices)
        self._held: list[tuple[tuple[str, ...], list[tuple[Cell, ...]]]] = []

    def add(self, record: Record, rows: list[tuple[Cell, ...]]) -> None:
        """Keep the cells of one person."""
        self._held.append((self._key(record.holder), rows))

    def cells(self) -> list[tuple[Cell, ...]]:
        """Return the cells of everybody in order."""
        self._held.sort(key=lambda held: held[0])
        return [cells for _, rows in self._held for cells in rows]


def require_sense(asked: Asked) -> None:
    """Raise ``WrongUse`` where what is asked for does not fit together."""
    if asked.employee is not None and asked.unit is not None:
        raise WrongUse("cli.report_one_scope")
    if asked.kind == "nominatif" and asked.session is None:
        raise WrongUse("cli.report_needs_session")
    if asked.kind in ("nominatif", "calon", "suksesi") and asked.employee is not None:
        raise WrongUse("cli.report_not_for_one")
    if asked.kind == "calon" and asked.post is None:
        raise WrongUse("cli.report_needs_post")
    if asked.kind != "calon" and asked.post is not None:
        raise WrongUse("cli.report_post_alone")
    if asked.kind in ("belum-dinilai", "calon", "suksesi") and asked.year is not None:
        raise WrongUse("cli.report_no_year")
    if asked.kind == "rpi" and asked.employee is None and asked.unit is None:
        raise WrongUse("cli.report_rpi_scope")
    if asked.kind != "nominatif" and asked.session is not None:
        raise WrongUse("cli.report_session_alone")
    if asked.kind != "rekap-jp" and asked.quarter is not None:
        raise WrongUse("cli.report_quarter_alone")
