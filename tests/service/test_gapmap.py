"""The map of a unit: which competencies, which rows, and where somebody begins."""

from __future__ import annotations

from datetime import date

from service.gapmap import Wish, gap_map, start_of
from service.survey import Figures, Hours, Moment, Survey


class Held:
    """One unit at the top, with two below it."""

    least, enough = 5, 20.0

    def __init__(self, top: int = 1) -> None:
        self.top = top

    def skill(self, code: str) -> tuple[str, str]:
        return f"Nama {code}", code.split(".")[0]

    def parts(self, unit: str) -> list[tuple[str, str]]:
        return [(f"PD{n}", "whole") for n in range(self.top)]

    def of(self, unit: str, slice_: str = "") -> Survey:
        return Survey(
            {
                ("PD0", "whole"): Hours(20, 10, 5, 5),
                ("PD0", "own"): Hours(),
                ("Z", "whole"): Hours(8, 8, 0, 0),
                ("A", "whole"): Hours(6, 6, 0, 0),
            },
            {
                ("PD0", "whole"): {
                    "T.1": Figures(),
                    "M.1": Figures(20, 10, 4, None),
                    "M.2": Figures(20, 10, 7, 7000),
                    "M.3": Figures(20, 0, 0, 0),
                },
                ("Z", "whole"): {"M.1": Figures(8, 8, 0, 0)},
            },
        )

    def past(self, unit: str, competencies) -> list[Moment]:
        return [Moment(1, date(2026, 1, 1), dict.fromkeys(competencies, Figures()))]


NAMES = {"Z": "Arsip", "A": "Pompa", "PD0": "Dinas"}


def made(**wish):
    today = date(2026, 4, 3)
    return gap_map(Held(), Wish("PD0", **wish), ["PD0"], NAMES.get, {}, today, True)


def test_the_competencies_with_most_people_below_come_first_and_hidden_ones_last():
    assert [skill.code for skill in made().skills] == ["M.2", "M.1", "M.3", "T.1"]
    assert [skill.code for skill in made(columns=2).skills] == ["M.2", "M.1"]
    assert made(columns=2).more == 4
    assert [skill.code for skill in made(group="T").skills] == ["T.1"]


def test_units_stand_by_name_and_own_people_last():
    found = made()
    assert [(row.part, row.name) for row in found.rows] == [
        ("unit", "Arsip"), ("unit", "Pompa"), ("own", "Dinas"),
    ]  # fmt: skip
    assert found.everything[-1].part == "total"


def test_the_past_speaks_of_the_competencies_that_are_shown():
    assert set(made(columns=2).past[0].cells) == {"M.2", "M.1"}


def test_somebody_begins_below_the_one_unit_of_an_agency():
    assert start_of(Held(), "") == "PD0"
    assert start_of(Held(top=2), "") == ""
    assert start_of(Held(), "SD") == "SD"


def test_unknown_is_no_gap_and_a_share_of_nobody_is_no_share():
    one = Figures(20, 0, 0, 0)
    assert (one.unknown, one.share, one.deficit) == (20, None, None)
    assert Figures(20, 10, 5, 7500).deficit == 1.5
    assert Figures().unknown is None
    assert Hours(10, 2, 3, 4).unknown == 1
    assert Hours().unknown is None
