"""The pages' words: every code used exists, every code that exists is used."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from training_data.messages import entries

FOLDER = resources.files("service.pages")
SOURCES = [
    file.read_text(encoding="utf-8")
    for folder in (FOLDER, FOLDER.joinpath("templates"))
    for file in folder.iterdir()
    if file.name.endswith((".py", ".html"))
]
USED = {code for source in SOURCES for code in re.findall(r"pages\.[a-z_.0-9]+", source)}
DEFINED = {code for code in entries() if code.startswith("pages.")}
MODULES = {f"pages.{f.name[:-3]}" for f in FOLDER.iterdir() if f.name.endswith(".py")}
LOOKED_UP = ("pages.fact.", "pages.mark.", "pages.role.", "pages.rule.", "pages.work.stage.")
"""Areas whose codes come from data."""


def test_every_code_in_a_template_is_in_the_catalogue():
    whole = {code for code in USED if not code.endswith((".", "_")) and code not in MODULES}
    assert whole - DEFINED == set()


def test_every_code_in_the_catalogue_is_used():
    beginnings = tuple(code for code in USED if code.endswith((".", "_"))) + LOOKED_UP
    assert {c for c in DEFINED if c not in USED and not c.startswith(beginnings)} == set()


@pytest.mark.parametrize(
    "word", ["rekomendasi", "gagal", "kalah", "tidak layak", "lolos", "ranking"]
)
def test_no_word_is_used_that_offices_avoid(word):
    said = {code: entries()[code]["id"].lower() for code in DEFINED}
    assert [code for code, sentence in said.items() if word in sentence] == []
