"""``selaras`` itself: which commands there are, help, usage errors and interruption."""

import subprocess
import sys
import time

import pytest
from typer.main import get_command

COMMANDS = {
    "fairness",
    *("demo", "convert", "assess", "check", "import", "fit", "rank", "recommend", "explain"),
    *("evaluate", "serve", "doctor", "token", "rules", "names", "report", "plan", "what-if"),
    *("models", "generations", "worker", "user", "audit", "allocate", "backup", "restore"),
    "simulate",
    "history",
}


def every_command():
    from service.cli.app import app

    for name, command in get_command(app).commands.items():
        if hasattr(command, "commands"):
            yield from ((name, sub) for sub in command.commands)
        else:
            yield (name,)


def test_the_commands_are_those_that_work_and_no_other():
    assert {words[0] for words in every_command()} == COMMANDS
    assert ("token", "create") in set(every_command())


@pytest.mark.parametrize("words", sorted(every_command()), ids=" ".join)
def test_the_help_of_each_command_has_an_example(selaras, words):
    done = selaras(*words, "--help")
    assert done.code == 0
    assert f"Contoh: selaras {' '.join(words)} " in " ".join(done.out.split())


def test_the_examples_use_options_that_exist(selaras):
    for words in every_command():
        out = " ".join(selaras(*words, "--help").out.split())
        options, _, example = out.partition("Contoh: ")
        for word in example.split():
            if word.startswith("--"):
                assert word in options, words


def test_help_imports_nothing_heavy_and_comes_at_once(workplace):
    heavy = "numpy pandas pyarrow scipy sklearn sqlalchemy fastapi pydantic rich.markdown"
    code = (
        "import sys, service.cli\n"
        "sys.argv = ['selaras', '--help']\n"
        "try:\n    service.cli.main()\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print([m for m in {heavy.split()} if m in sys.modules], file=sys.stderr)"
    )
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    print(f"selaras --help: {time.perf_counter() - start:.2f} s")
    assert done.stderr.strip() == "[]"
    assert "rank" in done.stdout


def test_help_speaks_english_where_the_environment_asks(workplace):
    done = subprocess.run(
        [sys.executable, "-P", "-c", "import service.cli; service.cli.main()", "rank", "--help"],
        capture_output=True,
        text=True,
        env={"SELARAS_LANG": "en", "PATH": ""},
    )
    assert "Example: selaras rank" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("rank", "--colour"),
        ("rank", "--kind", "course"),
        ("rank", "--as-of", "31/12/2025"),
        ("rank", "--k", "0"),
        ("recommend",),
        ("recommend", "P-1", "--lang", "fr"),
        ("demo", "--employees", "none"),
    ],
)
def test_a_wrong_call_is_a_usage_error(selaras, arguments):
    done = selaras(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err


def test_an_interruption_ends_with_130(selaras, agency, monkeypatch):
    def interrupted(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("training_data.importers.read_folder", interrupted)
    assert selaras("check", agency).code == 130


def test_the_version_is_that_of_the_package(selaras):
    from importlib.metadata import version

    assert selaras("--version").out == f"selaras {version('selaras')}\n"


def test_a_wrong_setting_is_named_without_its_value(selaras, monkeypatch):
    monkeypatch.setenv("SELARAS_DATABASE_URL", "mysql://somebody:secret@host/db")
    done = selaras("doctor")
    assert done.code == 2
    assert "SELARAS_DATABASE_URL" in done.err
    assert "secret" not in done.err


def test_a_defect_is_not_hidden(selaras, agency, monkeypatch):
    def defect(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("training_data.importers.read_folder", defect)
    with pytest.raises(ZeroDivisionError):
        selaras("check", agency)
