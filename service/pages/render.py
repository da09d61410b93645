"""Stage serve: contexts become HTML; in: a template's name, a shell and a page, out: a string."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from functools import cache, partial
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from service.pages import words
from service.pages.contexts import Shell
from training_data.messages import Text, say

_INDENT = re.compile(r"\n\s+")
"""What templates are indented with; no page holds text that keeps its blanks."""


def render(template: str, shell: Shell, page: Any) -> str:
    """Return the page as HTML in the language of ``shell``."""
    language = shell.language
    html = (
        environment()
        .get_template(template)
        .render(
            shell=shell,
            page=page,
            t=partial(_say, language),
            s=partial(_sentence, language),
            n=partial(_number, language),
            day=partial(_day, language),
            days=partial(_days, language),
            moment=partial(_moment, language),
            exact=partial(_exact, language),
            score=partial(_score, language),
        )
    )
    return _INDENT.sub("\n", html)


@cache
def environment() -> Environment:
    """Return the one Jinja environment: everything escaped, a missing name is an error."""
    made = Environment(
        loader=PackageLoader("service.pages"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static"] = static
    made.globals["initials"] = words.initials
    made.globals["plain_name"] = words.plain_name
    made.globals["word"] = words.label
    return made


@cache
def static(name: str) -> str:
    """Return the address of a static file; its content's hash makes it safe to keep for long."""
    content = resources.files("service.pages").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


@cache
def stylesheet() -> str:
    """Return the stylesheet itself, for what is drawn without a browser."""
    return resources.files("service.pages").joinpath("static", "selaras.css").read_text("utf-8")


def _say(language: str, code: str, /, **values: Any) -> str:
    return say(code, language, **values)


def _sentence(language: str, value: Text) -> str:
    return value.in_language(language)


def _number(language: str, value: float, pattern: str = "#,##0.##") -> str:
    return words.number(value, language, pattern)


def _day(language: str, value: date) -> str:
    return words.day(value, language)


def _days(language: str, first: date, last: date | None) -> str:
    return words.days(first, last, language)


def _moment(language: str, value: datetime) -> str:
    return words.moment(value, language)


def _exact(language: str, micro: int) -> words.Points:
    return words.exact(micro, language)


def _score(language: str, micro: int) -> str:
    return words.score(micro, language)
