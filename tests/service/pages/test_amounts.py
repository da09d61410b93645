"""Amounts of rupiah as people type them."""

from __future__ import annotations

import pytest

from service.pages.plan_views import budget_view


@pytest.mark.parametrize(
    ("typed", "rupiah"),
    [
        ("10.000.000", 10_000_000),
        ("Rp10000000", 10_000_000),
        ("Rp. 10.000.000,00", 10_000_000),
        ("12 miliar", 12_000_000_000),
        ("Rp12 Miliar", 12_000_000_000),
        ("1,5 juta", 1_500_000),
        ("750 ribu", 750_000),
        ("0", 0),
    ],
)
def test_amounts_are_read(typed, rupiah):
    assert budget_view(typed).rupiah == rupiah


@pytest.mark.parametrize(
    "typed",
    [
        "banyak",
        "-1",
        "1,5",
        "12 triliun",
        "1e9",
        "9" * 16,
        "9999999 miliar",
        "\u0661\u0662",
        "juta",
    ],
)
def test_what_is_no_amount_is_told(typed):
    found = budget_view(typed)
    assert found.rupiah is None
    assert found.fault is not None
