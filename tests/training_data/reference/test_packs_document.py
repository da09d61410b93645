"""The page of all rules is made from the packs, and no threshold of theirs is typed in code."""

import ast
from datetime import date
from pathlib import Path

import pytest

from training_data.messages import LANGUAGES
from training_data.reference.packs import MARKS, all_versions, check, load_rules
from training_data.reference.packs.documents import COMMAND, OVERLAY, document
from training_data.reference.packs.words import meaning, note, purpose, source

HOUSE = Path(__file__).resolve().parents[3]
VERSIONS = all_versions()
GATES = sorted((HOUSE / "recommender" / "eligibility").glob("*.py"))
BOUNDS_OF_TIME = {"_LONG_AGO", "_ADULT_YEARS", "MONTH"}
"""Constants of the calendar and of searches: further than any rule looks, days of a month."""


def test_the_page_of_the_rules_is_up_to_date():
    page = (HOUSE / "training_data" / "reference" / "RULES.md").read_text(encoding="utf-8")
    assert page == document(VERSIONS), f"RULES.md is not what the packs say: run {COMMAND}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_names_every_rule_param_mark_regulation_article_and_source(language):
    page = document(VERSIONS, language)
    for mark in MARKS:
        assert f"| {mark} | " in page
    for rule in VERSIONS:
        assert f"### {rule.id}\n" in page
        assert purpose(rule.id).in_language(language) in page
        assert rule.regulation in page
        assert rule.article in page
        assert f" | {source(rule).in_language(language)} |\n" in page
        assert not rule.note or note(rule).in_language(language) in page
        for param in rule.params:
            assert f"| `{param}` | " in page
            assert meaning(rule.id, param).in_language(language) in page


def test_the_example_of_an_overlay_on_the_page_can_be_used(tmp_path):
    (tmp_path / "instansi.json").write_text(OVERLAY, encoding="utf-8")
    assert check(tmp_path) == []
    assert load_rules(date(2026, 7, 1), tmp_path).overlays == ("Instansi Contoh",)
    assert OVERLAY in document(VERSIONS)


def numbers(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return {number for part in value for number in numbers(part)}
    return {value} if isinstance(value, int | float) and not isinstance(value, bool) else set()


def typed_in(tree):
    """Yield the numbers of a module but those that count states or bound time.

    Four outcomes are packed into one number (``4 ** place``, ``% 4``); ``range`` and ``np.full``
    count boxes.
    """
    if isinstance(tree, ast.Constant) and type(tree.value) in (int, float):
        yield tree.lineno, tree.value
    if isinstance(tree, ast.Assign) and ast.unparse(tree.targets[0]) in BOUNDS_OF_TIME:
        return
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Pow | ast.Mod):
        return
    if isinstance(tree, ast.Call) and ast.unparse(tree.func) in ("range", "np.full"):
        return
    for part in ast.iter_child_nodes(tree):
        yield from typed_in(part)


def test_no_threshold_of_the_packs_is_typed_in_the_gates():
    # Numbers up to three are indices, signs and states everywhere; above, a number of the law
    # must come from the packs.
    law = {number for rule in VERSIONS for number in numbers(dict(rule.params)) if number > 3}
    assert {58, 80, 100} <= law
    assert len(GATES) > 10
    typed = [
        (file.name, line, number)
        for file in GATES
        for line, number in typed_in(ast.parse(file.read_text(encoding="utf-8")))
        if number in law
    ]
    assert typed == []


def test_a_threshold_typed_in_code_would_be_found():
    assert list(typed_in(ast.parse("old = age >= 58"))) == [(1, 58)]
    assert list(typed_in(ast.parse("LIMIT = 5 * 12"))) == [(1, 5), (1, 12)]
    assert list(typed_in(ast.parse("packed = state @ 4 ** np.arange(5)"))) == []
