"""The report as a person reads it: by hand for a small study, and against the figures of a real."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta

import numpy as np
import pytest

from recommender.errors import NothingToEvaluate
from recommender.evaluation.calibration import Bin, Reliability
from recommender.evaluation.intervals import Interval
from recommender.evaluation.page_html import html
from recommender.evaluation.page_markdown import markdown
from recommender.evaluation.report import Report
from recommender.evaluation.run import evaluate
from recommender.evaluation.story import tell
from recommender.evaluation.study import Data, Judged, Part, Study, study
from training_data.dataset import Dataset

AS_OF = date(2026, 1, 1)
SVG = "{http://www.w3.org/2000/svg}"
MIX = {"head": 0.5, "middle": 0.25, "tail": 0.25, "untaken": 0.0}
EVEN = {"head": 0.25, "middle": 0.25, "tail": 0.25, "untaken": 0.25}


def judged(own: float, other: float, apart: Interval, n: int = 40) -> Judged:
    figures = {
        "selaras": {"ndcg@10": Interval(own, own - 0.05, own + 0.05), "ndcg@10_vs_best": apart},
        "ease": {
            "ndcg@10": Interval(other, other - 0.05, other + 0.05),
            "ndcg@10_vs_best": Interval(0.0, 0.0, 0.0),
        },
    }
    return Judged(n, figures, "ease", 0.0312)


HIGHER = Interval(0.1, 0.02, 0.18)


def small(apart: Interval = HIGHER) -> Study:
    everybody = judged(0.4, 0.3, apart)
    protocol = {
        "kind": "training",
        "split": "time",
        "as_of": "2026-01-01",
        "cut": "2025-08-01T00:00:00",
        "seed": 3,
        "k": 10,
        "own": "selaras",
        "items": 25,
        "resamples": 1000,
        "parameters": {"selaras": {}, "ease": {"penalty": 20}},
    }
    report = Report(protocol, {"all": 40}, {"all": everybody.figures}, {"all": "ease"})
    part = Part(
        report,
        {"all": everybody, "cold": judged(0.2, 0.25, Interval(-0.05, -0.2, 0.1), 9)},
        {"unit": {"U-1": judged(0.5, 0.3, Interval(0.2, 0.1, 0.3))}},
        Reliability(
            (
                Bin(None, 1.5, 90, 0.01, Interval(0.0, 0.0, 0.0)),
                Bin(1.5, None, 10, 0.2, Interval(0.3, 0.1, 0.5)),
            ),
            0.019,
            0.03,
        ),
        {"past": MIX, "later": MIX, "selaras": MIX, "ease": EVEN},
        {
            "gap_now": Interval(-0.02, -0.04, -0.001),
            "fresh": Interval(-0.0004, -0.0008, -0.0001),
            "unheard": Interval(-0.0, -0.0, 0.0),
        },
    )
    weights = {"default": {"gap_now": 1.0}, "cold": {"gap_now": 0.25}}
    data = Data(40, 25, 900, "0123456789ab")
    return Study("training", (part,), data, weights, {"cold": 120}, {"U-1": "Dinas <A> & B | C"})


def tree(page: str) -> ET.Element:
    """Read a page as XML, which refuses anything that is not well formed."""
    return ET.fromstring(page.removeprefix("<!DOCTYPE html>\n"))


def cells(page: str) -> list[list[str]]:
    found = tree(page)
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row] for row in found.iter("tr")
    ]


def test_the_small_report_says_what_was_found_and_in_which_order():
    page = markdown(tell(small(), "en"))
    assert page.startswith("# Test of training suggestions\n\n## Summary\n\n**Split by time")
    assert (
        "NDCG@10 of Selaras 0.400 (0.350 … 0.450); the best of the others, EASE,"
        " 0.300 (0.250 … 0.350). The difference is 0.100 (0.020 … 0.180)."
        " The range of the difference lies above zero"
    ) in page.replace("\u00a0", " ")
    assert (
        "| No history | 9 | 0.200 (0.150 … 0.250) | EASE | 0.250 (0.200 … 0.300)"
        " | -0.050 (-0.200 … 0.100) | 0.0312 |"
    ) in page
    assert "| **Selaras** | 50% | 25% | 25% | 0% | 0.000 |" in page
    assert "| EASE | 25% | 25% | 25% | 25% | 0.250 |" in page
    assert "| 1.50 and above | 10 | 20.00% | 30.00% (10.00 … 50.00) |" in page
    assert "| Gap on the present post | -0.020 (-0.040 … -0.001) |" in page
    assert "| unheard | 0.000 (0.000 … 0.000) |" in page
    assert "| Gap on the present post | 1.000 | 0.250 |" in page
    assert "| EASE | penalty = 20 |" in page
    assert "| EASE | 0.300 (0.250 … 0.350) | – |" in page
    assert (
        "The difference by length of history: No history (9) -0.050 (-0.200 … 0.100),"
        " not to be told apart."
    ) in page.replace("\u00a0", " ")
    assert "40 employees, 25 trainings, 900 rows of history; fingerprint 0123456789ab." in page
    assert "fills 50% of the places in the lists of Selaras; of what was taken later, 50%" in page
    assert (
        "Range below zero: Gap on the present post. Range above zero: –."
        " The ranges of the others hold zero;"
    ) in page
    assert "1,000 resamples; 9,999 sign flips for each p" in page
    assert "Dinas &lt;A> & B \\| C" in page
    order = [page.index(f"## {head}") for head in ("Summary", "Split", "Weights", "All figures")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("apart", "says"),
    [
        (HIGHER, "di atas nol"),
        (Interval(0.1, -0.02, 0.18), "memuat nol"),
        (Interval(-0.1, -0.2, -0.01), "di bawah nol"),
        (Interval(0.1), "memuat nol"),
    ],
)
def test_the_verdict_follows_the_range_and_not_the_value(apart, says):
    assert says in markdown(tell(small(apart), "id")).split("## ")[1]


def test_the_page_is_well_formed_and_needs_nothing_but_itself():
    page = html(tell(small(), "id", {"selaras": 1.0}))
    found = tree(page)
    assert found.get("lang") == "id"
    names = {element.tag.removeprefix(SVG) for element in found.iter()}
    assert names.isdisjoint({"script", "link", "img", "iframe", "object", "image", "use", "base"})
    for element in found.iter():
        assert not {"src", "href", "style"} & set(element.attrib)
        assert not [name for name in element.attrib if name.startswith("on")]
    assert not re.search(r"https?:|@import|url\(", page)
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    assert "Dinas &lt;A&gt; &amp; B | C" in page


def test_each_figure_stands_beside_the_table_of_its_numbers():
    found = tree(html(tell(small(), "en")))
    figures = list(found.iter("figure"))
    assert len(figures) == 5
    for figure in figures:
        (drawing,) = [one for one in figure.iter("svg") if one.get("role") == "img"]
        (table,) = figure.iter("table")
        rows = len(list(table.iter("tr"))) - 1
        labels = [text for text in drawing.iter("text") if "label" in text.get("class", "")]
        assert len(labels) == rows
        assert drawing.get("aria-label")
        for shape in drawing.iter("circle"):
            assert 0 <= float(shape.get("cx")) <= 360


def test_parted_bars_are_whole():
    found = tree(html(tell(small(), "en")))
    drawings = [one for one in found.iter("svg") if one.get("role") == "img"]
    bars = [float(r.get("width")) for one in drawings for r in one.iter("rect")]
    assert len(bars) == 16
    for start in range(0, 16, 4):
        assert sum(bars[start : start + 4]) == pytest.approx(348, abs=0.05)


def test_times_stand_in_the_report_only_where_somebody_took_them():
    assert "Time taken" not in markdown(tell(small(), "en"))
    page = markdown(tell(small(), "en", {"selaras": 2.25, "intervals": 1.0, "report": 0.5}))
    assert "| Selaras | 2.2 |" in page
    assert "| Ranges, groups, and without each part | 1.5 |" in page


@pytest.fixture
def agency(history):
    """Seventy people take up to eight of twelve trainings over a year; some begin late."""
    rng = np.random.default_rng(4)
    rows = []
    for n in range(70):
        begun = 300 if n % 7 == 0 else 0
        days = np.sort(rng.integers(begun, 365, size=1 + n % 8))
        items = rng.choice(12, size=len(days), replace=False)
        rows += [
            (f"p{n:02d}", "ABCDEFGHIJKL"[item], str(date(2025, 1, 1) + timedelta(days=int(day))))
            for day, item in zip(days, items, strict=True)
        ]
    return history(rows)


@pytest.fixture
def whole(agency):
    return study(agency, kind="training", as_of=AS_OF)


def test_the_figures_of_the_page_are_those_of_the_json(agency, whole):
    page = cells(html(tell(whole, "en")))
    for part, split in zip(whole.parts, ("time", "last"), strict=True):
        figures = json.loads(
            json.dumps(evaluate(agency, kind="training", split=split, as_of=AS_OF).as_json())
        )
        assert part.report.as_json() == figures
        for method, metrics in figures["groups"]["all"].items():
            shown = []
            for name, value in metrics.items():
                if name.endswith("_vs_best"):
                    continue
                said = f"{round(value['value'], 3) + 0.0:.3f}"
                if value["low"] is not None:
                    said += f" ({value['low']:.3f} … {value['high']:.3f})"
                shown.append(said)
            rows = [row[1:] for row in page if len(row) == len(shown) + 1]
            assert any(_near(row, shown) for row in rows), method


def _near(row: list[str], shown: list[str]) -> bool:
    """Whether two rows print the same figures, give or take how a half is rounded."""
    first, second = (
        [float(number) for number in re.findall(r"-?\d+\.\d+", " ".join(one))]
        for one in (row, shown)
    )
    return len(first) == len(second) and first == pytest.approx(second, abs=1.01e-3)


def test_a_whole_study_is_the_same_again_and_stands_in_both_languages(agency, whole):
    again = study(agency, kind="training", as_of=AS_OF)
    for language in ("id", "en"):
        story = tell(whole, language)
        assert tell(again, language) == story
        tree(html(story))
        assert "evaluate." not in markdown(story)
        assert "-0.000 " not in markdown(story)


def test_kinds_of_history_part_all_employees_and_each_has_its_own_best(whole):
    groups = whole.parts[0].groups
    assert groups["all"].n == sum(groups[name].n for name in ("cold", "short", "long"))
    for one in groups.values():
        plain = {m: v["ndcg@10"].value for m, v in one.figures.items() if m != "selaras"}
        assert plain[one.best] == max(plain.values())
        assert 0 < one.p <= 1


def test_without_dates_the_last_trainings_are_told_of_and_the_other_split_is_named(history):
    rows = [(p, c, None) for p in ("ani", "budi", "cici") for c in "ABCD"]
    found = study(history(rows), kind="training", as_of=date(2026, 1, 1))
    assert [part.report.protocol["split"] for part in found.parts] == ["last"]
    assert "completed_on" in markdown(tell(found, "id")).split("\n## ")[1]
    with pytest.raises(NothingToEvaluate, match="completed_on"):
        study(history(rows), kind="training", splits=("time",), as_of=date(2026, 1, 1))


def test_roles_are_told_of_with_weights_and_without_each_part():
    codes = ["J1", "J2", "J3", "J4"]
    levels = [("J1", 2.0), ("J2", 3.0), ("J3", 3.0), ("J4", 1.0)]
    data = Dataset.of(
        {
            "jobs": {
                "job_code": codes,
                "title": codes,
                "description": ["a b", "b c", "c d", "d a"],
            },
            "job_requirements": {
                "job_code": [job for job, _ in levels],
                "competency_code": ["T-1"] * 4,
                "level": [level for _, level in levels],
            },
            "role_pairs": {"source_job": codes[:3], "target_job": codes[1:]},
        }
    )
    found = study(data, kind="role", as_of=AS_OF)
    page = markdown(tell(found, "id"))
    assert page.startswith("# Pengujian saran jabatan")
    terms = set(found.parts[0].ablation)
    assert set(found.weights["all"]) == set(found.weights["default"]) == terms
    tree(html(tell(found, "en")))
