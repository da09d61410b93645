"""Which params each rule has and what they may be: one module per pack, one shape per rule id.

To add a rule:

1. write it into ``rules/PACK.json`` (copy a neighbour: every key is required but ``note`` and
   ``active``);
2. declare its shape in the module of the same name here and name it in that module's ``SHAPES``.
   A shape is a ``Shape`` whose fields are the params, of kinds from ``packs.kinds`` (``Years``,
   ``Share``, ``Tier``, ``Bands``, …); ``Nothing`` where there are none; a ``Table`` where the
   names of the params are themselves codes. Every param stands in every version of the rule: a
   default would hide a value of law from the pack. A new module is added to ``_MODULES`` below;
3. say in ``messages/packs_rules.toml``, or in the TOML file of your own area, what the rule is
   (``packs.rule.<id>``) and what each param is (``packs.param.<id>.<param>``, or
   ``packs.param.<param>`` for a name that means the same everywhere), in both languages;
4. say in ``messages/packs_sources.toml`` where the rule comes from (``packs.source.<id>``) and,
   where it has a note, what that says (``packs.note.<id>``): the English is the text of the pack
   to the letter, laws and marks are the same in both languages;
5. run ``selaras rules check``, then ``python -m training_data.reference.packs``, which writes
   ``RULES.md`` anew.

A rule without a shape is refused when the packs are read; a test finds missing words.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from pydantic import BaseModel

_MODULES = (
    "assignment",
    "competency",
    "development",
    "fairness",
    "effects",
    "identity",
    "ip_asn",
    "names",
    "performance",
    "plan",
    "quality",
    "scoring",
    "talent",
    "training",
)


@cache
def shapes() -> Mapping[str, type[BaseModel]]:
    """Return rule id → shape; each id is declared once."""
    found: dict[str, type[BaseModel]] = {}
    for name in _MODULES:
        declared: dict[str, type[BaseModel]] = import_module(f"{__name__}.{name}").SHAPES
        twice = sorted(set(found) & set(declared))
        if twice:
            raise TypeError(f"{', '.join(twice)}: declared again in {name}.py")
        found |= declared
    return found


def param_names(rule_id: str) -> tuple[str, ...] | None:
    """Return the params a rule has; ``None`` where their names are codes of a list.

    Raises:
        KeyError: the rule has no shape.
    """
    fields = shapes()[rule_id].model_fields
    if set(fields) == {"root"}:
        return None
    return tuple(field.alias or name for name, field in fields.items())
