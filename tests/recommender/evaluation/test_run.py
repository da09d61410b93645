import json
from datetime import date

import pyarrow as pa
import pytest

from recommender.errors import NothingToEvaluate
from recommender.evaluation import protocol, run
from recommender.evaluation.baselines.base import Method
from recommender.evaluation.baselines.popularity import POPULARITY, RANDOM
from recommender.evaluation.baselines.sequence import FORWARD
from recommender.evaluation.events import Events
from recommender.evaluation.ours import NAME
from recommender.evaluation.past import past_of
from recommender.evaluation.protocol import choose, ranked, validation_cut
from recommender.evaluation.run import evaluate
from recommender.evaluation.splits import leave_last_out

DAY = date(2026, 1, 1)
CHAIN = "ABCDEFGHIJKLMNOP"


@pytest.fixture
def courses(history):
    """Twelve people walk along a chain of trainings from different starts, at different times."""
    rows = [
        (f"p{n:02d}", CHAIN[n + step], f"2025-{1 + n % 6 + step:02d}-{1 + n:02d}")
        for n in range(12)
        for step in range(4)
    ]
    return history(rows, employees=["zahra"])


@pytest.mark.parametrize("split", ["time", "last"])
def test_the_engine_and_every_baseline_stand_in_the_report(courses, split):
    report = evaluate(courses, kind="training", split=split, as_of=DAY)
    assert {NAME, "random", "popularity", "popularity_recent", "item_knn", "ease"} <= set(
        report.groups["all"]
    )
    assert {"forward_transitions", "content"} <= set(report.groups["all"])
    assert report.sizes["all"] == report.sizes["warm"] + report.sizes["cold"]


def test_the_one_who_walks_the_chain_is_found_by_what_comes_next(courses):
    report = evaluate(courses, kind="training", split="last", as_of=DAY)
    assert report.value("forward_transitions", "ndcg@10") > 0.6
    assert report.value(NAME, "ndcg@10") > report.value("random", "ndcg@10")


def test_json_has_the_shape_of_the_contract(courses):
    report = evaluate(courses, kind="training", as_of=DAY)
    document = json.loads(json.dumps(report.as_json()))
    assert set(document) == {"protocol", "n", "groups"}
    assert set(document["groups"]) == {"all", "warm", "cold"}
    assert document["n"] == report.sizes["all"]
    assert set(document["groups"]["all"][NAME]["ndcg@10"]) == {"value", "low", "high"}


def test_the_same_seed_gives_the_same_report_and_permuted_rows_too(courses):
    table = courses.tables["training_history"]
    turned = courses.replace(training_history=table.take(pa.array(range(table.num_rows))[::-1]))
    first = evaluate(courses, kind="training", as_of=DAY).as_json()
    assert evaluate(courses, kind="training", as_of=DAY).as_json() == first
    assert evaluate(turned, kind="training", as_of=DAY).as_json() == first


def test_nothing_after_the_day_is_used(courses):
    early = evaluate(
        courses, kind="training", split="last", as_of=date(2025, 6, 30), methods=[POPULARITY]
    )
    late = evaluate(courses, kind="training", split="last", as_of=DAY, methods=[POPULARITY])
    assert early.sizes["all"] < late.sizes["all"]
    assert early.protocol["past_events"] < late.protocol["past_events"]


def test_a_method_that_sees_only_the_past_cannot_copy_the_truth(courses):
    seen = []

    def fit(past, params):
        seen.append(past)
        return POPULARITY.fit(past, params)

    evaluate(courses, kind="training", as_of=DAY, methods=[Method("spy", fit)])
    (past,) = seen
    cut = evaluate(courses, kind="training", as_of=DAY, methods=[POPULARITY]).protocol["cut"]
    assert str(past.events.at.max()) <= cut + ".000000"
    newest = past.dataset.table("training_history")["completed_on"].to_pylist()
    assert max(newest).isoformat() <= cut


def test_leave_last_out_is_judged_on_the_day_of_the_newest_event(courses):
    seen = []

    def fit(past, params):
        seen.append(past.as_of)
        return POPULARITY.fit(past, params)

    spy = Method("spy", fit)
    evaluate(courses, kind="training", split="last", as_of=DAY, methods=[spy])
    evaluate(courses, kind="training", split="last", as_of=date(2025, 6, 30), methods=[spy])
    newest = max(courses.table("training_history")["completed_on"].to_pylist()).date()
    assert seen[0] == newest < DAY
    assert seen[1] <= date(2025, 6, 30)


def test_what_was_taken_before_is_never_shown(history):
    rows = [("ani", c, f"2025-01-0{n}") for n, c in enumerate("ABC", 1)]
    rows += [("budi", "A", "2025-01-01")]
    data = history(rows)
    events = Events.of(data)
    held = leave_last_out(events, 0)
    past = past_of(data, held, as_of=DAY, seed=0)
    shown = ranked(POPULARITY.fit(past, {}), past, held, 3)
    assert shown.tolist() == [[2, -1, -1]]


def test_parameters_are_chosen_on_a_cut_inside_the_past(courses):
    seen = []

    def fit(past, params):
        seen.append((len(past.events), params["x"]))
        return RANDOM.fit(past, {}) if params["x"] == 0 else FORWARD.fit(past, FORWARD.grid[0])

    method = Method("tuned", fit, ({"x": 0}, {"x": 1}))
    report = evaluate(courses, kind="training", split="last", as_of=DAY, methods=[method])
    assert report.protocol["parameters"] == {"tuned": {"x": 1}}
    (inner, _), (_, _), (outer, x) = seen
    assert inner < outer
    assert x == 1


def test_where_no_validation_is_possible_the_default_is_taken(history, past_from):
    past = past_from(history([("ani", "A", None)]))
    assert validation_cut(past, "time", 0) is None
    assert choose(FORWARD, None, 10) == FORWARD.grid[0]


def test_cold_employees_are_judged_apart(history):
    rows = [(p, c, "2025-01-01") for p in ("ani", "budi") for c in "ABCD"]
    data = history([*rows, ("eka", "A", "2025-02-01")], items=["Z"])
    report = evaluate(data, kind="training", as_of=DAY, methods=[POPULARITY])
    assert report.sizes == {"all": 1, "warm": 0, "cold": 1}
    assert report.groups["warm"] == {}
    assert report.value("popularity", "ndcg@10", "cold") == 1.0


def test_the_difference_is_measured_against_the_best_baseline(courses):
    report = evaluate(courses, kind="training", split="last", as_of=DAY)
    best = report.best_baseline["all"]
    assert best != NAME
    main = {m: v["ndcg@10"].value for m, v in report.groups["all"].items() if m != NAME}
    assert main[best] == max(main.values())
    own = report.groups["all"][NAME]
    assert own["ndcg@10_vs_best"].value == pytest.approx(own["ndcg@10"].value - main[best])
    assert report.groups["all"][best]["ndcg@10_vs_best"].value == 0.0


def test_one_who_knows_the_truth_stands_beside_and_is_no_baseline(courses):
    knowing = Method("oracle", lambda past, params: FORWARD.fit(past, FORWARD.grid[0]))
    report = evaluate(
        courses, kind="training", split="last", as_of=DAY, methods=[knowing, RANDOM, POPULARITY]
    )
    assert report.value("oracle", "ndcg@10") > report.value("popularity", "ndcg@10")
    assert report.best_baseline["all"] in {"random", "popularity"}


def test_of_very_many_employees_a_seeded_sample_is_judged(courses, monkeypatch):
    monkeypatch.setattr(run, "MOST_EMPLOYEES", 5)
    first, again = (
        evaluate(courses, kind="training", split="last", as_of=DAY, methods=[POPULARITY])
        for _ in range(2)
    )
    assert first.sizes["all"] == 5
    assert first.as_json() == again.as_json()


def test_parameters_are_chosen_on_a_sample_of_very_many_employees_with_the_same_past(
    courses, monkeypatch
):
    held = leave_last_out(Events.of(courses), 0)
    past = past_of(courses, held, as_of=DAY, seed=0)
    whole, everybody = validation_cut(past, "last", 0)
    monkeypatch.setattr(protocol, "MOST_EMPLOYEES", 5)
    same, some = validation_cut(past, "last", 0)
    assert len(some.employees) == 5 < len(everybody.employees)
    assert set(some.employees) < set(everybody.employees)
    assert len(same.events) == len(whole.events)
    assert same.dataset.content_hash == whole.dataset.content_hash


def test_progress_names_each_method(courses):
    told = []
    evaluate(
        courses,
        kind="training",
        as_of=DAY,
        methods=[POPULARITY, RANDOM],
        progress=lambda *step: told.append(step),
    )
    assert told == [("popularity", 0, 2), ("random", 1, 2), ("intervals", 2, 2)]


def test_without_dates_the_answer_says_what_to_do(history):
    with pytest.raises(NothingToEvaluate, match="--split last"):
        evaluate(history([("ani", "A", None)]), kind="training", as_of=DAY)


def test_without_known_moves_the_answer_names_the_table(history):
    with pytest.raises(NothingToEvaluate, match="role_pairs"):
        evaluate(history([("ani", "A", None)]), kind="role", as_of=DAY)


def test_the_page_stands_in_both_languages_with_their_decimal_signs(courses):
    report = evaluate(courses, kind="training", split="last", as_of=DAY, methods=[POPULARITY])
    assert report.as_markdown().startswith("# Pengujian saran pelatihan")
    english = report.as_markdown("en")
    assert english.startswith("# Test of training suggestions")
    value = report.value("popularity", "ndcg@10")
    assert f"{value:.3f}" in english
    assert f"{value:.3f}".replace(".", ",") in report.as_markdown()


def test_the_page_names_the_day_of_the_cut(courses):
    report = evaluate(courses, kind="training", as_of=DAY, methods=[POPULARITY])
    assert "2025" in report.as_markdown().split("##")[0]
    assert report.protocol["cut"][:10] not in report.as_markdown()
