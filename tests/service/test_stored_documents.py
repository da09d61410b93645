"""A document that was kept is the document that was made, cell by cell."""

from datetime import date

from recommender.reports.tables import Facts, Report, Sheet, Signer, Table, column
from service.exports.stored import packed, unpacked
from training_data.messages import Text


def test_every_kind_of_cell_comes_back_as_it_was():
    words = Text("kata", "word")
    table = Table.numbered(
        (column("who"), column("jp", "number", summed=True), column("assessed_on", "day")),
        [("198503122010011012", 2.5, date(2026, 4, 3)), (words, None, None), ("=1", 3, None)],
        title=words,
        notes=(words,),
    )
    sheets = (
        Sheet(words, (words,), (table, Facts(((words, None), (words, date(2026, 1, 2))))),
              (Signer(words, "Kepala", "Siti", "1985"), Signer("Pegawai")), True, True),
        Sheet(words, (), ()),
    )  # fmt: skip
    report = Report("calon", words, date(2026, 4, 3), sheets)
    assert unpacked(packed(report)) == report
