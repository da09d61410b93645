"""Errors become one message and one exit code.

0 done · 1 some rows refused or a check failed · 2 usage · 3 nothing usable in the input ·
4 not found · 5 database or model unusable · 130 interrupted.
"""

from __future__ import annotations

import errno

from service.cli.console import language, note, note_text

DONE, REFUSED, USAGE, NOTHING_USABLE, NOT_FOUND, UNUSABLE, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130


def tell(error: Exception) -> int | None:
    """Print what went wrong and what to do; return the exit code, None for what is a defect."""
    if isinstance(error, OSError):
        return _tell_os_error(error)
    for explain in (_tell_data, _tell_engine, _tell_service, _tell_settings):
        code = explain(error)
        if code is not None:
            return code
    return None


def _tell_data(error: Exception) -> int | None:
    from training_data.errors import DuplicateKey, UnusableInput
    from training_data.reference.packs import InvalidPack

    if isinstance(error, UnusableInput | DuplicateKey):
        report = getattr(error, "report", None)
        note_text(report.text(language()) if report is not None else str(error))
        return NOTHING_USABLE
    if isinstance(error, InvalidPack):
        note("cli.rules_unusable", reason=error.text)
        return USAGE
    return None


def _tell_engine(error: Exception) -> int | None:
    from recommender import errors

    if isinstance(error, errors.UnknownEmployee):
        note("cli.unknown_employee")
        return NOT_FOUND
    if isinstance(error, errors.UnknownItem):
        note("cli.unknown_item")
        return NOT_FOUND
    if isinstance(error, errors.ImpossibleWish):
        note("cli.impossible_wish", reason=error.words or str(error))
        return USAGE
    if isinstance(error, errors.NothingToRank):
        note("cli.nothing_to_rank")
        return NOTHING_USABLE
    if isinstance(error, errors.NothingToEvaluate):
        note_text(str(error))
        return NOTHING_USABLE
    if isinstance(error, errors.NothingRanked):
        note("cli.nothing_ranked", reason=str(error))
        return UNUSABLE
    if isinstance(error, errors.UnusableStore):
        note_text(str(error))
        return UNUSABLE
    if isinstance(error, errors.UnusableModel):
        note("cli.model_unusable", reason=str(error))
        return UNUSABLE
    return None


def _tell_service(error: Exception) -> int | None:
    from service import errors
    from service.usecases.errors import CannotAllHold, NothingUsable, NotThere, WrongUse

    if not isinstance(error, errors.ServiceError):
        return None
    note_text(error.text)
    if isinstance(error, WrongUse | errors.UnknownGrant):
        return USAGE
    if isinstance(error, errors.HeldBack | CannotAllHold):
        return REFUSED
    if isinstance(error, NothingUsable):
        return NOTHING_USABLE
    if isinstance(error, errors.AccountExists | errors.IdentityTaken):
        return REFUSED
    if isinstance(error, errors.UnknownGeneration | errors.UnknownAccount | NotThere):
        return NOT_FOUND
    return UNUSABLE


def _tell_settings(error: Exception) -> int | None:
    from pydantic import ValidationError

    if not isinstance(error, ValidationError) or error.title != "Settings":
        return None
    for fault in error.errors(include_input=False, include_url=False):
        name = "SELARAS_" + "_".join(str(part) for part in fault["loc"]).upper()
        note("cli.setting_wrong", name=name, reason=fault["msg"])
    return USAGE


def _tell_os_error(error: OSError) -> int | None:
    """Tell what a person can mend: no room, no permission, no such file."""
    if error.errno == errno.EPIPE:
        return None
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        note("cli.no_room")
        return UNUSABLE
    if isinstance(error, PermissionError | FileNotFoundError | NotADirectoryError):
        note("cli.file_trouble", file=str(error.filename or ""), reason=error.strerror or "")
        return USAGE
    return None
