"""Settings: where the service keeps its things and how it listens, from ``SELARAS_…`` variables.

In: the environment. Out: one frozen ``Settings``; nothing else in the product reads the
environment. A password in a database URL is never printed.
"""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

TIMEZONE = ZoneInfo("Asia/Jakarta")
"""The time of the agency; days (``as_of``) are its days."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Hosts whose traffic stays on this machine."""

DATABASE_SCHEMES = ("sqlite", "postgresql", "postgresql+psycopg", "postgres")


class Settings(BaseSettings):
    """How this installation is set up; every field is an environment variable ``SELARAS_FIELD``."""

    model_config = SettingsConfigDict(
        env_prefix="SELARAS_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    home: Path = Field(
        default=Path(".selaras"),
        description="Folder of the database file, keys, generations and exports.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="postgresql://… or sqlite:///…; without it a SQLite file in the home folder.",
    )
    model_dir: Path | None = Field(
        default=None,
        description="Folder of fitted models; without it ./models in a checkout, else home/models.",
    )
    rules_dir: Path | None = Field(
        default=None, description="Folder of the agency's own rule packs, laid over the built-in."
    )
    siasn_shapes: Path | None = Field(
        default=None,
        description="The agency's own copy of siasn_history.json: fields and codes of SIASN files.",
    )
    agency: str = Field(
        default="",
        max_length=100,
        description="Agency that imports belong to; keeps agencies apart in one database.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port; 0 takes a free one.")
    public_address: str | None = Field(
        default=None,
        max_length=500,
        description="Address under which browsers reach the service through a proxy that ends TLS, "
        "such as https://selaras.example.go.id; without it only this machine does.",
    )
    proxies: str = Field(
        default="127.0.0.1,::1",
        max_length=1000,
        description="Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed "
        "where a public address is set, separated by commas.",
    )
    session_hours: int = Field(
        default=8, ge=1, le=720, description="Hours after which one has to sign in again."
    )
    session_idle_minutes: int = Field(
        default=60, ge=5, le=43_200, description="Minutes after which an unused session ends."
    )
    requests_per_minute: int = Field(
        default=600,
        ge=0,
        le=1_000_000,
        description="Requests of one token, session or address; 0 for no limit.",
    )
    keep_generations: int = Field(
        default=3, ge=2, le=100, description="Published generations kept; older ones are removed."
    )
    petition_days: int = Field(
        default=14,
        ge=1,
        le=365,
        description="Days within which a correction or an objection is to be answered; the "
        "agency's own term, no regulation is known for it.",
    )
    worker_nightly: time | None = Field(
        default=time(2, 0),
        description="Time of day (Asia/Jakarta) of the nightly re-ranking, such as 02:00; "
        "`none` for never.",
    )
    worker_on_change: bool = Field(
        default=True,
        description="Re-rank when an import, the model in force or the rules have changed.",
    )
    worker_settle_seconds: int = Field(
        default=60, ge=0, le=86_400, description="Quiet time after a change before re-ranking."
    )
    worker_lease_seconds: int = Field(
        default=60,
        ge=2,
        le=3_600,
        description="Silence after which another worker takes over; a whole number of seconds.",
    )
    worker_retry_seconds: int = Field(
        default=60, ge=1, le=86_400, description="Wait after a failure; doubled after each one."
    )
    worker_tries: int = Field(
        default=5, ge=1, le=100, description="Failures after which an occasion is given up."
    )

    oidc_issuer: str | None = Field(
        default=None,
        max_length=500,
        description="Address of an OpenID Connect provider, as its metadata spell it; "
        "without it people sign in with passwords only.",
    )
    oidc_client_id: str | None = Field(
        default=None, max_length=500, description="What the provider calls this installation."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None,
        description="Secret the provider gave; none for a public client, which PKCE protects.",
    )
    oidc_client_secret_file: Path | None = Field(
        default=None, description="File that holds the secret, in place of the variable."
    )
    oidc_label: str = Field(
        default="akun instansi",
        min_length=1,
        max_length=60,
        description="What people call the provider, in Indonesian: Masuk dengan …",
    )
    oidc_label_en: str = Field(
        default="your agency account",
        min_length=1,
        max_length=60,
        description="The same in English: Sign in with …",
    )
    oidc_login_claim: str | None = Field(
        default=None,
        max_length=100,
        description="Claim that holds the account's name, such as preferred_username: binds at the "
        "first sign-in; without it only `selaras user link` binds.",
    )
    oidc_ca_file: Path | None = Field(
        default=None, description="Certificates (PEM) the provider is checked by; else public ones."
    )

    @field_validator("oidc_issuer", "oidc_client_id", "oidc_login_claim", mode="before")
    @classmethod
    def _blank(cls, value: object) -> object:
        """Read an empty variable as one that is not set."""
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("oidc_issuer", "public_address", mode="before")
    @classmethod
    def _private(cls, value: object) -> object:
        """Refuse addresses on which others could read what passes."""
        if not isinstance(value, str) or not value.strip():
            return None
        if not is_private_address(value.strip()):
            raise ValueError("must begin with https:// (http:// on this machine only)")
        return value.strip()

    @field_validator("public_address")
    @classmethod
    def _without_path(cls, value: str | None) -> str | None:
        """Refuse a path: the pages stand at the top of their address."""
        if value is not None and urlsplit(value).path not in ("", "/"):
            raise ValueError("must end after the host and port")
        return None if value is None else value.rstrip("/")

    @field_validator("oidc_client_id")
    @classmethod
    def _both(cls, value: str | None, others: ValidationInfo) -> str | None:
        """Refuse one of issuer and client without the other."""
        if others.data.get("oidc_issuer") is not None and value is None:
            raise ValueError("is needed beside SELARAS_OIDC_ISSUER")
        return value

    @field_validator("worker_nightly", mode="before")
    @classmethod
    def _never(cls, value: object) -> object:
        """Read the words for no nightly re-ranking."""
        return None if isinstance(value, str) and value.strip().lower() in ("", "none") else value

    @field_validator("database_url")
    @classmethod
    def _known_scheme(cls, value: SecretStr | None) -> SecretStr | None:
        """Refuse databases that are not supported, without repeating the URL."""
        if value is None or not value.get_secret_value().strip():
            return None
        if value.get_secret_value().split(":", 1)[0] not in DATABASE_SCHEMES:
            raise ValueError("must begin with postgresql:// or sqlite:///")
        return value

    @property
    def models(self) -> Path:
        """The folder of models that is in force."""
        if self.model_dir is not None:
            return self.model_dir
        checkout = Path("models")
        if Path("pyproject.toml").is_file() and (checkout / "README.md").is_file():
            return checkout
        return self.home / "models"

    @property
    def database_file(self) -> Path:
        """The SQLite file used when no URL is given."""
        return self.home / "selaras.db"

    @property
    def shown_database(self) -> str:
        """The database as messages may name it: without user, password and options."""
        if self.database_url is None:
            return str(self.database_file)
        parts = urlsplit(self.database_url.get_secret_value())
        place = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, place, parts.path, "", ""))


def is_private_address(address: str) -> bool:
    """Whether an address is of https, or of http on this machine; no query, no user, no fragment.

    >>> [is_private_address(a) for a in ("https://sso.example/realms/a", "http://sso.example")]
    [True, False]
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)


def today() -> date:
    """Return the present day in Asia/Jakarta."""
    return datetime.now(TIMEZONE).date()
