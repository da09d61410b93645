"""What every request passes: Host, Origin, size, headers, logs, and errors of every sort."""

from __future__ import annotations

import logging

import pytest

SEARCH = "/api/v1/employees/search"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost:80x", "[::1", "", "0.0.0.0:8765"]
)
def test_a_foreign_host_name_is_refused(service, host):
    answer = service.client.get("/healthz", headers={"Host": host})
    assert answer.status_code == 421
    assert answer.headers["content-type"] == "application/problem+json"
    assert "evil" not in answer.text


def test_two_host_names_are_refused_even_if_one_is_ours(service):
    both = [("Host", "127.0.0.1:8765"), ("Host", "evil.example")]
    assert service.client.get("/healthz", headers=both).status_code == 421


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8765", "localhost", "LOCALHOST:80", "[::1]:8765", "[::1]"]
)
def test_every_name_of_this_machine_is_accepted(service, host):
    assert service.client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "caused_by",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8765"},
    ],
)
def test_an_unsafe_request_that_another_site_caused_is_refused(service, caused_by):
    headers = {**service.as_("agency"), **caused_by}
    assert service.client.post(SEARCH, json={}, headers=headers).status_code == 403
    assert service.client.post("/keluar", headers=caused_by).status_code == 403


@pytest.mark.parametrize(
    "caused_by",
    [
        {},
        {"Origin": "http://127.0.0.1:8765"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    ],
)
def test_our_own_pages_and_plain_clients_may_send_forms(service, caused_by):
    headers = {**service.as_("agency"), **caused_by}
    assert service.client.post(SEARCH, json={}, headers=headers).status_code == 200


def test_a_cookie_alone_is_not_trusted_when_nothing_tells_the_origin(service):
    cookie = {"Cookie": "selaras_session=anything"}
    assert service.client.post(SEARCH, json={}, headers=cookie).status_code == 403


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/api/v1/employees/A-1/gaps"])
def test_every_answer_carries_the_security_headers(service, path):
    headers = service.client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers.get_list("cache-control") == ["private, no-store"]


def test_a_body_above_the_limit_is_refused_announced_or_not(service):
    headers = {**service.as_("agency"), "Content-Type": "application/json"}
    announced = service.client.post(SEARCH, content=b"x" * 70_000, headers=headers)
    assert announced.status_code == 413

    async def trickle():
        for _ in range(80):
            yield b"x" * 1000

    unannounced = service.client.post(SEARCH, content=trickle(), headers=headers)
    assert unannounced.status_code == 413
    assert unannounced.json()["type"] == "urn:selaras:problem:too-large"


@pytest.mark.parametrize(
    ("body", "where", "code"),
    [
        (b"{", "body", "not_json"),
        (b'{"name": 5}', "body.name", "not_a_text"),
        (b'{"k": 0}', "body.k", "at_least"),
        (b'{"k": "many"}', "body.k", "not_a_whole_number"),
        (b'{"199001012015031002": "x"}', "body", "unknown_field"),
        (b'{"name": "' + b"y" * 201 + b'"}', "body.name", "too_long"),
        (b'{"cursor": "199001012015031002"}', "body.cursor", "bad_cursor"),
        (b"[]", "body", "invalid"),
        (b"", "body", "missing"),
    ],
)
def test_refused_input_names_the_place_and_never_the_value(service, body, where, code):
    headers = {**service.as_("agency"), "Content-Type": "application/json"}
    answer = service.client.post(SEARCH, content=body, headers=headers)
    assert answer.status_code == 422
    fault = answer.json()["errors"][0]
    assert (fault["where"], fault["code"]) == (where, code)
    assert set(fault["text"]) == {"id", "en"}
    assert "199001012015031002" not in answer.text
    assert "yyy" not in answer.text


@pytest.mark.parametrize("body", [b"\xff\xfe", b'{"name": "\\ud800"}', b'{"name": "a\\u0000"}'])
def test_odd_bytes_are_refused_or_find_nobody_but_break_nothing(service, body):
    headers = {**service.as_("agency"), "Content-Type": "application/json"}
    answer = service.client.post(SEARCH, content=body, headers=headers)
    assert answer.status_code in (200, 400, 422)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/employees/A-1/wishes", 404),
        ("POST", "/api/v1/wishes", 404),
        ("GET", "/api/v1/employees/A-1/trainings/", 404),
        ("DELETE", "/api/v1/employees/A-1/trainings", 405),
    ],
)
def test_what_is_not_offered_answers_with_problem_details(service, method, path, status):
    answer = service.client.request(method, path, headers=service.as_("agency"))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "text", "errors"}
    assert body["status"] == status
    assert "A-1" not in answer.text


def test_problems_speak_indonesian_unless_english_is_preferred(service):
    plain = service.client.get("/nowhere").json()
    english = service.client.get("/nowhere", headers={"Accept-Language": "en-GB,id;q=0.5"}).json()
    assert plain["title"] == "Tidak ditemukan"
    assert english["title"] == "Not found"
    assert plain["text"] == english["text"]


@pytest.mark.parametrize(
    "header", ["Basic abc", "Bearer", "Bearer  ", "unit-token", "Bearer wrong"]
)
def test_anything_but_a_known_bearer_token_is_unauthenticated(service, header):
    answer = service.client.get("/api/v1/employees/A-1/gaps", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="selaras"'


def test_who_is_not_signed_in_learns_nothing_about_parameters_or_people(service, nip):
    for path in (f"/api/v1/employees/{nip}/trainings?k=0", "/api/v1/employees/A-1/trainings"):
        assert service.client.get(path).status_code == 401


def test_the_access_log_holds_the_route_template_alone(service, nip, caplog):
    caplog.set_level(logging.WARNING, "httpx")
    caplog.set_level(logging.INFO, "selaras")
    service.client.get(f"/api/v1/employees/{nip}/roles?k=3&q={nip}", headers=service.as_("agency"))
    service.client.get(f"/no/such/{nip}")
    lines = [record.getMessage() for record in caplog.records if record.name == "selaras.access"]
    assert lines[0].startswith("GET /api/v1/employees/{id}/roles 404 ")
    assert lines[1].startswith("GET - 404 ")
    assert nip not in caplog.text
    assert "k=3" not in caplog.text


def test_a_bug_answers_500_without_its_message_in_answer_or_log(service, nip, caplog):
    def broken(employee_id):
        raise RuntimeError(f"cannot work with {nip}")

    service.store.engine.gaps = broken
    answer = service.client.get("/api/v1/employees/A-1/gaps", headers=service.as_("agency"))
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert nip not in answer.text + caplog.text
    assert "GET /api/v1/employees/{id}/gaps: RuntimeError at test_doors.py:" in caplog.text


def test_metrics_count_by_template_and_hold_nobody(service, nip):
    service.client.get(f"/api/v1/employees/{nip}/gaps", headers=service.as_("agency"))
    service.client.request("BREW", "/healthz")
    text = service.client.get("/metrics").text
    counted = 'method="GET",route="/api/v1/employees/{id}/gaps",status="404"} 1'
    assert f"selaras_http_requests_total{{{counted}" in text
    assert 'method="OTHER"' in text
    assert "selaras_generation 7" in text
    assert 'le="+Inf"} 1' in text
    assert nip not in text


def test_metrics_say_whether_the_periodic_work_is_done(service):
    text = service.client.get("/metrics").text
    for line in (
        "selaras_database_up 1",
        "selaras_worker_held 1",
        "selaras_worker_beat_seconds 1775242800.000",
        'selaras_worker_tries{state="published"} 4',
        'selaras_worker_tries{state="failed"} 0',
        "selaras_worker_stage_done_ratio 0.2500",
        "selaras_published_seconds 1775242800.000",
    ):
        assert line in text.splitlines()


def test_metrics_are_told_without_the_database_too(service):
    service.store.unreachable = True
    text = service.client.get("/metrics").text
    assert "selaras_database_up 0" in text.splitlines()
    assert "selaras_worker" not in text


def test_asking_for_metrics_often_asks_the_database_seldom(service):
    for _ in range(20):
        service.client.get("/metrics")
    assert service.store.asked_of_work < 5


def test_pages_travel_compressed_and_data_as_it_is(service):
    accepting = {"Accept-Encoding": "gzip"}
    page = service.client.get("/masuk", headers=accepting)
    assert page.headers["content-encoding"] == "gzip"
    assert "</html>" in page.text
    data = service.client.get(
        "/api/v1/employees/A-1/trainings", headers={**service.as_("agency"), **accepting}
    )
    assert "content-encoding" not in data.headers
    assert len(data.content) > 1024


def test_behind_a_proxy_its_name_is_answered_and_no_other(make_service):
    service = make_service(public="https://selaras.example.go.id")
    for host, status in (
        ("selaras.example.go.id", 200),
        ("SELARAS.example.go.id:443", 200),
        ("127.0.0.1:8765", 200),
        ("evil.example", 421),
        ("selaras.example.go.id.evil.example", 421),
    ):
        answer = service.client.get("/healthz", headers={"Host": host})
        assert answer.status_code == status, host


def test_behind_a_proxy_the_session_never_goes_over_http(make_service):
    for public, secure in (("https://selaras.example.go.id", True), (None, False)):
        service = make_service(public=public)
        service.credentials.links["link"] = service.viewers["agency"]
        cookie = service.client.get("/masuk/link").headers["set-cookie"]
        assert ("Secure" in cookie) is secure
        assert "HttpOnly" in cookie


def test_a_caller_beyond_the_pace_waits_and_nobody_else(make_service):
    service = make_service(per_minute=6)  # two at once, then one every ten seconds
    path = "/api/v1/rankings"
    answers = [service.client.get(path, headers=service.as_("agency")) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["retry-after"]) <= 10
    assert service.client.get(path, headers=service.as_("bpsdm")).status_code == 200
