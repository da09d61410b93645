"""A report of an evaluation as Markdown: charts become tables with bars of text."""

from __future__ import annotations

from recommender.evaluation.blocks import Block, Chart, Heading, Story, Table, Words

BAR = 20
"""Letters of the longest bar."""


def markdown(story: Story) -> str:
    """Write a story down as Markdown."""
    return "\n\n".join([f"# {story.title}", *(_block(block) for block in story.blocks)]) + "\n"


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return "#" * block.level + " " + block.text
    if isinstance(block, Words):
        return f"**{block.text}**" if block.strong else block.text
    if isinstance(block, Chart):
        return f"*{block.title}*\n\n{_table(_with_bars(block))}"
    return _table(block)


def _with_bars(chart: Chart) -> Table:
    """Return the chart's table with a last column of bars, as long as the values are large."""
    if chart.kind == "parts":
        return chart.table
    most = max((abs(mark.value) for mark in chart.marks), default=0.0) or 1.0
    bars = [
        ("−" if mark.value < 0 else "") + "█" * round(BAR * abs(mark.value) / most)
        for mark in chart.marks
    ]
    table = chart.table
    rows = tuple((*row, bar) for row, bar in zip(table.rows, bars, strict=True))
    return Table((*table.head, " "), rows, table.own, (*table.words, len(table.head)))


def _table(table: Table) -> str:
    rule = [
        "---" if place == 0 or place in table.words else "---:" for place in range(len(table.head))
    ]
    rows = [
        [f"**{row[0]}**" if place in table.own else row[0], *row[1:]]
        for place, row in enumerate(table.rows)
    ]
    lines = [[_plain(cell) for cell in row] for row in [list(table.head), *rows]]
    lines.insert(1, rule)
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _plain(cell: str) -> str:
    """Keep names from outside from breaking a table or becoming markup."""
    return cell.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
