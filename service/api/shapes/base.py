"""What all answers have in common: the base of every shape, words in both languages, the ground."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

Kind = Literal["training", "role"]


Outcome = Literal["lolos", "tidak_lolos", "perlu_verifikasi"]


_TEXT: JsonDict = {
    "id": "Kompetensi Manajemen Lalu Lintas Anda berada pada level 2, standar jabatan 3.",
    "en": "Your Manajemen Lalu Lintas is at level 2; your post asks for 3.",
}


class Shape(BaseModel):
    """Base of all answers: immutable, no unannounced field."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Shape):
    """A sentence in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [_TEXT]})

    id: str = Field(description="Indonesian.")
    en: str = Field(description="English.")


class Basis(Shape):
    """What an answer rests on."""

    as_of: date = Field(description="The day the answer is for.")
    generation: int = Field(description="Number of the published re-ranking.")
    model: str = Field(description="SHA-256 of the model.")
    rules: str = Field(description="SHA-256 of the rules in force.")
    not_checked: list[str] = Field(description="What could not be checked for lack of data.")


NextCursor = Annotated[
    str | None,
    Field(description="Send it back as `cursor` for the next page; null on the last one."),
]
