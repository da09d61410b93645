"""Posts without last days end where the next one begins."""

HEADER = "nipBaru;namaJabatan;tmtJabatan;jenisPenugasanId"


def spells(agency, text):
    agency.write("rw_jabatan.csv", text)
    dataset, report = agency.read()
    rows = dataset.table("job_history").to_pylist()
    ends = {r["title"]: r["to_date"] and r["to_date"].isoformat() for r in rows}
    return ends, [f.code for f in report.findings]


def test_each_definitive_post_ends_at_the_next(agency):
    ends, codes = spells(
        agency,
        f"{HEADER}\nE0003;Kedua;02-01-2015;D\nE0003;Pertama;01-01-2010;D\n"
        "E0003;Pejabat sementara;01-06-2012;PLT\nE0003;Kini;03-01-2020;D\n"
        "198503172010012003;Lain;01-01-2011;D\n",
    )
    assert ends == {
        "Pertama": "2015-01-02",
        "Kedua": "2020-01-03",
        "Kini": None,
        "Pejabat sementara": None,
        "Lain": None,
    }
    assert codes == ["file.open_spells"]


def test_two_posts_of_one_day_end_together(agency):
    ends, _ = spells(
        agency, f"{HEADER}\nE0003;A;01-01-2010;\nE0003;B;01-01-2010;\nE0003;C;01-01-2011;\n"
    )
    assert ends == {"A": "2011-01-01", "B": "2011-01-01", "C": None}


def test_a_column_of_last_days_is_left_alone(agency):
    ends, codes = spells(
        agency,
        "nipBaru;namaJabatan;tmtJabatan;to_date\nE0003;A;01-01-2010;\nE0003;B;01-01-2012;\n",
    )
    assert ends == {"A": None, "B": None}
    assert codes == []
