"""The notebooks run from the first cell to the last, are kept without outputs, define nothing."""

import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import recommender

HOUSE = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((HOUSE / "notebooks").glob("*.ipynb"))
OF_THEIR_OWN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
PATIENCE_SECONDS = 900

each = pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)


@pytest.fixture
def clean_machine(tmp_path, monkeypatch):
    """Settings of nobody: what Jupyter and matplotlib keep lies in a folder of this test."""
    for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "MPLCONFIGDIR"):
        monkeypatch.setenv(name, str(tmp_path / "settings"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    # The kernel imports the packages that are tested, wheel or checkout.
    monkeypatch.setenv("PYTHONPATH", str(Path(str(recommender.__file__)).resolve().parents[1]))
    return tmp_path


def test_there_is_a_notebook_for_each_part_of_the_way():
    assert [file.stem for file in NOTEBOOKS] == [
        "01_data_and_features",
        "02_ranking_and_evaluation",
        "03_effects_and_fairness",
        "04_plan",
    ]


@each
def test_a_notebook_runs_to_its_end_draws_and_warns_of_nothing(file, clean_machine):
    notebook = nbformat.read(file, as_version=4)
    place = {"metadata": {"path": str(clean_machine)}}
    NotebookClient(
        notebook, timeout=PATIENCE_SECONDS, kernel_name="python3", resources=place
    ).execute()
    outputs = [output for cell in _code(notebook) for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    said = "".join(output.text for output in outputs if output.get("name") == "stderr")
    assert "Warning" not in said, said


@each
def test_a_notebook_is_kept_without_outputs_and_without_counts(file):
    for cell in _code(nbformat.read(file, as_version=4)):
        assert cell.outputs == []
        assert cell.execution_count is None


@each
def test_a_notebook_defines_no_function_and_no_class_of_its_own(file):
    for cell in _code(nbformat.read(file, as_version=4)):
        found = [
            node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, OF_THEIR_OWN)
        ]
        assert found == [], cell.source


@each
def test_every_plot_has_a_title_and_named_axes(file):
    drawn = [c.source for c in _code(nbformat.read(file, as_version=4)) if "subplots" in c.source]
    assert drawn
    for source in drawn:
        assert all(part in source for part in ("title=", "xlabel=", "ylabel=")), source


@each
def test_every_code_that_follows_a_heading_is_introduced_in_words(file):
    notebook = nbformat.read(file, as_version=4)
    for cell in notebook.cells:
        lines = [line for line in cell.source.splitlines() if line]
        if cell.cell_type == "markdown" and lines[0].startswith("#"):
            assert len(lines) > 1, lines[0]


def _code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]
