"""What holds in every world, whoever lives in it and whatever is suggested."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.simulation.behaviour import Behaviour
from recommender.simulation.ground import NEVER, Ground
from recommender.simulation.truth import Truth
from recommender.simulation.world import ACCEPTED, World

from .conftest import START, office, truth

EAGER = Behaviour(willing=2.0, own=0.6, attention=3.0, per_month=2, luck=0.5, month_hours=80)
NAMES = [f"P{number}" for number in range(6)]


@st.composite
def lives(draw):
    """A world, and lists for some months."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n, months = draw(st.integers(1, 6)), draw(st.integers(1, 14))
    people = NAMES[:n]
    beneath = replace(
        truth(people),
        level=rng.uniform(0, 5, (n, 2)),
        liking=rng.normal(0, 1, (n, 4)),
        sequel=rng.integers(-1, 4, (n, 4)),
        support=rng.uniform(0, 1, n),
        busy=rng.random(n) < 0.4,
        effect=rng.uniform(0, 1, 4),
    )
    lists = np.argsort(rng.random((months, n, 4)), axis=2)[:, :, : draw(st.integers(0, 4))]
    allowed = rng.random((months, n, 4)) < 0.8
    starts = rng.integers(-1, 3, (months, 4))
    return people, beneath, lists, allowed, starts, draw(st.integers(0, 99))


def lived(people, beneath, lists, allowed, starts, seed):
    world = World(Ground.of(office(people), START), beneath, EAGER, seed)
    months = [
        world.month(one, may, start, endorsed=False)
        for one, may, start in zip(lists, allowed, starts, strict=True)
    ]
    return world, months


@settings(max_examples=40)
@given(lives())
def test_levels_stay_on_their_scale_and_hours_never_shrink(life):
    world, months = lived(*life)
    assert (world.level >= 0).all()
    assert (world.level <= world.ground.max_level).all()
    assert (world.jp >= world.jp_year).all()
    assert all((month.closed >= 0).all() for month in months)


@settings(max_examples=40)
@given(lives())
def test_nobody_accepts_more_than_is_suggested_and_only_what_is_allowed(life):
    _, months = lived(*life)
    for month, one, may in zip(months, life[2], life[3], strict=True):
        answers = month.answers
        taken = answers.action == ACCEPTED
        assert taken.sum() <= (one >= 0).sum() == len(answers.person)
        assert may[answers.person[taken], answers.item[taken]].all()
        assert may[month.begun.person, month.begun.item].all()
        assert np.bincount(month.begun.person, minlength=1).max(initial=0) <= EAGER.per_month + 1


@settings(max_examples=40)
@given(lives())
def test_nobody_takes_a_training_twice_unless_it_may_be_repeated_and_then_not_too_soon(life):
    world, months = lived(*life)
    last: dict[tuple[int, int], int] = {}
    running: set[tuple[int, int]] = set()
    for month in months:
        begun = list(zip(month.begun.person.tolist(), month.begun.item.tolist(), strict=True))
        assert len(begun) == len(set(begun))
        for pair in begun:
            assert pair not in running
            again = int(world.ground.again[pair[1]])
            assert pair not in last or (again and month.number - last[pair] >= again)
        running |= set(begun)
        ended = zip(
            month.ended.person.tolist(), month.ended.item.tolist(), month.ended.completed.tolist(),
            strict=True,
        )  # fmt: skip
        for person, item, done in ended:
            running.remove((person, item))
            if done:
                last[person, item] = month.number


@settings(max_examples=40)
@given(lives())
def test_a_training_is_begun_only_after_those_it_needs(life):
    world, months = lived(*life)
    done: set[tuple[int, int]] = set()
    for month in months:
        for person, item in zip(month.begun.person, month.begun.item, strict=True):
            assert all((int(person), before) in done for before in world.ground.before[item])
        ended = month.ended
        done |= set(
            zip(
                ended.person[ended.completed].tolist(),
                ended.item[ended.completed].tolist(),
                strict=True,
            )
        )
    assert {(p, i) for p, i in np.argwhere(world.done > NEVER).tolist()} == done


@settings(max_examples=40)
@given(lives(), st.randoms(use_true_random=False))
def test_the_order_of_people_in_the_truth_changes_nothing(life, random):
    people, beneath, *rest = life
    order = list(range(len(people)))
    random.shuffle(order)
    mixed = Truth(
        tuple(people[n] for n in order), beneath.trainings, beneath.competencies,
        beneath.level[order], beneath.liking[order], beneath.sequel[order],
        beneath.support[order], beneath.drive[order], beneath.busy[order], beneath.effect,
    )  # fmt: skip
    one, other = lived(people, beneath, *rest)[0], lived(people, mixed, *rest)[0]
    assert one.level.tobytes() == other.level.tobytes()
    assert one.jp.tobytes() == other.jp.tobytes()


@settings(max_examples=40)
@given(lives(), st.data())
def test_what_a_person_lives_does_not_depend_on_who_else_is_there(life, data):
    # With a history, what colleagues in the post took would be shared: it is known of the post.
    people, beneath, lists, allowed, starts, seed = life
    keep = data.draw(st.integers(0, len(people) - 1))
    alone = replace(
        beneath,
        employees=(people[keep],),
        level=beneath.level[[keep]],
        liking=beneath.liking[[keep]],
        sequel=beneath.sequel[[keep]],
        support=beneath.support[[keep]],
        drive=beneath.drive[[keep]],
        busy=beneath.busy[[keep]],
    )
    whole, _ = lived(people, beneath, lists, allowed, starts, seed)
    part, _ = lived([people[keep]], alone, lists[:, [keep]], allowed[:, [keep]], starts, seed)
    assert whole.level[keep].tobytes() == part.level[0].tobytes()


@given(st.permutations([2, 0, 3, 1]), st.permutations([1, 0]))
def test_a_truth_laid_out_anew_speaks_of_the_same_people_and_trainings(what, skill):
    beneath = truth(sequel=np.array([[1, 2, -1, 0]] * 2), effect=np.array([0.1, 0.2, 0.3, 0.4]))
    codes, skills = [beneath.trainings[n] for n in what], [beneath.competencies[n] for n in skill]
    moved = beneath.aligned(["Budi", "Ani"], codes, skills)
    follow = {
        code: None if place < 0 else codes[place]
        for code, place in zip(codes, moved.sequel[0].tolist(), strict=True)
    }
    assert follow == {"A": "B", "B": "C", "C": None, "D": "A"}
    back = moved.aligned(beneath.employees, beneath.trainings, beneath.competencies)
    assert back.effect.tolist() == beneath.effect.tolist()
    assert back.sequel.tolist() == beneath.sequel.tolist()
