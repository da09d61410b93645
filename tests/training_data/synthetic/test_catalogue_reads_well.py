"""The invented catalogue and the published career pattern read as a personnel office would."""

from __future__ import annotations

import re

from training_data.dataset import Dataset
from training_data.synthetic.catalogue import AUDIENCES, trainings
from training_data.synthetic.moves import published
from training_data.synthetic.posts import posts


def test_no_title_repeats_a_word_or_is_left_in_english(city: Dataset) -> None:
    titles = [
        *city.frame("trainings")["title"],
        *city.frame("jobs")["title"],
        *city.frame("units")["name"],
    ]
    english = re.compile(r"\b(?:the|of|on|and|for|course|exchange|leadership|city)\b", re.I)
    assert [t for t in titles if re.search(r"\b(\w+) \1\b", t, re.I)] == []
    assert [t for t in titles if english.search(t)] == []


def test_no_course_that_all_may_take_is_named_for_some() -> None:
    named = re.compile(r"\b(?:PPPK|CPNS|Muda)\b")
    assert [t.title for t in trainings() if named.search(t.title) and not t.structural] == []


def test_every_course_of_a_functional_post_is_named_by_that_posts_standard(city: Dataset) -> None:
    conditions = city.frame("job_conditions")
    named = conditions[conditions["kind"] == "training"].groupby("value")["job_code"].agg(set)
    codes: dict[str, set[str]] = {}
    for post in posts():
        codes.setdefault(post.line, set()).add(post.code)
    lines = [t for t in trainings() if t.line]
    assert len(lines) > 50
    for training in lines:
        assert named[training.title] == codes[training.line], training.title


def test_nobody_needs_a_course_that_is_closed_to_them() -> None:
    by_code = {t.code: t for t in trainings()}
    for training in trainings():
        own = set(AUDIENCES[training.audience])
        for before in training.prerequisites:
            allowed = set(AUDIENCES[by_code[before].audience])
            # A chain begins below: those above have it behind them, so some overlap is enough.
            assert not allowed or not own or own & allowed, training.title


def test_leaders_rise_in_their_own_office() -> None:
    office = {post.code: post.office for post in posts()}
    post = {post.code: post for post in posts()}
    paths = published()
    for source, target, _ in paths:
        if post[target].managerial and post[target].step.code != "jpt_madya":
            assert office[source] == office[target], (post[source].title, post[target].title)
    titles = {(post[a].title, post[b].title) for a, b, _ in paths}
    assert ("Lurah", "Camat") in titles
