"""The page of rules: every rule of the day with ground, source and values; anybody signed in."""

import html
import json
import re
from datetime import date

import pytest

from service.pages.source import Viewer
from training_data.messages import entries
from training_data.reference.packs import load_rules
from training_data.reference.packs.words import note, purpose
from training_data.reference.packs.words import source as said_source

RULES = load_rules(date(2026, 4, 3))


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_rule_stands_with_its_words_source_and_code(browse, source, language):
    page = html.unescape(browse.get(f"/ketentuan?bahasa={language}").text)
    for rule in RULES:
        assert f'id="{rule.id}"' in page
        assert f"<h3>{purpose(rule.id).in_language(language).strip('.')}</h3>" in page
        assert said_source(rule).in_language(language) in page
        assert not rule.note or note(rule).in_language(language) in page
        for param in rule.params:
            assert f">{param}</code>" in page
    assert not re.search(r"""[{[]["']""", page.partition("<main")[2])


def test_no_source_or_note_of_ours_stands_there_in_the_other_language(browse, source):
    page = html.unescape(browse.get("/ketentuan?bahasa=id").text)
    said = [*map(said_source, RULES), *(note(rule) for rule in RULES if rule.note)]
    assert len(said) > 100
    assert [one.en for one in said if one.en in page] == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_source_and_a_note_of_the_agency_stand_there_as_written(
    browse, source, tmp_path, language
):
    row = {"id": "role.mutation_interval", "source": "lembaran daerah", "note": "berlaku sementara"}
    content = {"overlay": "Instansi Rekaan", "rules": [row]}
    (tmp_path / "instansi.json").write_text(json.dumps(content), encoding="utf-8")
    source.held_rules = load_rules(date(2026, 4, 3), tmp_path)
    page = browse.get(f"/ketentuan?bahasa={language}").text
    shown = page.partition('id="role.mutation_interval"')[2].partition("</article>")[0]
    assert "<dd>lembaran daerah</dd>" in shown
    assert "berlaku sementara" in shown


def test_what_is_not_confirmed_can_be_looked_at_alone(browse, source):
    open_ = {rule.id for rule in RULES if rule.mark != "V"}
    assert open_
    page = browse.get("/ketentuan?tanda=belum").text
    shown = set(re.findall(r'class="panel rule" id="([^"]+)"', page))
    assert shown == open_
    assert f"{len(open_)} di antaranya belum diverifikasi" in page


def test_an_employee_reads_them_too_and_a_refusal_leads_there(browse, source):
    page = browse.get("/pegawai/R-ratna").text
    led = set(re.findall(r'href="/ketentuan#([^"]+)"', page))
    assert led & {rule.id for rule in RULES}
    source.viewer = Viewer("Ratna", "R-ratna", False)
    assert browse.get("/ketentuan").status_code == 200


def test_where_rules_are_not_known_there_is_no_page(browse, source):
    source.held_rules = None
    assert browse.get("/ketentuan").status_code == 404


def test_every_pack_has_a_title():
    assert all(f"pages.rules.pack.{pack}" in entries() for pack in RULES.pack_hashes)
