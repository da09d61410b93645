"""Ways forward, lived: each ends its refusal, none is said in vain, and every rule is tried."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from claims import broken_claims
from hypothesis import example, given, settings
from hypothesis import strategies as st
from office import AS_OF, Office

from recommender.eligibility.facade import ROLE, TRAINING, Eligibility, judge
from recommender.eligibility.ways import Ways
from recommender.engine import Engine
from recommender.scenario import Wait, World
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules
from training_data.synthetic import generate

FAIL = 2
seeds = st.integers(0, 2**32)
few = settings(max_examples=6, deadline=None)
CITY_DAY = date(2026, 11, 2)
NEVER_REFUSE = {
    "training.schedule", "jp.yearly_pppk", "role.jpt_term", "role.jpt_replacement",
}  # fmt: skip
"""Rules that tell or flag, and refuse nothing whatever the data."""

SWITCHED = {
    "role.max_grade": {"above": "fail"},
    "training.max_grade": {"above": "fail"},
    "role.family_move": {"across": "fail"},
    "role.competence_test": {"without_record": "fail"},
    "role.election_freeze": {"windows": [["2026-05-01", "2026-07-15"]]},
    "role.inauguration_freeze": {"windows": [["2026-05-20", "2026-09-30"]]},
    "role.entry_age": {"max_age": dict.fromkeys((
        "jf_ahli_utama", "jf_ahli_madya", "jf_ahli_muda", "jf_ahli_pertama", "jf_penyelia",
        "jf_mahir", "jf_terampil", "jf_pemula"), 40)},
}  # fmt: skip
"""What some agency may switch, so that rules which only flag by default refuse."""


@pytest.fixture(scope="module")
def switched(tmp_path_factory):
    folder = tmp_path_factory.mktemp("overlay")
    rules = [{"id": rule, "params": params} for rule, params in SWITCHED.items()]
    (folder / "agency.json").write_text(json.dumps({"overlay": "agency", "rules": rules}))
    return load_rules(AS_OF, folder)


@cache
def usual():
    return load_rules(AS_OF)


def unmet(judged, kind, person, items):
    """Yield item code and check of all that is refused or unclear for one person."""
    for item, code in enumerate(items.index.codes):
        for check in judged.checks(kind, person, item):
            if check.outcome != "lolos":
                yield code, check


def lived(world, rules, kind, employee_id, several):
    """Return per (item code, rule, changes) the outcome after the changes; None where not run."""
    found = {}
    lives = list(dict.fromkeys(changes for _, _, changes in several))
    for dataset, day, names in world.futures(employee_id, lives).values():
        snapshot = Snapshot.of(dataset, day)
        items = snapshot.trainings if kind == "training" else snapshot.jobs
        gates = judge(kind, snapshot, rules)
        for code, rule, changes in several:
            life = lives.index(changes)
            if life in names:
                person, item = snapshot.people.index.rows[names[life]], items.index.rows[code]
                checks = gates.checks(person, item)
                outcome = next((c.outcome for c in checks if c.rule == rule), None)
                found[code, rule, changes] = outcome
    return found


def tried_out(seed, rules):
    """Live every way of every refused or unclear check once per rule and way.

    Yields the check, the outcome of its rule afterwards, the outcome on the day before where time
    alone is awaited (else False), and who it is about.
    """
    dataset = Dataset.of(Office(seed).tables())
    snapshot, world = Snapshot.of(dataset, AS_OF), World.of(dataset, AS_OF)
    judged = Eligibility(snapshot, rules)
    for kind, items in (("training", snapshot.trainings), ("role", snapshot.jobs)):
        for person, employee_id in enumerate(snapshot.people.index.codes):
            once = {}
            for code, check in unmet(judged, kind, person, items):
                changes = check.way.changes if check.way else None
                once.setdefault((check.rule, check.outcome, changes), (code, check))
            asked = {}
            for code, check in once.values():
                if check.way is None or not check.way.changes:
                    continue
                asked[code, check.rule, check.way.changes] = None
                if set(map(type, check.way.changes)) == {Wait}:
                    eve = check.way.earliest - timedelta(days=1)
                    if eve > AS_OF:
                        asked[code, check.rule, (Wait(eve),)] = None
            after = lived(world, rules, kind, employee_id, list(asked))
            for code, check in once.values():
                changes = check.way.changes if check.way else ()
                eve = (
                    (Wait(check.way.earliest - timedelta(days=1)),)
                    if (check.way and check.way.earliest)
                    else ()
                )
                yield (
                    check,
                    after.get((code, check.rule, changes)),
                    after.get((code, check.rule, eve), False),
                    (seed, employee_id, code),
                )


def claims_hold(seed, rules):
    """Assert the claims of one office's ways; return the rules that refused."""
    refused = set()
    for check, after, before, who in tried_out(seed, rules):
        assert after != "tidak_lolos", (who, check)
        if check.outcome == "perlu_verifikasi":
            assert check.way is not None, (who, check)
            continue
        refused.add(check.rule)
        assert check.regulation, (who, check)
        assert (check.way is None) != (check.closed is None), (who, check)
        assert check.way is None or check.way.changes, (who, check)
        assert before not in ("lolos", None), (who, check)
    return refused


@few
@given(seeds)
def test_every_way_ends_its_refusal_and_no_sooner_than_it_says(seed):
    claims_hold(seed, usual())


def test_every_rule_refuses_somebody_and_all_their_ways_hold(switched):
    refused, wanted = set(), {*TRAINING, *ROLE} - NEVER_REFUSE
    for seed in range(60):
        refused |= claims_hold(seed, switched)
        if refused == wanted:
            break
    assert refused == wanted


UNANSWERED = {
    "role.conditions", "role.family_move", "role.retirement", "training.service_left",
    "role.mutation_interval",
}  # fmt: skip
"""What only a person can say: free words, other families, retirement ages of titles, and histories
that contradict the present post."""


@few
@given(seeds)
def test_a_complete_record_settles_what_needs_verification(seed):
    for check, after, _, who in tried_out(seed, usual()):
        if check.outcome == "perlu_verifikasi" and check.rule not in UNANSWERED:
            assert after != "perlu_verifikasi", (who, check)


@few
@given(seeds)
def test_the_way_of_an_item_opens_it_or_says_why_nothing_does(seed):
    dataset = Dataset.of(Office(seed).tables())
    snapshot, rules = Snapshot.of(dataset, AS_OF), usual()
    judged, world = Eligibility(snapshot, rules), World.of(dataset, AS_OF)
    ways = Ways(world, snapshot, rules)
    for kind, items in (("training", snapshot.trainings), ("role", snapshot.jobs)):
        for person, employee_id in enumerate(snapshot.people.index.codes):
            outcomes = judged.gates(kind).outcomes(np.array([person]))[0]
            refused = [
                (items.index.codes[i], judged.checks(kind, person, i))
                for i in np.flatnonzero(outcomes == FAIL).tolist()
            ]
            for (code, checks), found in zip(
                refused, ways.of(kind, employee_id, refused), strict=True
            ):
                assert (found.way is None) != (found.closed is None)
                shut = [c.closed for c in checks if c.closed is not None]
                assert not shut or found.closed in shut
                if found.way is None:
                    continue
                future = world.after(employee_id, found.way.changes)
                then = Snapshot.of(future.dataset, future.as_of)
                gates = judge(kind, then, rules)
                row = np.array([then.people.index.rows[employee_id]])
                assert gates.outcomes(row)[0, items.index.rows[code]] != FAIL, (seed, code)


@few
@given(seeds)
@example(894317)
def test_a_person_alone_is_judged_as_among_all(seed):
    dataset = Dataset.of(Office(seed).tables())
    whole, world = Snapshot.of(dataset, AS_OF), World.of(dataset, AS_OF)
    among = Eligibility(whole, usual())
    for person, employee_id in enumerate(whole.people.index.codes):
        alone = Snapshot.of(world.person(employee_id), AS_OF)
        judged = Eligibility(alone, usual())
        assert judged.not_checked == among.not_checked
        row = alone.people.index.rows[employee_id]
        for kind in ("training", "role"):
            pairs = zip(among.gates(kind).gates, judged.gates(kind).gates, strict=True)
            for one, other in pairs:
                assert one.id == other.id
                shape = (1, among.gates(kind).n_items)
                a, b = (
                    np.broadcast_to(gate.verdicts(np.array([at])), shape)
                    for gate, at in ((one, person), (other, row))
                )
                assert np.array_equal(a, b), (seed, employee_id, one.id)


def test_people_of_a_city_are_told_how_every_refusal_ends_or_why_it_does_not():
    engine = Engine.fitted(generate(300, seed=3, as_of=CITY_DAY), as_of=CITY_DAY)
    by_kind = {}
    for employee_id in engine.employee_ids:
        person = engine.person(employee_id)
        by_kind.setdefault((person.employment, person.tier), employee_id)
    said = Counter()
    for employee_id in sorted(by_kind.values())[::5]:
        assert list(broken_claims(engine, employee_id, said)) == []
    assert min(said[answer] for answer in ("dated", "open", "reason")) > 0
