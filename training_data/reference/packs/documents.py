"""The packs as a page for readers: every rule in every version, each param with its meaning.

In: the versions of all rules. Out: Markdown in one language. ``python -m
training_data.reference.packs`` writes the English one beside the packs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from training_data.messages import say
from training_data.reference.packs.rule import MARKS, Rule
from training_data.reference.packs.words import (
    citation,
    dates,
    mark_meaning,
    meaning,
    note,
    purpose,
    source,
)

COMMAND = "python -m training_data.reference.packs"
"""Writes the page anew."""

OVERLAY = """{
  "overlay": "Instansi Contoh",
  "rules": [
    {
      "id": "role.mutation_interval",
      "regulation": "Peraturan Instansi Contoh 1/2026",
      "article": "Pasal 9",
      "mark": "V",
      "source": "lembaran instansi",
      "effective_from": "2026-07-01",
      "params": {"min_years": 3}
    },
    {"id": "role.tier_distance", "active": false}
  ]
}"""
"""What a file of an agency's own looks like."""


def document(versions: Iterable[Rule], language: str = "en") -> str:
    """Return the page: one part for each pack, one entry for each rule."""
    packs: dict[str, dict[str, list[Rule]]] = {}
    for rule in versions:
        packs.setdefault(rule.pack, {}).setdefault(rule.id, []).append(rule)
    lines = [
        f"# {say('packs.page.title', language)}",
        "",
        say("packs.page.intro", language, command=COMMAND),
        "",
        *_table(
            [say("packs.page.mark", language), say("packs.page.meaning", language)],
            [[mark, mark_meaning(mark).in_language(language)] for mark in MARKS],
        ),
        "",
        f"## {say('packs.page.own_title', language)}",
        "",
        say("packs.page.own", language),
        "",
        f"```json\n{OVERLAY}\n```",
    ]
    for pack, rules in sorted(packs.items()):
        lines += ["", f"## {pack}"]
        for rule_id, found in sorted(rules.items()):
            found.sort(key=lambda rule: rule.first_day)
            lines += ["", f"### {rule_id}", "", purpose(rule_id).in_language(language), ""]
            lines += _versions(found, language)
            for place, rule in enumerate(found):
                lines += _params(found, place, rule, language)
            for remark in dict.fromkeys(filter(None, map(note, found))):
                said = _cell(remark.in_language(language))
                lines += ["", say("packs.page.note", language, note=said)]
    return "\n".join(lines) + "\n"


def value(found: Any) -> str:
    """Return a value as JSON, whole."""
    return json.dumps(found, ensure_ascii=False)


def _versions(versions: Iterable[Rule], language: str) -> list[str]:
    heads = ["regulation", "dates", "mark", "active", "source"]
    rows = [
        [
            citation(rule),
            dates(rule).in_language(language),
            rule.mark,
            say(f"packs.page.{'yes' if rule.active else 'no'}", language),
            source(rule).in_language(language),
        ]
        for rule in versions
    ]
    return _table([say(f"packs.page.{head}", language) for head in heads], rows)


def _params(versions: Sequence[Rule], place: int, rule: Rule, language: str) -> Iterator[str]:
    """Yield the params of a version; only what differs from the version before."""
    before = versions[place - 1].params if place else {}
    rows = [
        [f"`{name}`", f"`{value(found)}`", meaning(rule.id, name).in_language(language)]
        for name, found in rule.params.items()
        if not place or before.get(name) != found
    ]
    if not rows:
        return
    yield ""
    if place:
        yield say("packs.page.since", language, dates=dates(rule))
        yield ""
    yield from _table(
        [say(f"packs.page.{head}", language) for head in ("param", "value", "meaning")], rows
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        _row(heads),
        _row(["---"] * len(heads)),
        *(_row([_cell(cell) for cell in row]) for row in rows),
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(content: str) -> str:
    return content.replace("|", "\\|").replace("\n", " ")
