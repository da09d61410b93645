"""Results as plain values: what JSON is made of, field by field in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from training_data.messages import Text


def plain(value: Any) -> Any:
    """Return a value without types of our own: days in ISO 8601, texts in both languages."""
    if isinstance(value, Plain):
        return value.as_json()
    if isinstance(value, Text):
        return value.as_dict()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return value


class Plain:
    """A dataclass whose JSON holds its fields under their names."""

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {one.name: plain(getattr(self, one.name)) for one in fields(self)}  # type: ignore[arg-type]
