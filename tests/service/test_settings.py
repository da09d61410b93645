"""Settings come from the environment, have sensible defaults and keep passwords to themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from service.settings import TIMEZONE, Settings, today

URL = "postgresql://petugas:s3cret@basisdata.example:5433/selaras?password=s3cret"


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Away from any checkout and without the variables of the person who runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SELARAS_{name.upper()}", raising=False)


def test_without_any_variable_everything_lies_in_the_home_folder() -> None:
    settings = Settings()
    assert settings.home == Path(".selaras")
    assert settings.database_file == Path(".selaras/selaras.db")
    assert settings.shown_database == str(settings.database_file)
    assert settings.models == Path(".selaras/models")
    assert (settings.host, settings.agency) == ("127.0.0.1", "")


def test_variables_are_read_with_their_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELARAS_HOME", "/srv/selaras")
    monkeypatch.setenv("SELARAS_PORT", "0")
    monkeypatch.setenv("SELARAS_MODEL_DIR", "/srv/models")
    settings = Settings()
    assert (settings.home, settings.port) == (Path("/srv/selaras"), 0)
    assert settings.models == Path("/srv/models")


def test_in_a_checkout_models_lie_beside_the_code(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "README.md").touch()
    assert Settings().models == Path("models")


def test_a_password_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELARAS_DATABASE_URL", URL)
    settings = Settings()
    printed = f"{settings!r}{settings}{settings.model_dump()}{settings.model_dump_json()}"
    assert "s3cret" not in printed + settings.shown_database
    assert settings.shown_database == "postgresql://basisdata.example:5433/selaras"


@pytest.mark.parametrize("url", ["mysql://u:s3cret@h/d", "s3cret"])
def test_an_unknown_database_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("SELARAS_DATABASE_URL", url)
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert "s3cret" not in str(caught.value)
    assert "postgresql://" in str(caught.value)


def test_an_empty_database_url_means_the_file_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELARAS_DATABASE_URL", " ")
    assert Settings().database_url is None


@pytest.mark.parametrize(("name", "value"), [("PORT", "65536"), ("KEEP_GENERATIONS", "1")])
def test_values_out_of_range_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"SELARAS_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OIDC_ISSUER", "http://sso.example"),
        ("OIDC_ISSUER", "sso.example"),
        ("OIDC_ISSUER", "https://user:s3cret@sso.example"),
        ("OIDC_ISSUER", "https://sso.example?x=s3cret"),
        ("OIDC_ISSUER", "file:///s3cret"),
        ("PUBLIC_ADDRESS", "http://selaras.example"),
        ("PUBLIC_ADDRESS", "https://selaras.example/s3cret"),
        ("PUBLIC_ADDRESS", "https://selaras.example:port"),
    ],
)
def test_an_address_on_which_others_could_read_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("SELARAS_OIDC_CLIENT_ID", "selaras")
    monkeypatch.setenv(f"SELARAS_{name}", value)
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert "s3cret" not in str(caught.value)
    assert name.lower() in str(caught.value)


def test_single_sign_on_needs_both_issuer_and_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELARAS_OIDC_ISSUER", "https://sso.example/realms/kota")
    monkeypatch.setenv("SELARAS_OIDC_CLIENT_ID", " ")
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert "SELARAS_OIDC_ISSUER" in str(caught.value)


def test_an_issuer_is_kept_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELARAS_OIDC_CLIENT_ID", "selaras")
    monkeypatch.setenv("SELARAS_OIDC_ISSUER", " https://sso.example/realms/kota/ ")
    monkeypatch.setenv("SELARAS_PUBLIC_ADDRESS", "https://selaras.example/")
    monkeypatch.setenv("SELARAS_OIDC_CLIENT_SECRET", "s3cret")
    settings = Settings()
    assert settings.oidc_issuer == "https://sso.example/realms/kota/"
    assert settings.public_address == "https://selaras.example"
    assert "s3cret" not in f"{settings!r}{settings.model_dump()}"


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"])
def test_a_provider_on_this_machine_may_do_without_https(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("SELARAS_OIDC_CLIENT_ID", "selaras")
    monkeypatch.setenv("SELARAS_OIDC_ISSUER", f"http://{host}/realms/kota")
    assert Settings().oidc_issuer == f"http://{host}/realms/kota"


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]


def test_days_are_those_of_jakarta() -> None:
    assert str(TIMEZONE) == "Asia/Jakarta"
    assert today().year >= 2026
