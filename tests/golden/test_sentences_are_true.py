"""Every number a sentence states is worked out once more, from the raw tables and with pandas.

Nothing here uses the engine's arrays or models: a fictional agency of three hundred people, a
sample of them, and what they are told. The sentence that the raw rows lead to must be the one
that stands there, word for word.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pandas as pd
import pytest

from recommender.engine import Engine
from training_data import reference
from training_data.messages import say, text
from training_data.reference.packs import load_rules
from training_data.synthetic import generate

AS_OF = date(2026, 11, 2)
TODAY = pd.Timestamp(AS_OF)
FEW, WINDOW = 5, 3


class Records:
    """The raw tables, and what follows from them by plain counting."""

    def __init__(self, dataset):
        self.frame = dataset.frame
        people = dataset.frame("employees").set_index("employee_id")
        self.people = people
        self.jobs = dataset.frame("jobs").set_index("job_code")
        self.trainings = dataset.frame("trainings").set_index("training_code")
        self.names = dataset.frame("competencies").set_index("competency_code")["name"]
        self.outcomes = dataset.frame("training_outcomes").set_index(
            ["training_code", "competency_code"]
        )
        asked = dataset.frame("job_requirements").set_index(["job_code", "competency_code"])
        self.asked = asked["level"].dropna().to_dict()
        self.evidence = self._evidence(dataset.frame("competency_scores"))
        self.done = self._completions(dataset.frame("training_history"))
        self.takers = self.done.groupby("training_code")["employee_id"].agg(set)
        self.trained = set(self.done["employee_id"])
        self.followers = self._followers()

    @staticmethod
    def _evidence(scores):
        """Return per person and competency the strongest score: trust × decay, then the newest."""
        stated = load_rules(AS_OF).rule("competency.evidence").params
        scores = scores[pd.to_datetime(scores["assessed_on"]).fillna(TODAY) <= TODAY].copy()
        scores["at"] = pd.to_datetime(scores["assessed_on"]).dt.normalize()
        age = ((TODAY - scores["at"]).dt.days / 365.25).fillna(stated["undated_age_years"])
        trust = scores["source"].fillna("").map(stated["source_weight"])
        scores["strength"] = trust * 0.5 ** (age / stated["half_life_years"])
        order = scores.sort_values(["strength", "at"], na_position="first")
        best = order.drop_duplicates(["employee_id", "competency_code"], keep="last")
        return {(row.employee_id, row.competency_code): row for row in best.itertuples()}

    @staticmethod
    def _completions(history):
        """Return each person's first completion of each training of the catalogue."""
        day = pd.to_datetime(history["completed_on"])
        done = history.assign(at=day)[history["training_code"].notna()]
        done = done[done["status"].isna() | (done["status"] == "completed")]
        done = done[done["at"].isna() | (done["at"] <= TODAY)]
        return done.sort_values("at", na_position="last").drop_duplicates(
            ["employee_id", "training_code"]
        )

    def _followers(self):
        """Return, per pair of trainings, who took the second among the next few."""
        found = defaultdict(set)
        for person, rows in self.done.dropna(subset=["at"]).groupby("employee_id"):
            order = rows.sort_values(["at", "training_code"])["training_code"].tolist()
            for place, before in enumerate(order):
                for after in order[place + 1 : place + 1 + WINDOW]:
                    found[before, after].add(person)
        return found

    def same(self, column, person):
        """Return who shares a fact with a person and has a recorded training."""
        mine = self.people.loc[person, column]
        return set(self.people.index[self.people[column] == mine]) & self.trained

    def required(self, job, competency):
        return self.asked[job, competency]

    def months(self, person, family):
        """Return the full months that a person held definitive posts of a family."""
        rows = self.frame("job_history")
        rows = rows[(rows["employee_id"] == person) & rows["job_code"].isin(self.jobs.index)]
        rows = rows[rows["assignment"].isna() | (rows["assignment"] == "definitif")]
        rows = rows[rows["job_code"].map(self.jobs["family"]) == family]
        start = pd.to_datetime(rows["from_date"])
        end = pd.to_datetime(rows["to_date"]).fillna(TODAY).clip(upper=TODAY)
        days = {
            day
            for a, b in zip(start, end, strict=True)
            if pd.notna(a) and b > a
            for day in range(a.toordinal(), b.toordinal())
        }
        return int(12 * len(days) / 365.25)


@pytest.fixture(scope="module")
def agency():
    dataset = generate(300, seed=11, as_of=AS_OF)
    engine = Engine.fitted(dataset, as_of=AS_OF, rules=load_rules(AS_OF))
    return engine, Records(dataset)


@pytest.fixture(scope="module")
def told(agency):
    """Return (person, item) for a sample of people of every kind and their best items."""
    engine, records = agency
    sample = list(records.people.index[::7])
    for column in ("tier", "employment", "legal_status"):
        sample += records.people.reset_index().groupby(column)["employee_id"].first().tolist()
    return [
        (person, item)
        for person in sorted(set(sample))
        for kind, k in (("training", 12), ("role", 6))
        for item in engine.recommend(person, kind, k)
    ]


def sentences(told, kind, name):
    found = [(p, i, t) for p, i in told if i.kind == kind for t in i.terms if t.name == name]
    assert found, f"no sentence of {name} was seen"
    return found


def source_of(score):
    """Return the sentence's words for where a level comes from."""
    if pd.isna(score.source):
        return ""
    name = reference.label("score_source", score.source).id
    name = name if name[1:2].isupper() else name[:1].lower() + name[1:]
    if pd.isna(score.at):
        return say("reason.evidence_undated", "id", source=name)
    over = score.at + pd.DateOffset(years=3) <= TODAY
    code = "reason.evidence_over" if over else "reason.evidence"
    return say(code, "id", source=name, day=score.at.date())


def test_the_gap_on_the_present_post_is_the_recorded_one(agency, told):
    _, records = agency
    for person, item, term in sentences(told, "training", "gap_now"):
        job = records.people.loc[person, "job_code"]
        required = records.required(job, term.subject)
        reached = records.outcomes.loc[(item.item_code, term.subject), "level_to"]
        score = records.evidence[person, term.subject]
        assert score.level < min(required, reached)
        assert term.text.id == say(
            "reason.gap_now", "id", competency=records.names[term.subject],
            level=float(score.level), required=float(required), reached=float(reached),
            evidence=source_of(score),
        )  # fmt: skip


def test_the_gap_on_the_next_post_is_the_recorded_one(agency, told):
    engine, records = agency
    seen = 0
    for person, _, term in sentences(told, "training", "gap_next"):
        following = engine.gaps(person).next
        if following.job_code is None:
            continue  # the general standard of a tier stands in no raw table
        required = records.required(following.job_code, term.subject)
        post = records.jobs.loc[following.job_code, "title"]
        score = records.evidence[person, term.subject]
        assert score.level < required
        assert term.text.id == say(
            "reason.gap_next", "id", competency=records.names[term.subject], post=post,
            level=float(score.level), required=float(required),
        )  # fmt: skip
        seen += 1
    assert seen


def test_what_followed_a_training_is_counted_in_the_histories(agency, told):
    _, records = agency
    for person, item, term in sentences(told, "training", "history"):
        assert person in records.takers[term.subject], "they took it themselves"
        previous = records.trainings.loc[term.subject, "title"]
        followed = len(records.followers[term.subject, item.item_code])
        took = records.takers[term.subject]
        if followed >= FEW:
            expected = say(
                "reason.history", "id", took=len(took), previous=previous, followed=followed
            )
        else:
            expected = say("reason.history_loose", "id", previous=previous)
            assert took & records.takers[item.item_code], "somebody took both"
        assert term.text.id == expected


def test_who_took_both_is_counted_in_the_histories(agency, told):
    _, records = agency
    counted = 0
    for person, item, term in sentences(told, "training", "together"):
        took = records.takers[term.subject]
        assert person in took, "they took it themselves"
        previous = records.trainings.loc[term.subject, "title"]
        both = len(took & records.takers.get(item.item_code, set()))
        values = {"took": len(took), "previous": previous, "both": both}
        expected = (
            say("reason.together", "id", **values)
            if both >= FEW
            else say("reason.together_loose", "id", previous=previous)
        )
        assert term.text.id == expected
        counted += both >= FEW
    assert counted


def test_all_takers_are_counted_in_the_histories(agency, told):
    _, records = agency
    for _, item, term in sentences(told, "training", "popular"):
        took = len(records.takers.get(item.item_code, set()))
        some = "reason.popular_some" if took else "reason.popular_none"
        expected = say("reason.popular", "id", took=took) if took >= FEW else say(some, "id")
        assert term.text.id == expected


def test_contents_are_called_close_only_beside_something_taken(agency, told):
    engine, records = agency
    scorer = engine.prepared.trainings
    rows = engine.snapshot.trainings.index.rows
    said = set()
    for person, item, term in sentences(told, "training", "alike"):
        assert person in records.takers[term.subject], "they took it themselves"
        one, two = (scorer.latent[rows[code]] / 4096 for code in (term.subject, item.item_code))
        code = "reason.alike" if one @ two >= 0.5 else "reason.alike_loose"
        previous = records.trainings.loc[term.subject, "title"]
        assert term.text.id == say(code, "id", previous=previous)
        said.add(code)
    assert said


def test_colleagues_are_counted_in_the_histories(agency, told):
    _, records = agency
    groups = {"job": "job_code", "tier": "tier"}
    for person, item, term in sentences(told, "training", "peers"):
        possible = set()
        for group in ("job", "tier", "all"):
            known = group == "all" or pd.notna(records.people.loc[person, groups[group]])
            if not known:
                continue
            holders = records.trained if group == "all" else records.same(groups[group], person)
            took = len(records.takers.get(item.item_code, set()) & holders)
            words = text(f"reason.group_{group}")
            if took >= FEW:
                values = {"holders": len(holders), "took": took, "group": words}
                possible.add(say("reason.peers", "id", **values))
            else:
                code = "reason.peers_some" if took else "reason.peers_none"
                possible.add(say(code, "id", group=words))
        assert term.text.id in possible


def test_the_next_session_and_the_cost_are_the_announced_ones(agency, told):
    _, records = agency
    sessions = records.frame("sessions")
    coming = sessions[pd.to_datetime(sessions["starts_on"]) >= TODAY]
    first = pd.to_datetime(coming.groupby("training_code")["starts_on"].min())
    for _, item, term in sentences(told, "training", "fresh"):
        assert term.text.id == say("reason.fresh", "id", day=first[item.item_code].date())
    for _, item, term in sentences(told, "training", "burden"):
        row = records.trainings.loc[item.item_code]
        free = pd.isna(row["cost"]) or row["cost"] == 0
        code = "reason.burden_hours" if free else "reason.burden"
        assert term.text.id == say(code, "id", hours=float(row["hours"]), cost=float(row["cost"]))


def test_a_measured_effect_counts_who_was_assessed_before_and_after(agency, told):
    _, records = agency
    scores = records.frame("competency_scores").dropna(subset=["assessed_on", "level"])
    at = pd.to_datetime(scores["assessed_on"])
    dates = at[at <= TODAY].groupby([scores["employee_id"], scores["competency_code"]])
    first, last = dates.min().to_dict(), dates.max().to_dict()
    history = records.frame("training_history").dropna(subset=["completed_on", "training_code"])
    history = history[history["status"].isna() | (history["status"] == "completed")]
    taught = records.outcomes.index.to_frame().groupby(level=0)["competency_code"].agg(list)
    for _, item, term in sentences(told, "training", "effect"):
        people = {
            row.employee_id
            for row in history[history["training_code"] == item.item_code].itertuples()
            for pair in ((row.employee_id, code) for code in taught[item.item_code])
            if pair in first and first[pair] < pd.Timestamp(row.completed_on) <= last[pair]
        }
        assert len(people) == item.evidence.people >= FEW
        assert f" {len(people)} pegawai" in term.text.id


def test_what_a_role_asks_more_or_less_of_is_the_recorded_difference(agency, told):
    _, records = agency
    named = 0
    for name, more in (("deficit", True), ("surplus", False)):
        for person, item, term in sentences(told, "role", name):
            if term.text.id == say(f"reason.{name}_small", "id"):
                continue
            required = records.required(item.item_code, term.subject)
            score = records.evidence[person, term.subject]
            assert (score.level < required) is more
            assert term.text.id == say(
                f"reason.{name}", "id", competency=records.names[term.subject],
                level=float(score.level), required=float(required),
            )  # fmt: skip
            named += 1
    assert named


def test_how_much_of_a_role_is_met_is_counted_in_the_scores(agency, told):
    _, records = agency
    for person, item, term in sentences(told, "role", "similarity"):
        asked = {c: r for (job, c), r in records.asked.items() if job == item.item_code and r > 0}
        known = {c: r for c, r in asked.items() if (person, c) in records.evidence}
        met = sum(records.evidence[person, c].level >= r for c, r in known.items())
        most = 2 * met >= len(known)
        code = "far" if term.micro < 0 else "near"
        code = "similarity" if most and term.micro > 0 else f"similarity_{code}"
        assert term.text.id == say(f"reason.{code}", "id", known=len(known), met=met)


def test_experience_is_the_time_in_the_recorded_posts(agency, told):
    _, records = agency
    for person, item, term in sentences(told, "role", "experience"):
        family = records.jobs.loc[item.item_code, "family"]
        months = records.months(person, family)
        years, rest = divmod(months, 12)
        parts = [f"{years} tahun"] * (years > 0) + [f"{rest} bulan"] * (rest > 0)
        assert term.text.id in (
            say("reason.experience", "id", held=" ".join(parts), family=family),
            say("reason.experience_begun", "id", family=family),
        )
        assert (months == 0) is term.text.id.startswith("Anda berpengalaman kurang")


def test_nobody_is_shown_what_is_theirs_or_behind_them_or_forbidden(agency, told):
    _, records = agency
    repeats = records.trainings["repeat_after_months"]
    done = records.done.groupby("employee_id")["training_code"].agg(set)
    closed = {"PPPK", "PPPK_PW", "CPNS"}
    for person, item in told:
        who = records.people.loc[person]
        assert item.eligibility != "tidak_lolos"
        assert all(c.outcome != "tidak_lolos" for c in item.checks)
        if item.kind == "role":
            assert item.item_code != who["job_code"]
            assert who["employment"] not in closed
        elif pd.isna(repeats[item.item_code]):
            assert item.item_code not in done.get(person, set())
        course = records.trainings.loc[item.item_code] if item.kind == "training" else None
        if course is not None:
            tiers = course["tiers"]
            assert pd.isna(tiers) or pd.isna(who["tier"]) or who["tier"] in tiers.split("|")
            assert course["structural"] != "LATSAR" or who["employment"] == "CPNS"


def test_nobody_is_shown_the_course_of_another_profession(agency, told):
    _, records = agency
    conditions = records.frame("job_conditions")
    named = conditions[conditions["kind"] == "training"].groupby("value")["job_code"].agg(set)
    seen = 0
    for person, item in told:
        who = records.people.loc[person]
        course = records.trainings.loc[item.item_code] if item.kind == "training" else {"form": ""}
        if course["form"] == "2" and item.title in named.index and pd.notna(who["job_code"]):
            assert {who["job_code"], who["target_job_code"]} & named[item.title]
            seen += 1
    assert seen
