"""An officer's reading: ten fictional people of different tiers, every sentence they would see.

    python tests/benchmarks/officer_reading.py [--employees N] [--seed N] [--year Y] [--lang id|en]

Prints, per person, one refusal of every rule with its way forward or the reason why there is
none, and every row of the year plan with its fields, reasons, notes and open gaps. For people to
read from the first line to the last; nothing is asserted.
"""

from __future__ import annotations

import argparse

from recommender.engine import Engine
from recommender.plan.results import Plan
from training_data.messages import Text
from training_data.synthetic import AS_OF, generate

PEOPLE = 10


def main() -> None:
    """Print the reading."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employees", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--year", type=int, default=AS_OF.year + 1)
    parser.add_argument("--lang", choices=("id", "en"), default="id")
    asked = parser.parse_args()
    engine = Engine.fitted(generate(asked.employees, seed=asked.seed), as_of=AS_OF)
    for employee in chosen(engine):
        person = engine.person(employee)
        print(f"\n=== {person.job_title} · {person.tier} · {person.employment} · {person.grade}")
        refusals(engine, employee, asked.lang)
        plan(engine.plan(employee, asked.year), asked.lang)


def chosen(engine: Engine) -> list[str]:
    """Return the first person of each tier and employment, ten at most."""
    found: dict[tuple[str | None, str | None], str] = {}
    for employee in engine.employee_ids:
        person = engine.person(employee)
        found.setdefault((person.tier, person.employment), employee)
    by_tier: dict[str | None, list[str]] = {}
    for (tier, _), employee in found.items():
        by_tier.setdefault(tier, []).append(employee)
    first = [people[0] for people in by_tier.values()]
    more = [employee for people in by_tier.values() for employee in people[1:]]
    return (first[: PEOPLE - 2] + more[:2] + first[PEOPLE - 2 :])[:PEOPLE]


def refusals(engine: Engine, employee: str, language: str) -> None:
    """Print one refused item of every rule that refuses."""
    for kind in ("training", "role"):
        seen: set[str] = set()
        for item in engine.excluded(employee, kind):
            for check in item.checks:
                if check.outcome == "lolos" or check.rule in seen:
                    continue
                seen.add(check.rule)
                print(f"  [{check.rule}] {item.title}: {said(check.text, language)}")
                for step in check.way.steps if check.way else ():
                    print(f"      → {said(step, language)}")
                if check.closed is not None:
                    print(f"      ✕ {said(check.closed, language)}")


def plan(found: Plan, language: str) -> None:
    """Print a plan."""
    print(f"  Rencana {found.year}: {found.now} → {found.next}")
    for note in found.notes:
        print(f"    ! {said(note, language)}")
    for row in found.rows:
        print(f"    {row.number}. {row.title}")
        for name, value in row.fields.as_json().items():
            print(f"        {name}: {value[language]}")
        for sentence in (*row.reasons, *row.notes, *(a.text for a in row.alternatives)):
            print(f"        - {said(sentence, language)}")
    for gap in found.remaining:
        print(f"    ○ {said(gap.text, language)}")


def said(sentence: Text, language: str) -> str:
    """Return a sentence in one language."""
    return sentence.in_language(language)


if __name__ == "__main__":
    main()
