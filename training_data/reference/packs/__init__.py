"""Rule packs: thresholds of law and policy as versioned data, never in code.

In: the JSON files in ``rules/`` and, if an agency has one, an overlay folder. Out: ``Rules``, the
versions in force on one day, with a hash that names exactly this set.

A rule in a pack has an id, a regulation and article, the days between which it is in force
(empty is open), a mark (V confirmed, V-code seen in programs, V-empirical derived from rows,
R unverified), a source and its params, whose shape is declared in ``shapes``. A rule id may have
several versions, one after the other.

An overlay file is ``{"overlay": NAME, "rules": [{"id": …, "params": {…}}]}`` and may also state
``active``, ``mark``, ``source``, ``regulation``, ``article``, ``note`` and the days between which
the change holds (``effective_from``, ``effective_to``). It replaces single params and can never
add a rule or a param; on one day only one change of a rule can hold.

``words`` alone decides how a rule is said: the sources and notes of our packs in the reader's
language, those an overlay states as they were written.
"""

from training_data.reference.packs.loading import all_versions, check, load_rules
from training_data.reference.packs.problems import InvalidPack, Problem
from training_data.reference.packs.reading import parse_pack
from training_data.reference.packs.rule import MARKS, Rule, Rules, serialise

__all__ = [
    "MARKS",
    "InvalidPack",
    "Problem",
    "Rule",
    "Rules",
    "all_versions",
    "check",
    "load_rules",
    "parse_pack",
    "serialise",
]
