"""A small world followed by hand: what people gain, what it costs, and why they decline."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.simulation.world import ACTIONS, REASONS, World

from .conftest import CERTAIN

A, B, C, D = range(4)
M5, T1 = 0, 1
ANI, BUDI = 0, 1


def live(world: World, *lists, starts=(0, 0, 0, 0), endorsed=False):
    allowed = np.ones((len(lists), 4), bool)
    width = max(map(len, lists))
    given = np.array([[*own, *[-1] * (width - len(own))] for own in lists])
    return world.month(given, allowed, np.array(starts), endorsed)


def test_a_training_closes_its_true_share_of_the_missing_levels(world):
    # A leads to 2; Ani stands at 1, so 1 level is missing. It works by 0.5, full support makes
    # 0.5 · (0.55 + 0.6) = 0.575 of it. Her gap was (2 − 1) + (3 − 1) = 3, of it 2 on the must.
    city = world()
    assert city.gaps().tolist() == [3.0, 3.0]
    month = live(city, [A], [])
    assert city.level[ANI].tolist() == [1.0, pytest.approx(1.575)]
    assert city.level[BUDI].tolist() == [1.0, 1.0]
    assert month.closed.tolist() == [pytest.approx(0.575), 0.0]
    assert city.gaps().tolist() == [pytest.approx(2.425), 3.0]
    assert city.gaps(must=True).tolist() == [pytest.approx(1.425), 2.0]
    assert city.jp.tolist() == [20.0, 0.0]
    assert city.cost.tolist() == [1e6, 0.0]


def test_what_is_learnt_beyond_the_post_closes_nothing(world):
    city = world(level=np.array([[2.0, 1.0], [1.0, 1.0]]))
    assert live(city, [C], [C]).closed.tolist() == [0.0, pytest.approx(0.575)]


def test_who_does_not_follow_gains_little(world):
    # B begins at 2: Budi at 1 is more than 0.75 below and gains 0.12 of 1.6 · 0.575.
    city = world(level=np.array([[1.0, 1.3], [1.0, 1.0]]), history=("Ani:A", "Budi:A"))
    live(city, [B], [B], starts=(0, 0, 0, 0))
    live(city, [], [])
    assert city.level[ANI, T1] == pytest.approx(1.3 + 1.6 * 0.575)
    assert city.level[BUDI, T1] == pytest.approx(1.0 + 0.12 * 1.6 * 0.575)


def test_a_long_training_ends_when_its_hours_are_over_and_a_run_begins_when_it_begins(world):
    # B has 90 JP at 60 a month: two months, after one of waiting.
    city = world(history=("Ani:A",))
    assert len(live(city, [B], [], starts=(0, 1, 0, 0)).ended.person) == 0
    assert len(live(city, [], []).ended.person) == 0
    assert live(city, [], []).ended.item.tolist() == [B]


def test_a_training_whose_preceding_one_is_missing_cannot_be_begun(world):
    city = world(history=("Budi:A",))
    answers = live(city, [B], [B]).answers
    assert [ACTIONS[a] for a in answers.action] == ["postponed", "accepted"]
    assert REASONS[answers.reason[0]] == "jadwal"


def test_without_a_run_or_a_seat_what_is_wanted_is_postponed(world):
    answers = live(world(), [A], [C], starts=(-1, 0, 0, 0)).answers
    assert [ACTIONS[a] for a in answers.action] == ["postponed", "accepted"]
    full = live(world(replace(CERTAIN, seat=0)), [A], [C]).answers
    assert [ACTIONS[a] for a in full.action] == ["postponed", "postponed"]


def test_nobody_begins_more_in_a_month_than_a_month_holds(world):
    answers = live(world(), [A, C], [C]).answers
    assert [ACTIONS[a] for a in answers.action] == ["accepted", "postponed", "accepted"]


def test_what_was_learnt_lately_fades_and_work_teaches_what_is_missing(world):
    city = world(replace(CERTAIN, forget=0.1, settle=0.5))
    live(city, [A], [])
    live(city, [], [])
    # 0.575 is fresh; a tenth goes each month, half becomes firm: 0.0575, then 0.1 · 0.4 · 0.575.
    assert city.level[ANI, T1] == pytest.approx(1.575 - 0.0575 - 0.023)
    busy = world(replace(CERTAIN, practice=0.12))
    live(busy, [], [])
    assert busy.level[ANI].tolist() == [pytest.approx(1.01), pytest.approx(1.02)]


def test_people_decline_for_the_reason_that_weighs_most(world):
    never = replace(CERTAIN, willing=-50, load=5, need=5, taste=5)
    level, busy = np.array([[1.0, 1.0], [2.0, 3.0]]), np.array([True, False])
    answers = live(world(never, level=level, busy=busy), [A], [A]).answers
    assert [ACTIONS[a] for a in answers.action] == ["declined", "declined"]
    assert [REASONS[r] for r in answers.reason] == ["beban_kerja", "sudah_dikuasai"]
    disliked = world(never, liking=np.full((2, 4), -3.0))
    assert [REASONS[r] for r in live(disliked, [A], []).answers.reason] == ["tidak_sesuai_tugas"]


def test_what_was_shown_before_is_noticed_less(world):
    city = world(replace(CERTAIN, fatigue=0, willing=-50))
    assert [ACTIONS[a] for a in live(city, [A], []).answers.action] == ["declined"]
    again = live(city, [A, C], []).answers
    assert [ACTIONS[a] for a in again.action] == ["ignored", "declined"]
    assert again.fresh.tolist() == [False, True]


def test_a_leader_s_endorsement_is_noticed_and_weighs(world):
    shy = replace(CERTAIN, attention=-50, endorsed_attention=100)
    assert [ACTIONS[a] for a in live(world(shy), [A], []).answers.action] == ["ignored"]
    told = live(world(shy), [A], [], endorsed=True).answers
    assert [ACTIONS[a] for a in told.action] == ["accepted"]
    unwilling = replace(CERTAIN, willing=-50, endorsement=100)
    assert [ACTIONS[a] for a in live(world(unwilling), [A], []).answers.action] == ["declined"]
    moved = live(world(unwilling), [A], [], endorsed=True).answers
    assert [ACTIONS[a] for a in moved.action] == ["accepted"]


def test_who_chooses_alone_takes_what_is_liked_and_can_be_joined(world):
    liking = np.array([[0.0, 99.0, 50.0, 0.0]] * 2)
    alone = replace(CERTAIN, own=0.9, taste=1)
    month = live(world(alone, liking=liking), [], [])
    assert month.begun.item.tolist() == [C, C]  # B would need A before
    assert not month.begun.completed.any()


def test_an_assessment_sees_the_true_level_rounded_to_its_grain(world):
    city = world(replace(CERTAIN, assessed=1), level=np.array([[1.1, 1.4], [1.0, 1.0]]))
    seen = live(city, [], []).assessed
    assert seen.level.tolist() == [1.0, 1.5, 1.0, 1.0]  # M by quarters, T by halves
    assert seen.person.tolist() == [ANI, ANI, BUDI, BUDI]


def test_hours_of_the_year_begin_anew_after_twelve_months(world):
    city = world()
    live(city, [A], [])
    for _ in range(11):
        live(city, [], [])
    assert city.jp_year[ANI] == 20.0
    live(city, [], [])
    assert (city.jp_year[ANI], city.jp[ANI]) == (0.0, 20.0)


def test_the_oracle_expects_what_a_training_closes_on_the_post(world):
    expected = world().expected()
    # C: M.5 from 1 to 2 misses 1 level, as A does for T.1; B works little on who stands at 1.
    assert expected[ANI].tolist() == pytest.approx([0.575, 0.12 * 1.6 * 0.575, 0.575, 0.0])
