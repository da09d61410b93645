"""The whole way: a ranking in the database, a token, HTTP, an explained list."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest

from service import identity, runtime
from service.app import create_app
from service.auth import Scope, Viewer
from service.database import lease as leases
from service.database import overview, runs
from service.database.access import Grant, create_sign_in_link, create_token, revoke_token
from service.database.engine import connect
from service.database.generations import published_list
from service.problems import Problem
from service.settings import Settings
from service.store import GenerationStore, StoredCredentials
from service.usecases.publishing import rerank_and_publish
from service.wanted import Wanted
from training_data.reference.packs import load_rules


def get(app: Any, *requests: tuple[str, str | None]) -> list[httpx.Response]:
    """Send GET requests, each with a token or without."""

    async def send() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [
                await client.get(
                    path, headers={"Authorization": f"Bearer {secret}"} if secret else {}
                )
                for path, secret in requests
            ]

    return asyncio.run(send())


def token(settings: Settings, role: str = "hr", scope: str = "agency", **rest: Any) -> str:
    return create_token(connect(settings), Grant(role, scope, **rest), days=1).secret


def test_a_published_list_is_answered_with_its_explanation(published):
    secret = token(published)
    (answer,) = get(create_app(published), ("/api/v1/employees/A-1/trainings", secret))
    assert answer.status_code == 200
    stored = published_list(connect(published), 1, "", "A-1", "training")
    told = [(i["item_code"], i["rank"], i["score"]) for i in answer.json()["items"]]
    assert told == [(r.item_code, r.rank, round(r.micro / 1e6, 6)) for r in stored]
    assert told[0][0] == "P-2"
    assert "T.1" in answer.json()["items"][0]["effect"]["gap"]


def test_the_gap_map_of_what_was_published_tells_nothing_of_three_people(published):
    secret = token(published, "leader")
    top, below = get(
        create_app(published), ("/api/v1/gap-map", secret), ("/api/v1/gap-map?unit=U-2", secret)
    )
    # The one unit at the top is where somebody begins.
    assert (top.json()["unit"]["code"], top.json()["above"]) == ("U-1", [])
    assert [row["code"] for row in top.json()["rows"]] == ["U-2", "U-1"]
    assert (top.json()["least_people"], top.json()["jp_target"]) == (5, 20.0)
    (skill,) = top.json()["competencies"]
    assert (skill["competency_code"], skill["group"]) == ("T.1", "T")
    for row in (*top.json()["rows"], top.json()["total"], below.json()["total"]):
        assert row["hours"] == dict.fromkeys(row["hours"]) | {"hidden": True}
        assert [cell["hidden"] for cell in row["cells"]] == [True]


def test_what_a_training_takes_is_read_from_the_catalogue(published):
    store = GenerationStore(connect(published), published)
    courses = store.open(store.current()).courses
    assert {code: course.jp for code, course in courses.items()} == {
        "P-1": 20.0, "P-2": 40.0, "P-3": 8.0,
    }  # fmt: skip
    assert {course.cost for course in courses.values()} == {None}


def test_the_ref_of_a_nip_is_the_one_of_the_installation(published, small_nip):
    secret = token(published)
    ref = identity.ref(identity.installation_key(published.home), "", small_nip)
    by_ref, by_nip = get(
        create_app(published),
        (f"/api/v1/employees/{ref}/gaps", secret),
        (f"/api/v1/employees/{small_nip}/gaps", secret),
    )
    assert (by_ref.status_code, by_nip.status_code) == (200, 404)


def test_tokens_reach_as_far_as_their_scope_and_end_when_revoked(published):
    database = connect(published)
    own = token(published, "employee", "self", employee_id="A-1")
    unit = token(published, "hr", "unit:U-2")
    gone = create_token(database, Grant("hr", "agency"), days=1)
    revoke_token(database, gone.id)
    paths = [f"/api/v1/employees/{one}/gaps" for one in ("A-1", "A-2")]
    asked = [(path, secret) for secret in (own, unit, gone.secret) for path in paths]
    statuses = [answer.status_code for answer in get(create_app(published), *asked)]
    assert statuses == [200, 404, 200, 404, 401, 401]


def test_a_token_of_another_agency_is_none(published):
    secret = token(published, agency="elsewhere")
    (answer,) = get(create_app(published), ("/api/v1/employees/A-1/gaps", secret))
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "viewer",
    [
        Viewer("employee", Scope("self", "A-1"), "Siti"),
        Viewer("hr", Scope("unit", "U-1"), "PD"),
        Viewer("panel", Scope("vacancy", "V-1"), "Pansel"),
        Viewer("hr", Scope("agency"), "BKD"),
    ],
)
def test_a_session_gives_back_whom_it_was_opened_for(published, viewer):
    credentials = StoredCredentials(connect(published), published)
    secret = credentials.open_session(viewer)
    assert credentials.viewer_of_session(secret) == viewer
    credentials.end_session(secret)
    assert credentials.viewer_of_session(secret) is None


def test_a_sign_in_link_is_spent_once(published):
    credentials = StoredCredentials(connect(published), published)
    secret = create_sign_in_link(connect(published), Grant("hr", "agency"))
    assert credentials.spend_link(secret) == Viewer("hr", Scope("agency"))
    assert credentials.spend_link(secret) is None


def test_a_new_ranking_is_served_by_a_running_service(
    own_published, agency_data, as_of, monkeypatch
):
    monkeypatch.setattr(runtime, "LOOK_AGAIN_SECONDS", 0.0)
    secret = token(own_published)
    app = create_app(own_published)
    path = "/api/v1/employees/A-1/trainings"
    assert get(app, (path, secret))[0].json()["generation"] == 1
    rerank_and_publish(agency_data, own_published, as_of=as_of, seed=1)
    for _ in range(500):
        answer = get(app, (path, secret))[0]
        assert answer.status_code == 200
        if answer.json()["generation"] == 2:
            return
    raise AssertionError("the new generation is not served")


def damage_data(settings: Settings) -> None:
    folder = settings.home / "generations" / "1" / "data"
    (folder / "employees.parquet").write_bytes(b"PAR1 not quite")


def lose_rows(settings: Settings) -> None:
    (settings.home / "generations" / "1" / "data" / "training_outcomes.parquet").unlink()


def damage_model(settings: Settings) -> None:
    for file in (settings.home / "generations" / "1" / "model").glob("*.npz"):
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(bytes(content))


def lose_everything(settings: Settings) -> None:
    (settings.home / "generations" / "1").rename(settings.home / "elsewhere")


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (damage_data, "snapshot_unusable"),
        (lose_rows, "snapshot_unusable"),
        (damage_model, "model_unusable"),
        (lose_everything, "snapshot_unusable"),
    ],
)
def test_a_damaged_generation_is_refused_and_readyz_says_why(own_published, damage, why):
    damage(own_published)
    secret = token(own_published)
    answer, ready, alive = get(
        create_app(own_published),
        ("/api/v1/employees/A-1/gaps", secret),
        ("/readyz", None),
        ("/healthz", None),
    )
    assert (answer.status_code, ready.status_code, alive.status_code) == (503, 503, 200)
    assert "retry-after" in answer.headers
    assert ready.json()["errors"][0]["code"] == why


def test_rules_that_changed_since_publication_do_not_explain_it(own_published, as_of, monkeypatch):
    changed = replace(load_rules(as_of), by_id={})
    monkeypatch.setattr("training_data.reference.packs.load_rules", lambda *_: changed)
    with pytest.raises(Problem) as raised:
        GenerationStore(connect(own_published), own_published).open(1)
    assert raised.value.faults[0].code == "rules_differ"


def test_an_installation_without_a_database_is_alive_but_not_ready(tmp_path):
    settings = Settings(home=tmp_path / "new")
    alive, ready, answer = get(
        create_app(settings),
        ("/healthz", None),
        ("/readyz", None),
        ("/api/v1/employees/A-1/gaps", "anything"),
    )
    assert (alive.status_code, ready.status_code, answer.status_code) == (200, 503, 503)


def test_the_state_of_the_work_comes_from_the_database(own_published):
    database = connect(own_published)
    store = GenerationStore(database, own_published)
    before = store.work()
    assert not before.held
    assert before.rankings[0].state == "published"
    lease = leases.take(database, "here:1:ab", leases.held(database))
    run = runs.begin(database, lease, "nightly", "2026-04-03", "inputs")
    leases.beat(database, lease, run, ("rank", 3, 12))
    work = store.work()
    assert work.held
    assert work.beat_at is not None
    assert (work.running.stage, work.running.done, work.running.total) == ("rank", 3, 12)
    assert work.counts["running"] == before.counts.get("running", 0) + 1
    runs.end(database, run, "failed", "worker.lost")
    assert store.work().running is None


def test_people_are_found_by_what_was_stored_with_the_generation(published):
    store = GenerationStore(connect(published), published)
    serving = store.open(1)
    everybody = set(serving.engine.employee_ids)
    assert serving.matching(Wanted(assessment=("valid", "partly", "expired", "none"))) == everybody
    (first, *_) = [one for one in everybody if serving.engine.gaps(one).now is not None]
    codes = [row.competency_code for row in serving.engine.gaps(first).now.rows if row.gap]
    for code in codes:
        assert first in serving.matching(Wanted(gap=code))


def test_the_same_question_of_a_generation_is_asked_of_the_database_once(published, monkeypatch):
    asked, answer = [], overview.matching
    monkeypatch.setattr(
        overview, "matching", lambda *given: asked.append(given[-1]) or answer(*given)
    )
    serving = GenerationStore(connect(published), published).open(1)
    few, all_states = Wanted(jp_below=20.0), Wanted(assessment=("valid", "none"))
    found = [serving.matching(wanted) for wanted in (few, all_states, few, all_states)]
    assert found[:2] == found[2:]
    assert asked == [few, all_states]
