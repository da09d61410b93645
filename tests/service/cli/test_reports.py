"""``selaras report``: workbooks without formulas, files that appear whole, everybody's plans."""

import json
import zipfile

import openpyxl
import pytest

DAY = "2026-01-05"
NIP = "198503122010011012"
KINDS = {
    "akpk": ("--unit", "U-1"),
    "hcdp": (),
    "rpi": ("--unit", "U-1"),
    "rekap-jp": (),
    "nominatif": ("--session", "K-1"),
    "belum-dinilai": (),
    "calon": ("--post", "J-2"),
    "suksesi": (),
}


@pytest.fixture
def report(selaras, agency):
    def run(kind, *more, out=None):
        target = out or f"{kind}.xlsx"
        return selaras(
            "report", kind, "--data", agency, "--as-of", DAY, "--out", target, *more
        )  # fmt: skip

    return run


def cells(path):
    book = openpyxl.load_workbook(path)
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row]


def words(path):
    return [str(cell.value) for cell in cells(path) if cell.value is not None]


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_is_a_workbook_without_formulas(report, workplace, kind):
    done = report(kind, *KINDS[kind])
    assert (done.code, done.out) == (0, "")
    file = workplace / f"{kind}.xlsx"
    assert all(cell.data_type != "f" for cell in cells(file))
    with zipfile.ZipFile(file) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in parts.read(name)


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_folio_landscape_with_the_head_repeated(report, workplace, kind):
    report(kind, *KINDS[kind])
    for sheet in openpyxl.load_workbook(workplace / f"{kind}.xlsx"):
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 14
        assert sheet.print_title_rows
        first = int(sheet.print_title_rows.strip("$").split(":")[0].strip("$"))
        assert sheet.cell(first, 1).value == "No"


def test_a_nip_is_text(report, agency, workplace):
    table = agency / "employees.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    rows = [row + ("," + NIP if row.startswith(NIP) else ",") for row in rows]
    table.write_text("\n".join([head + ",nip", *rows]) + "\n", encoding="utf-8")
    report("rpi", "--employee", NIP)
    found = [c for c in cells(workplace / "rpi.xlsx") if c.value == NIP]
    assert found
    assert all(cell.data_type in ("s", "inlineStr") for cell in found)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_that_looks_like_a_formula_stays_a_name(report, agency, workplace, sign):
    evil = f"{sign}HYPERLINK(1)"
    table = agency / "employees.csv"
    text = table.read_text(encoding="utf-8").replace("Ani Rekaan", f'"{evil}"')
    table.write_text(text, encoding="utf-8", newline="")
    done = report("akpk", "--employee", "P-1")
    assert done.code == 0
    file = workplace / "akpk.xlsx"
    assert any("HYPERLINK" in str(c.value) for c in cells(file))
    assert all(cell.data_type != "f" for cell in cells(file))


def test_what_was_not_assessed_is_said_so(report, workplace):
    report("akpk", "--employee", "P-3")
    said = words(workplace / "akpk.xlsx")
    assert "belum dinilai" in said
    assert "belum diketahui" in said


def test_missing_tables_are_said_on_the_sheets(report, workplace):
    report("hcdp")
    said = " ".join(words(workplace / "hcdp.xlsx"))
    for table in ("priorities", "budgets", "job_conditions", "certifications"):
        assert f"({table})" in said


def test_the_same_request_gives_the_same_bytes(report, workplace):
    report("hcdp")
    report("hcdp", out="again.xlsx")
    assert (workplace / "again.xlsx").read_bytes() == (workplace / "hcdp.xlsx").read_bytes()


def test_english_heads_come_where_they_are_asked_for(report, workplace):
    report("rekap-jp", "--lang", "en")
    assert "Employees" in words(workplace / "rekap-jp.xlsx")


def test_the_recap_of_hours_counts_until_the_quarter_asked_for(report, workplace):
    report("rekap-jp", "--year", "2024", "--quarter", "1")
    early = words(workplace / "rekap-jp.xlsx")
    report("rekap-jp", "--year", "2024", "--quarter", "2", out="later.xlsx")
    assert "Dasar Rekayasa Lalu Lintas" not in early
    assert "Dasar Rekayasa Lalu Lintas" in words(workplace / "later.xlsx")


def test_discipline_never_stands_in_a_document(report, agency, workplace):
    (agency / "discipline.csv").write_text(
        "employee_id,starts_on,ends_on,severity\nP-1,2025-06-01,2027-06-01,berat\n",
        encoding="utf-8",
    )
    for kind, more in KINDS.items():
        report(kind, *more)
        said = " ".join(words(workplace / f"{kind}.xlsx")).lower()
        for word in ("disiplin", "hukuman", "berat", "kotak talenta 1"):
            assert word not in said


def test_candidates_are_marked_with_viewer_and_time_and_only_their_maker_reads_them(
    report, workplace
):
    for kind in ("calon", "suksesi"):
        assert report(kind, *KINDS[kind]).code == 0
        require_marked(workplace / f"{kind}.xlsx")


def require_marked(file):
    assert file.stat().st_mode & 0o777 == 0o600
    for sheet in openpyxl.load_workbook(file):
        head = sheet.oddHeader.center.text
        assert "RAHASIA" in head
        assert "Dilihat oleh" in head
        assert "WIB" in head


def test_no_document_uses_words_that_hurt(report, workplace):
    for kind, more in KINDS.items():
        report(kind, *more)
        said = " ".join(words(workplace / f"{kind}.xlsx")).lower()
        for word in ("gagal", "kalah", "tidak layak", "tidak lolos", "perlu_verifikasi", " anda "):
            assert word not in said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("akpk", "--unit", "NOWHERE"), 4),
        (("rpi", "--employee", "nobody"), 4),
        (("nominatif", "--session", "nothing"), 4),
        (("nominatif",), 2),
        (("rpi",), 2),
        (("calon",), 2),
        (("calon", "--post", "nothing"), 4),
        (("calon", "--post", "J-2", "--employee", "P-1"), 2),
        (("akpk", "--post", "J-2"), 2),
        (("belum-dinilai", "--year", "2026"), 2),
        (("suksesi", "--employee", "P-1"), 2),
        (("suksesi", "--year", "2026"), 2),
        (("suksesi", "--post", "J-2"), 2),
        (("akpk", "--employee", "P-1", "--unit", "U-1"), 2),
        (("akpk", "--quarter", "1"), 2),
        (("akpk", "--session", "K-1"), 2),
        (("akpk", "--year", "2024"), 2),
        (("rekap-jp", "--year", "2027"), 2),
        (("rekap-jp", "--quarter", "3"), 2),
    ],
)
def test_a_request_that_cannot_be_met_writes_nothing(report, workplace, arguments, code):
    before = sorted(p.name for p in workplace.iterdir())
    done = report(*arguments)
    assert (done.code, done.out) == (code, "")
    assert done.err
    assert sorted(p.name for p in workplace.iterdir()) == before


def test_another_suffix_is_refused_before_the_work(report):
    done = report("akpk", out="akpk.csv")
    assert done.code == 2
    assert ".xlsx" in done.err


def test_a_failure_leaves_the_file_that_was_there(report, workplace, monkeypatch):
    report("akpk")
    before = (workplace / "akpk.xlsx").read_bytes()

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("service.usecases.reporting.write_workbook", broken)
    assert report("akpk").code == 5
    assert (workplace / "akpk.xlsx").read_bytes() == before
    assert not [p for p in workplace.iterdir() if p.name.startswith(".akpk")]


def test_a_published_ranking_gives_documents_too(selaras, installation):
    done = selaras("report", "rpi", "--employee", "P-1", "--year", "2027", "--out", "rpi.xlsx")
    assert done.code == 0
    assert (installation / "rpi.xlsx").is_file()


def test_the_job_writes_everybodys_plan_as_one_line_each(report, selaras, agency, workplace):
    done = report("plans", out="plans.jsonl")
    assert (done.code, done.out) == (0, "")
    lines = [json.loads(x) for x in (workplace / "plans.jsonl").read_text("utf-8").splitlines()]
    ids = [line["employee_id"] for line in lines]
    assert ids == sorted(["P-1", "P-2", "P-3", NIP], key=str.encode)
    basis = json.loads((workplace / "plans.jsonl.json").read_text("utf-8"))
    assert basis["as_of"] == DAY
    assert all(len(basis[name]) == 64 for name in ("data", "model", "rules"))
    assert basis["employees"] == 4
    assert basis["rows"] == sum(len(line["rows"]) for line in lines)
    assert basis["jp"] == sum(line["totals"]["jp"] for line in lines)
    assert basis["minutes"] >= 0


def test_plans_tell_no_total_that_discipline_is_part_of(report, workplace):
    report("plans", out="plans.jsonl")
    for line in (workplace / "plans.jsonl").read_text("utf-8").splitlines():
        totals = json.loads(line)["totals"]
        assert totals["start"]["ip_asn"] is None
        assert totals["end"]["ip_asn"] is None


def test_the_job_takes_its_suffix_and_no_scope(report):
    assert report("plans", out="plans.xlsx").code == 2
    assert report("plans", "--unit", "U-1", out="plans.jsonl").code == 2
