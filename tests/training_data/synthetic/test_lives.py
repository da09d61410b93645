from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from training_data.dataset import Dataset
from training_data.synthetic import AS_OF
from training_data.synthetic.catalogue import training_place, trainings
from training_data.synthetic.content import domains
from training_data.synthetic.evidence import one_a_day
from training_data.synthetic.lives import YEARS, Lives
from training_data.synthetic.organisation import Organisation
from training_data.synthetic.people import Attributes, Frame, People
from training_data.synthetic.pools import Catalogue, line_numbers, sequels
from training_data.synthetic.posts import posts


@pytest.fixture(scope="module")
def history(city: Dataset) -> pd.DataFrame:
    found = city.frame("training_history")
    return found[(found["status"] == "completed") & found["training_code"].notna()]


def test_a_chain_is_taken_in_its_order(city: Dataset, history: pd.DataFrame) -> None:
    needed = city.frame("trainings").set_index("training_code")["prerequisites"].dropna()
    everything = city.frame("training_history")
    titled = everything[everything["training_code"].isna()].groupby("employee_id").size()
    first = history.groupby(["employee_id", "training_code"])["completed_on"].min()
    checked = 0
    for row in history[history["training_code"].isin(needed.index)].itertuples():
        before = (row.employee_id, needed[row.training_code])
        if before in first.index:
            if pd.notna(first[before]) and pd.notna(row.completed_on):
                assert first[before] <= row.completed_on
                checked += 1
        else:
            # Its record has lost the code, as real ones do.
            assert titled.get(row.employee_id, 0) > 0
    assert checked > 50


def test_who_took_what_works_rose_more(city: Dataset, history: pd.DataFrame) -> None:
    scores = city.frame("competency_scores")
    seen = scores[scores["source"] == "supervisor"].copy()
    seen["year"] = pd.to_datetime(seen["assessed_on"]).dt.year
    seen = seen.set_index(["employee_id", "competency_code", "year"])["level"]
    effect = {t.code: t.effect for t in trainings()}
    outcomes = city.frame("training_outcomes").groupby("training_code")["competency_code"].first()
    rises: dict[str, list[float]] = {"works": [], "does nothing": []}
    for row in history.dropna(subset=["completed_on"]).itertuples():
        year = row.completed_on.year
        keys = [(row.employee_id, outcomes[row.training_code], y) for y in (year - 1, year + 1)]
        if all(key in seen.index for key in keys):
            kind = effect[row.training_code]
            if kind > 0.55 or kind == 0.0:
                before, after = (float(np.mean(seen[key])) for key in keys)
                rises["works" if kind else "does nothing"].append(after - before)
    works, nothing = (np.array(values) for values in rises.values())
    assert len(works) > 30
    assert len(nothing) > 30
    assert works.mean() > nothing.mean() + 0.3


def test_what_does_nothing_raises_no_true_level() -> None:
    frame = Frame(Organisation(1500), Attributes(), 4, AS_OF)
    lives = Lives(People(frame, np.arange(1500)), Catalogue())
    taken, known = lives.taken, lives.catalogue
    year = (taken.day - lives.begin(0)).astype(float) // 365.25
    year = np.clip(year, 0, YEARS - 1).astype(int)
    skill = known.first[taken.training]
    levels = np.stack(lives.levels)
    before = levels[year, taken.person, skill]
    rise = levels[year + 1, taken.person, skill] - before
    missing = np.clip(known.high[taken.training, 0] - before, 0, None)
    apt = (taken.status == 0) & (missing > 0.5) & (before >= known.low[taken.training, 0] - 0.7)
    effect = known.effect[taken.training]
    nothing, works = rise[apt & (effect == 0)], rise[apt & (effect > 0.6)]
    assert len(nothing) > 200
    assert len(works) > 200
    assert nothing.mean() < 0.15
    assert works.mean() > 0.35


def test_custom_orders_what_a_line_of_work_takes_next(city: Dataset, history: pd.DataFrame) -> None:
    place, lines, custom = training_place(), line_numbers(), sequels()
    job = {post.code: number for number, post in enumerate(posts())}
    line = city.frame("employees").set_index("employee_id")["job_code"].map(job)
    dated = history.dropna(subset=["completed_on"]).sort_values(["employee_id", "completed_on"])
    now = dated["training_code"].map(place).to_numpy()
    own = lines[dated["employee_id"].map(line).to_numpy()]
    pair = dated["employee_id"].to_numpy()[1:] == dated["employee_id"].to_numpy()[:-1]
    forward = (custom[own[:-1], now[:-1]] == now[1:])[pair].mean()
    backward = (custom[own[1:], now[1:]] == now[:-1])[pair].mean()
    assert forward > 0.06
    assert forward > 4 * backward


def test_planted_truth_covers_the_catalogue_and_the_people(
    city: Dataset, truth: dict[str, pd.DataFrame]
) -> None:
    assert set(truth["levels"]["employee_id"]) == set(city.frame("employees")["employee_id"])
    assert truth["levels"]["level"].between(0, 5).all()
    assert truth["utilities"]["employee_id"].nunique() > 20
    effects = np.array([t.effect for t in trainings()])
    assert 0.2 < (effects == 0).mean() < 0.5
    assert effects.max() <= 1


def test_assessments_see_the_true_level_with_an_error(
    city: Dataset, truth: dict[str, pd.DataFrame]
) -> None:
    scores = city.frame("competency_scores")
    late = scores[pd.to_datetime(scores["assessed_on"]) > pd.Timestamp(2026, 8, 1)]
    both = late.merge(truth["levels"], on=["employee_id", "competency_code"], suffixes=("", "_t"))
    assert both["level"].corr(both["level_t"]) > 0.7
    assert (both["level"] - both["level_t"]).abs().mean() > 0.1
    lenient = (both["level"] - both["level_t"]).groupby(both["source"]).mean()
    assert lenient["supervisor"] > lenient["cact"]


def test_the_catalogue_is_large_and_of_all_kinds(city: Dataset) -> None:
    found = city.frame("trainings")
    assert len(found) >= 600
    assert found["title"].is_unique
    assert set(found["provider_kind"]) == {"government", "private", "community"}
    assert set(found["mix"]) == {"70", "20", "10"}
    assert found["structural"].nunique() == 5
    assert found["international"].sum() >= 5
    assert found["repeat_after_months"].notna().sum() >= 8
    assert (found["path"] == "pendidikan").any()
    assert found["form"].nunique() >= 18


def test_a_post_asks_only_competencies_of_its_own_field_or_of_all_fields() -> None:
    codes = {domain.code for domain in domains()}
    for post in posts():
        fields = {code.split(".")[1] for code in post.core}
        assert fields <= codes
        if post.line.startswith("Guru"):
            assert fields <= {"DIK", "UMU"}
    assert 100 <= sum(len(domain.skills) for domain in domains()) <= 160


def test_an_attempt_broken_off_on_the_day_of_a_completion_leaves_one_record() -> None:
    """Found in a city of 20,000 (seed 1): two rows of one key cannot stand in a dataset."""
    day = np.array(["2026-02-20", "2026-02-20", "2027-01-01", "2026-02-20"], "M8[D]")
    completed = np.array([False, True, True, True])
    stays = one_a_day(np.array([0, 0, 0, 1]), np.full(4, 5), day, completed)
    assert stays.tolist() == [False, True, True, True]
