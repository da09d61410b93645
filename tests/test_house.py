"""The house: what is on the top level, what is packaged, what is pinned, what the README says."""

import os
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

HOUSE = Path(__file__).resolve().parents[1]
PACKAGES = ("training_data", "recommender", "service")
CUSTOMARY = {"LICENSE", "CHANGELOG.md", "Makefile", "requirements"}
MADE_BY_BUILDS = {"__pycache__", "build", "dist", "selaras.egg-info"}
README = (HOUSE / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted((HOUSE / "requirements").glob("*.txt"))


def test_the_top_level_holds_what_was_prescribed_and_nothing_else():
    prescribed = {"models", "notebooks", "tests", "pyproject.toml", "README.md", *PACKAGES}
    found = {p.name for p in HOUSE.iterdir() if not p.name.startswith(".")}
    assert found - MADE_BY_BUILDS <= prescribed | CUSTOMARY
    assert prescribed | CUSTOMARY <= found


def test_every_package_is_built_and_none_is_listed_that_is_not_there():
    listed = set(PROJECT["tool"]["setuptools"]["packages"])
    found = {
        ".".join(file.parent.relative_to(HOUSE).parts)
        for name in PACKAGES
        for file in (HOUSE / name).rglob("*.py")
    }
    assert listed == found
    assert not (HOUSE / "models" / "__init__.py").exists()


@pytest.mark.parametrize("name", PACKAGES)
def test_what_is_imported_has_every_file_of_the_checkout(name):
    here = Path(str(import_module(name).__file__)).parent
    files = {
        file.relative_to(HOUSE / name)
        for file in (HOUSE / name).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    }
    assert files
    assert {file for file in files if not (here / file).is_file()} == set()


@pytest.mark.parametrize("name", PACKAGES)
def test_the_test_command_tests_the_wheel_and_not_the_checkout(name):
    file = Path(str(import_module(name).__file__)).resolve()
    in_wheel = "site-packages" in file.parts
    assert in_wheel == (os.environ.get("SELARAS_TEST_WHEEL") == "1")


def test_requirements_are_pinned_with_hashes_and_name_no_address():
    assert {lock.stem for lock in LOCKS} >= {"build", "runtime", "test", "bench"}
    for lock in LOCKS:
        text = lock.read_text(encoding="utf-8")
        assert not re.search(r"://|--(index|extra|find|trusted)|@ ", text), lock.name
        for pin in _pins(text):
            assert re.fullmatch(r"[A-Za-z0-9._-]+==\S+( ;[^\\]*)?", pin.split(" \\")[0]), pin
            assert "--hash=sha256:" in pin


@pytest.mark.parametrize(
    ("lock", "extras"), [("runtime", []), ("test", ["test", "lint"]), ("bench", ["bench"])]
)
def test_the_pins_are_those_of_the_project(lock, extras):
    project = PROJECT["project"]
    wanted = [*project["dependencies"]]
    wanted += [r for extra in extras for r in project["optional-dependencies"][extra]]
    pinned = _pinned((HOUSE / "requirements" / f"{lock}.txt").read_text(encoding="utf-8"))
    for requirement in map(Requirement, wanted):
        name = canonicalize_name(requirement.name)
        assert name in pinned, f"{name}: run make lock"
        assert pinned[name] in requirement.specifier, f"{name}: run make lock"


def test_what_is_tested_with_is_what_runs_in_service():
    runtime = _pinned((HOUSE / "requirements/runtime.txt").read_text(encoding="utf-8"))
    for lock in ("test", "bench"):
        pinned = _pinned((HOUSE / "requirements" / f"{lock}.txt").read_text(encoding="utf-8"))
        assert {n: v for n, v in pinned.items() if n in runtime} == runtime


def test_the_continuous_integration_runs_the_test_command():
    script = HOUSE / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "exec make test" in script.read_text(encoding="utf-8")


def test_the_test_command_keeps_the_checkout_off_the_path():
    said = subprocess.run(
        ["make", "--dry-run", "--always-make", "test"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "pip wheel --quiet --no-deps --no-build-isolation" in said
    assert "--no-index --force-reinstall dist/*.whl" in said
    assert "SELARAS_TEST_WHEEL=1 PYTHONSAFEPATH=1" in said
    for tool in ("ruff check", "ruff format --check", "mypy", "lint-imports", "pytest"):
        assert tool in said
    assert "--require-hashes" in said
    assert "-e ." not in said


def test_types_are_strict_and_warnings_are_errors():
    assert PROJECT["tool"]["mypy"]["strict"] is True
    assert PROJECT["tool"]["pytest"]["ini_options"]["filterwarnings"][0] == "error"


def test_the_licence_is_apache_2():
    text = (HOUSE / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_every_link_of_the_readme_leads_somewhere():
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert len(links) > 10
    for link in links:
        path, _, anchor = link.partition("#")
        target = HOUSE / path
        assert target.exists(), link
        if anchor:
            assert anchor in _anchors(target), link
    for page in ("models/README.md", "notebooks/README.md"):
        text = (HOUSE / page).read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([^)]+)\)", text):
            path, _, anchor = link.partition("#")
            target = (HOUSE / page).parent / path
            assert target.exists(), link
            assert not anchor or anchor in _anchors(target), link


def test_every_command_of_the_readme_exists_with_its_options():
    from typer.main import get_command

    from service.cli.app import app

    commands = get_command(app).commands
    named = set(re.findall(r"^\$ (.+?)\s*(?:#.*)?$", README, re.MULTILINE))
    assert {"make run", "make test"} <= named
    makefile = (HOUSE / "Makefile").read_text(encoding="utf-8")
    for line in named:
        program, name, *rest = line.split()
        if program == "make":
            assert re.search(rf"^{name}:", makefile, re.MULTILINE), line
            continue
        if program == ".venv/bin/python":
            assert (HOUSE / name).is_file(), line
            continue
        assert program == "selaras", line
        known = {option for param in commands[name].params for option in param.opts}
        assert {word for word in rest if word.startswith("--")} <= known, line
    for name in re.findall(r"`selaras ([a-z]+)`", README):
        assert name in commands


def test_every_setting_of_the_readme_exists():
    from service.settings import Settings

    known = {f"SELARAS_{name}".upper() for name in Settings.model_fields} | {"SELARAS_LANG"}
    named = set(re.findall(r"SELARAS_[A-Z_]+", README))
    assert named
    assert named <= known


def test_the_six_lines_of_the_readme_run():
    (lines,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len([line for line in lines.splitlines() if line]) == 6
    said = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", lines],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert len(said.splitlines()) == 3
    assert said.startswith("1 ")


def _pins(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return re.findall(r"^\S.*?(?=^\S|\Z)", "\n".join(lines), re.MULTILINE | re.DOTALL)


def _pinned(text: str) -> dict[str, Version]:
    pins = (re.match(r"([A-Za-z0-9._-]+)==(\S+)", pin) for pin in _pins(text))
    return {canonicalize_name(pin[1]): Version(pin[2]) for pin in pins if pin}


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_setting_stands_in_the_table_for_operators_with_its_own_words():
    from service.settings import Settings

    page = (HOUSE / "service" / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `SELARAS_([A-Z_]+)` \| [^|]* \| (.+) \|$", page, re.MULTILINE))
    fields = Settings.model_fields
    assert rows == {name.upper(): field.description for name, field in fields.items()}


def test_the_container_file_names_what_there_is():
    sys.path.insert(0, str(HOUSE / "tests" / "contract"))
    from prove_container import steps

    from service.settings import Settings

    found = steps((HOUSE / "service/container/Containerfile").read_text(encoding="utf-8"))
    words = " ".join(rest for _, rest in found)
    for name in re.findall(r"requirements/[a-z.]+", words):
        assert (HOUSE / name).is_file(), name
    set_ = {rest.split("=")[0] for word, rest in found if word == "ENV"}
    assert set_ <= {f"SELARAS_{name.upper()}" for name in Settings.model_fields}
    assert found[-1] == ("CMD", "selaras serve")
    assert [rest for word, rest in found if word == "USER"] == ["selaras"]
    assert len([1 for word, _ in found if word == "FROM"]) == 2
