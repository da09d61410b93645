"""A report of an evaluation as one HTML file that needs nothing else: no scripts, no assets."""

from __future__ import annotations

from html import escape

from recommender.evaluation.blocks import Block, Chart, Heading, Story, Table, Words
from recommender.evaluation.drawing import draw

STYLE = """
:root { color-scheme: light dark; --page: #f7f5f0; --card: #fff; --ink: #1c2529; --soft: #4d5a5f;
  --line: #d8d4c9; --strong: #8a8f8c; --own: #0d6d78; --other: #7a6f5a; --mark: #e9f3f2;
  --p0: #0d6d78; --p1: #6aa7ab; --p2: #d9a24e; --p3: #a9a9a4; }
@media (prefers-color-scheme: dark) { :root { --page: #12181a; --card: #1a2225; --ink: #e9eeee;
  --soft: #aebabb; --line: #344043; --strong: #75838a; --own: #5fc4c6; --other: #b5a888;
  --mark: #17353a; --p0: #4fb3b4; --p1: #2f6f74; --p2: #b98431; --p3: #596468; } }
* { box-sizing: border-box; }
html { background: var(--page); color: var(--ink); }
body { margin: 0 auto; padding: 1.25rem 1rem 3rem; max-width: 74rem; font: 1rem/1.55 "Segoe UI",
  "Noto Sans", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .5rem 0 1rem; }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 2.5rem 0 .5rem; padding-top: .75rem;
  border-top: 2px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .25rem; }
p { max-width: 46rem; margin: .5rem 0; }
p.found { font-size: 1.08rem; background: var(--mark); padding: .75rem 1rem; border-radius: .6rem;
  border-left: 4px solid var(--own); }
.scroll, .stack { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .5rem; text-align: right; border-bottom: 1px solid var(--line);
  vertical-align: top; white-space: nowrap; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; white-space: normal;
  border-bottom: 2px solid var(--strong); }
th:first-child, th.words, td.words { text-align: left; }
tbody th { font-weight: 400; white-space: normal; min-width: 8.5rem; }
tr.own th, tr.own td { background: var(--mark); font-weight: 600; }
figure { margin: 1rem 0 1.5rem; padding: 1rem; background: var(--card); border-radius: .7rem;
  border: 1px solid var(--line); }
figcaption { font-weight: 600; margin-bottom: .5rem; }
.beside { display: flex; flex-wrap: wrap; gap: .5rem 2rem; align-items: flex-start; }
.beside > svg { flex: 1 1 20rem; max-width: 26rem; min-width: 0; height: auto; }
.beside > .scroll { flex: 2 1 24rem; min-width: 0; margin: 0; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 .5rem; padding: 0;
  list-style: none; font-size: .88rem; color: var(--soft); }
.legend svg { width: .9rem; height: .9rem; vertical-align: -.1rem; margin-right: .4rem; }
svg text { font-size: 12.5px; fill: var(--ink); }
svg .tick { font-size: 10.5px; fill: var(--soft); }
svg .said { font-variant-numeric: tabular-nums; }
svg text.own { font-weight: 600; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .zero { stroke: var(--strong); stroke-width: 1.5; }
svg .range { stroke-width: 3; stroke-linecap: round; opacity: .45; }
svg line.own { stroke: var(--own); } svg line.other { stroke: var(--other); }
svg circle.own { fill: var(--own); } svg circle.other { fill: var(--other); }
svg .second { fill: var(--card); stroke: var(--ink); stroke-width: 1.5; }
svg .part0 { fill: var(--p0); } svg .part1 { fill: var(--p1); }
svg .part2 { fill: var(--p2); } svg .part3 { fill: var(--p3); }
@media (max-width: 42rem) { table { font-size: .8rem; } td { white-space: normal; }
  tbody th { min-width: 5.2rem; } th, td { padding: .3rem .25rem; } figure { padding: .6rem; }
  .beside > svg, .beside > .scroll { flex-basis: 100%; }
  figure table { font-size: .72rem; } figure tbody th { min-width: 4.4rem; }
  .scroll th:first-child { position: sticky; left: 0; background: var(--page); }
  figure .scroll th:first-child { background: var(--card); }
  .scroll tr.own th:first-child { background: var(--mark); }
  .stack table, .stack tbody, .stack tr, .stack th, .stack td { display: block; }
  .stack thead { display: none; }
  .stack tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .stack th, .stack td { border: 0; padding: .1rem 0; text-align: left; }
  .stack tbody th { font-weight: 600; font-size: .95rem; }
  .stack td::before { content: attr(data-label) ": "; color: var(--soft); } }
@media print { :root { --page: #fff; --card: #fff; --ink: #000; --soft: #333; }
  body { max-width: none; padding: 0; font-size: .8rem; } table { font-size: .72rem; }
  th, td { padding: .15rem .35rem; } figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; } .scroll { overflow: visible; }
  * { print-color-adjust: exact; } }
"""
NARROW = 4
"""So many columns fit the width of a phone."""
UNBROKEN = "\u00a0…\u00a0"
"""Between the ends of a range, so that a line breaks only before its bracket."""


def html(story: Story) -> str:
    """Write a story down as one HTML document."""
    body = "\n".join(_block(block, story.language) for block in story.blocks)
    return (
        f'<!DOCTYPE html>\n<html lang="{story.language}">\n<head>\n<meta charset="utf-8"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{_e(story.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{_e(story.title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _block(block: Block, language: str) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{_e(block.text)}</h{block.level}>"
    if isinstance(block, Words):
        name = ' class="found"' if block.strong else ""
        return f"<p{name}>{_e(block.text)}</p>"
    if isinstance(block, Chart):
        return (
            f"<figure>\n<figcaption>{_e(block.title)}</figcaption>\n{_legend(block)}"
            f'<div class="beside">\n{draw(block, language)}\n{_table(block.table)}\n</div>\n'
            "</figure>"
        )
    return _table(block)


def _legend(chart: Chart) -> str:
    if not chart.legend:
        return ""
    if chart.kind == "parts":
        signs = [
            f'<rect class="part{place}" width="12" height="12"/>'
            for place in range(len(chart.legend))
        ]
    else:
        signs = [
            '<circle class="dot own" cx="6" cy="6" r="4.5"/>',
            '<path class="second" d="M6 1l5 5l-5 5l-5 -5z"/>',
        ]
    items = "".join(
        f'<li><svg viewBox="0 0 12 12" aria-hidden="true">{sign}</svg>{_e(said)}</li>'
        for sign, said in zip(signs, chart.legend, strict=True)
    )
    return f'<ul class="legend">{items}</ul>\n'


def _table(table: Table) -> str:
    # Wide rows that hold words too are read one by one; on a phone each becomes a short list.
    stack = bool(table.words) and len(table.head) > NARROW

    def cell(place: int, said: str) -> str:
        if place == 0:
            return f'<th scope="row">{_e(said)}</th>'
        label = f' data-label="{_e(table.head[place])}"' if stack else ""
        return f"<td{_words(table, place)}{label}>{_e(said).replace(' … ', UNBROKEN)}</td>"

    head = "".join(
        f'<th scope="col"{_words(table, place)}>{_e(said)}</th>'
        for place, said in enumerate(table.head)
    )
    rows = "\n".join(
        f"<tr{_own(table, number)}>{''.join(cell(p, said) for p, said in enumerate(row))}</tr>"
        for number, row in enumerate(table.rows)
    )
    return (
        f'<div class="{"stack" if stack else "scroll"}" tabindex="0"><table>\n'
        f"<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table></div>"
    )


def _words(table: Table, place: int) -> str:
    return ' class="words"' if place in table.words else ""


def _own(table: Table, number: int) -> str:
    return ' class="own"' if number in table.own else ""


def _e(text: str) -> str:
    return escape(text, quote=True)
