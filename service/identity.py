"""Who a person is outside: the installation key, and the ``ref`` that stands for a NIP.

In: the home folder, an agency, an employee_id. Out: a name that may appear in addresses and logs.
The same key always gives the same ref, so it belongs in every backup.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
import stat
from pathlib import Path

from service.errors import HomeUnusable

KEY_BYTES = 32
REF_LENGTH = 20

_NIP = re.compile(r"\d{18}")
_SEPARATORS = re.compile(r"[\s.\-–/'’]+")


def is_nip_shaped(text: str) -> bool:
    """Whether ``text`` is 18 digits, however they are grouped; such text never leaves as an id.

    >>> is_nip_shaped("19850312 201001 1 012"), is_nip_shaped("P-0042")
    (True, False)
    """
    return _NIP.fullmatch(_SEPARATORS.sub("", text)) is not None


def ref(key: bytes, agency: str, employee_id: str) -> str:
    """Return how a person is called outside: the employee_id unless it is NIP-shaped.

    A NIP-shaped one becomes 20 base32 characters (100 bits) of HMAC-SHA-256 over agency and id.
    """
    if not is_nip_shaped(employee_id):
        return employee_id
    message = f"{len(agency)}:{agency}{employee_id}".encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:REF_LENGTH]


def key_file(home: Path) -> Path:
    """Return where the installation key lies."""
    return home / "installation.key"


def installation_key(home: Path) -> bytes:
    """Return the key of this installation; made once, readable by its owner only.

    Raises:
        HomeUnusable: the folder cannot be written, or the key is damaged or open to others.
    """
    file = key_file(home)
    try:
        if not file.exists():
            _create(file)
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise HomeUnusable("storage.key_exposed", file=str(file))
        key = bytes.fromhex(file.read_text("ascii").strip())
    except OSError as error:
        raise HomeUnusable("storage.home_unusable", folder=str(home)) from error
    except ValueError as error:
        raise HomeUnusable("storage.key_damaged", file=str(file)) from error
    if len(key) != KEY_BYTES:
        raise HomeUnusable("storage.key_damaged", file=str(file))
    return key


def _create(file: Path) -> None:
    """Write a new key whole; where two processes try at once, the first one wins for both."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_hex(KEY_BYTES) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
        try:
            os.link(temporary, file)
        except FileExistsError:
            return
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        temporary.unlink()
