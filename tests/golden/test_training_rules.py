"""Boundary cases of the rules for trainings, worked out by hand."""

from datetime import date, datetime

import pytest

from recommender.scenario import Complete, Wait
from training_data import reference

PASS, VERIFY, FAIL = "lolos", "perlu_verifikasi", "tidak_lolos"

STRUCTURAL = [
    {"training_code": code, "title": code, "structural": code, "hours": 100.0}
    for code in ("LATSAR", "PKP", "PKA", "PKN_II", "PKN_I")
]


def took(training=None, day=None, **more):
    return [{"employee_id": "ani", "training_code": training, "completed_on": day, **more}]


# Completed and registered


def test_a_completed_training_is_not_suggested_again(case):
    office = case({}, training_history=took("DASAR", datetime(2024, 9, 18)))
    check = office.check("training.completed", "DASAR")
    assert (check.outcome, check.way) == (FAIL, None)
    assert "18 September 2024" in check.text.id
    assert office.outcome("training", "DASAR") == FAIL


@pytest.mark.parametrize("status", ["failed", "withdrawn"])
def test_failed_and_withdrawn_trainings_may_be_suggested_again(case, status):
    office = case({}, training_history=took("DASAR", datetime(2024, 9, 18), status=status))
    assert office.says("training.completed", "DASAR") is None
    assert office.outcome("training", "DASAR") == PASS


def test_a_registered_training_is_not_suggested(case):
    office = case({}, training_history=took("DASAR", status="registered"))
    assert office.says("training.completed", "DASAR") == FAIL


@pytest.mark.parametrize(
    ("completed", "says"),
    [(date(2025, 6, 2), FAIL), (date(2025, 6, 1), PASS), (date(2024, 1, 1), PASS), (None, VERIFY)],
)
def test_a_repeatable_training_returns_after_its_months(case, completed, says):
    yearly = {"training_code": "K3", "title": "K3", "repeat_after_months": 12, "hours": 8.0}
    day = datetime.combine(completed, datetime.min.time()) if completed else None
    office = case({}, trainings=[yearly], training_history=took("K3", day))
    check = office.check("training.completed", "K3")
    assert check.outcome == says
    if says == FAIL:
        assert check.way.earliest == date(2026, 6, 2)


def test_a_title_without_code_counts_where_it_is_exactly_the_catalogues(case):
    office = case({}, training_history=took(None, datetime(2024, 1, 1), title="dasar "))
    assert office.says("training.completed", "DASAR") == FAIL
    other = case({}, training_history=took(None, datetime(2024, 1, 1), title="Dasar Hukum"))
    assert other.says("training.completed", "DASAR") is None


def test_a_person_called_up_for_a_coming_session_is_not_asked_again(case):
    session = [{"session_code": "S1", "training_code": "DASAR", "starts_on": date(2026, 7, 1),
                "ends_on": date(2026, 7, 3)}]  # fmt: skip
    called = [{"employee_id": "ani", "session_code": "S1", "status": "dipanggil"}]
    assert case({}, sessions=session, nominations=called).outcome("training", "DASAR") == FAIL
    called[0]["status"] = "batal"
    assert case({}, sessions=session, nominations=called).outcome("training", "DASAR") == PASS


# Structural courses


@pytest.mark.parametrize(
    "history",
    [
        took(None, datetime(2015, 1, 1), title="Diklat PIM Tk. III Angkatan II"),
        took(None, datetime(2015, 1, 1), title="SPAMA"),
        took("PKA", datetime(2015, 1, 1)),
    ],
)
def test_after_pim_three_pkp_and_pka_drop_and_pkn_two_stays(case, history):
    ani = {"tier": "administrator", "target_job_code": "jpt_pratama"}
    office = case(ani, trainings=STRUCTURAL, training_history=history)
    assert office.says("training.structural_once", "PKP") == FAIL
    assert office.says("training.structural_once", "PKA") == FAIL
    assert office.says("training.structural_once", "PKN_II") == PASS
    assert office.outcome("training", "PKN_II") == PASS


def test_a_structural_course_that_was_not_passed_closes_nothing(case):
    history = took(None, datetime(2015, 1, 1), title="Diklat PIM Tk. III", status="failed")
    office = case({"tier": "administrator"}, trainings=STRUCTURAL, training_history=history)
    assert office.says("training.structural_once", "PKA") == PASS


@pytest.mark.parametrize(
    ("employment", "says"), [("PNS", FAIL), ("CPNS", PASS), ("PPPK", FAIL), (None, VERIFY)]
)
def test_latsar_is_for_cpns(case, employment, says):
    office = case(
        {"employment": employment},
        others=[{"employee_id": "b", "employment": "PNS"}],
        trainings=STRUCTURAL,
    )
    assert office.says("training.latsar", "LATSAR") == says
    assert office.says("training.latsar", "PKP") is None


@pytest.mark.parametrize(
    ("tier", "target", "course", "says"),
    [
        ("jpt_madya", None, "PKN_I", PASS),
        ("jpt_pratama", None, "PKN_I", FAIL),
        ("jpt_pratama", None, "PKN_II", PASS),
        ("administrator", None, "PKN_II", VERIFY),
        ("administrator", "jpt_pratama", "PKN_II", PASS),
        ("administrator", None, "PKA", PASS),
        ("pengawas", None, "PKA", VERIFY),
        ("pengawas", "administrator", "PKA", PASS),
        ("pengawas", None, "PKP", PASS),
        ("pelaksana", None, "PKP", VERIFY),
        ("jf_ahli_muda", "pengawas", "PKP", PASS),
        ("jf_ahli_utama", None, "PKP", FAIL),
        (None, None, "PKP", VERIFY),
    ],
)
def test_structural_courses_are_for_holders_and_those_prepared(case, tier, target, course, says):
    ani = {"tier": tier, "target_job_code": target}
    office = case(ani, others=[{"employee_id": "b", "tier": "pengawas"}], trainings=STRUCTURAL)
    assert office.says("training.structural_tier", course) == says


@pytest.mark.parametrize(
    ("ends", "severity", "says"),
    [
        (date(2026, 6, 1), "sedang", FAIL),
        (date(2026, 5, 31), "sedang", PASS),
        (date(2026, 6, 1), "ringan", PASS),
        (None, "berat", VERIFY),
    ],
)
def test_a_running_measure_closes_structural_courses_and_nothing_else(case, ends, severity, says):
    given = [{"employee_id": "ani", "starts_on": date(2026, 1, 10), "ends_on": ends,
              "severity": severity}]  # fmt: skip
    office = case({"tier": "pengawas"}, trainings=STRUCTURAL, discipline=given)
    assert office.says("training.discipline", "PKP") == says
    assert office.says("training.discipline", "DASAR") is None


# Prerequisites


def test_every_prerequisite_must_be_completed_and_the_next_session_is_named(case):
    more = [
        {"training_code": "HUKUM", "title": "Hukum", "hours": 8.0},
        {"training_code": "LANJUT", "title": "Lanjut", "hours": 8.0,
         "prerequisites": "DASAR|HUKUM"},
    ]  # fmt: skip
    session = [{"session_code": "S", "training_code": "HUKUM", "starts_on": date(2026, 8, 3),
                "ends_on": date(2026, 8, 5)}]  # fmt: skip
    history = took("DASAR", datetime(2024, 1, 1))
    check = case({}, trainings=more, training_history=history, sessions=session).check(
        "training.prerequisites", "LANJUT"
    )
    assert (check.outcome, check.facts["lacking"]) == (FAIL, ["HUKUM"])
    assert check.way.earliest == date(2026, 8, 6)  # the day after the session ends
    both = history + took("HUKUM", datetime(2025, 1, 1))
    office = case({}, trainings=more, training_history=both)
    assert office.says("training.prerequisites", "LANJUT") == PASS


def test_a_registered_prerequisite_is_not_yet_met(case):
    more = [{"training_code": "LANJUT", "title": "Lanjut", "hours": 8.0, "prerequisites": "DASAR"}]
    office = case({}, trainings=more, training_history=took("DASAR", status="registered"))
    assert office.says("training.prerequisites", "LANJUT") == FAIL


def test_a_prerequisite_that_the_catalogue_lacks_still_has_to_be_completed(case):
    more = [
        {"training_code": "LANJUT", "title": "Lanjut", "hours": 8.0, "prerequisites": "LAMA|DASAR"},
        {"training_code": "UMUM", "title": "Umum", "hours": 8.0, "prerequisites": "LAMA"},
    ]
    session = [{"session_code": "S", "training_code": "DASAR", "starts_on": date(2026, 8, 3),
                "ends_on": date(2026, 8, 5)}]  # fmt: skip
    office = case({}, trainings=more, sessions=session,
                  training_history=took("LAMA", status="failed"))  # fmt: skip
    check = office.check("training.prerequisites", "LANJUT")
    assert (check.outcome, check.facts["lacking"]) == (FAIL, ["DASAR", "LAMA"])
    assert "LAMA" in check.text.id
    assert (len(check.way.steps), check.way.earliest) == (2, None)
    assert office.outcome("training", "UMUM") == FAIL
    both = took("LAMA") + took("DASAR")
    office = case({}, trainings=more, training_history=both)
    assert office.says("training.prerequisites", "LANJUT") == PASS
    assert office.outcome("training", "UMUM") != FAIL


# Grade, education, tiers


@pytest.mark.parametrize(
    ("grade", "lowest", "highest"),
    [("II/d", FAIL, PASS), ("III/a", PASS, PASS), ("III/d", PASS, PASS), (None, VERIFY, VERIFY)],
)
def test_lowest_and_highest_grades_of_a_training(case, grade, lowest, highest):
    limited = {"training_code": "X", "title": "X", "min_grade": "III/a", "max_grade": "III/c"}
    others = [{"employee_id": "b", "grade": "III/a"}]
    office = case({"grade": grade}, trainings=[limited], others=others)
    assert office.says("training.min_grade", "X") == lowest
    assert office.says("training.max_grade", "X") == highest
    if grade == "III/d":
        assert office.check("training.max_grade", "X").facts["over"] is True


@pytest.mark.parametrize(
    ("held", "says"), [("D4", PASS), ("D3", FAIL), ("S2", PASS), (None, VERIFY)]
)
def test_lowest_education_of_a_training(case, held, says):
    limited = {"training_code": "X", "title": "X", "min_education": "S1"}
    others = [{"employee_id": "b", "education_level": "S1"}]
    office = case({"education_level": held}, trainings=[limited], others=others)
    assert office.says("training.min_education", "X") == says


@pytest.mark.parametrize(
    ("tier", "says"), [("pengawas", PASS), ("pelaksana", FAIL), (None, VERIFY)]
)
def test_a_training_that_names_tiers_is_for_them(case, tier, says):
    limited = {"training_code": "X", "title": "X", "tiers": "administrator|pengawas"}
    office = case({"tier": tier}, trainings=[limited],
                  others=[{"employee_id": "b", "tier": "pengawas"}])  # fmt: skip
    assert office.says("training.tiers", "X") == says
    assert office.says("training.tiers", "DASAR") is None


# PPPK


def outcomes(*pairs):
    return [{"training_code": t, "competency_code": c, "level_to": 3.0} for t, c in pairs]


def test_people_under_contract_learn_for_their_present_post(case):
    more = [{"training_code": c, "title": c} for c in ("OWN", "FOREIGN", "COMMON", "SILENT")]
    post = {"job_code": "GURU", "title": "Guru Ahli Pertama", "tier": "jf_ahli_pertama"}
    office = case(
        {"employment": "PPPK", "job_code": "GURU"},
        jobs=[post],
        trainings=more + STRUCTURAL,
        training_outcomes=outcomes(("OWN", "T.1"), ("FOREIGN", "T.2"), ("COMMON", "M.1")),
        competencies=[
            {"competency_code": "T.1", "name": "Pedagogi", "group": "T"},
            {"competency_code": "T.2", "name": "Audit", "group": "T"},
            {"competency_code": "M.1", "name": "Integritas", "group": "M"},
        ],
        job_requirements=[{"job_code": "GURU", "competency_code": "T.1", "level": 2.0}],
    )
    rule = "training.pppk_present_post"
    says = {t: office.says(rule, t) for t in ("OWN", "FOREIGN", "COMMON", "SILENT", "PKP")}
    assert says == {"OWN": PASS, "FOREIGN": FAIL, "COMMON": PASS, "SILENT": PASS, "PKP": FAIL}


def test_a_pns_may_learn_for_other_posts(case):
    assert case({"employment": "PNS"}).says("training.pppk_present_post", "DASAR") is None


@pytest.mark.parametrize(
    ("until", "says"),
    [
        (date(2026, 6, 30), FAIL),
        (date(2026, 7, 1), PASS),
        (date(2026, 5, 31), FAIL),
        (None, VERIFY),
    ],
)
def test_a_course_must_start_while_the_contract_runs(case, until, says):
    session = [{"session_code": "S", "training_code": "DASAR", "starts_on": date(2026, 7, 1),
                "ends_on": date(2026, 7, 3)}]  # fmt: skip
    other = {"employee_id": "b", "employment": "PPPK", "contract_until": date(2030, 1, 1)}
    ani = {"employment": "PPPK", "contract_until": until}
    office = case(ani, others=[other], sessions=session)
    assert office.says("training.pppk_contract", "DASAR") == says


# Sessions


def test_past_sessions_forbid_nothing_and_the_next_one_is_awaited(case):
    past = [{"session_code": "S", "training_code": "DASAR", "starts_on": date(2026, 3, 1),
             "ends_on": date(2026, 3, 3)}]  # fmt: skip
    office = case({}, sessions=past)
    check = office.check("training.schedule", "DASAR")
    assert (check.outcome, office.outcome("training", "DASAR")) == (PASS, PASS)
    assert "menunggu" in check.text.id
    assert case({}).check("training.schedule", "DASAR") is None


# Functional courses

NURSES = [{"job_code": "NS", "title": "Perawat Terampil", "tier": "jf_terampil"}]
COURSES = [
    {"training_code": "NS1", "title": "Pelatihan Fungsional Perawat", "form": "2"},
    {"training_code": "K3", "title": "Sertifikasi Ahli K3", "form": "2"},
]


@pytest.mark.parametrize("value", ["NS1", "pelatihan  fungsional perawat"])
@pytest.mark.parametrize(
    ("job", "target", "says"),
    [("NS", None, PASS), ("pengawas", None, FAIL), ("pengawas", "NS", PASS), (None, None, VERIFY)],
)
def test_a_functional_course_is_for_the_posts_whose_standard_names_it(
    case, value, job, target, says
):
    stated = [{"job_code": "NS", "kind": "training", "value": value, "importance": 3}]
    office = case({"job_code": job, "target_job_code": target}, jobs=NURSES, trainings=COURSES,
                  job_conditions=stated,
                  others=[{"employee_id": "b", "job_code": "NS"}])  # fmt: skip
    assert office.says("training.functional_course", "NS1") == says
    assert office.says("training.functional_course", "K3") is None
    assert office.says("training.functional_course", "DASAR") is None
    if says == FAIL:
        check = office.check("training.functional_course", "NS1")
        assert "bagi Perawat;" in check.text.id
        assert check.way.steps[0].id.endswith("jabatan Perawat.")


def test_an_agency_may_open_functional_courses_to_everybody(case):
    stated = [{"job_code": "NS", "kind": "training", "value": "NS1", "importance": 3}]
    office = case({"job_code": "pengawas"}, jobs=NURSES, trainings=COURSES, job_conditions=stated,
                  rules={"training.functional_course": {"forms": []}})  # fmt: skip
    assert office.says("training.functional_course", "NS1") is None


# Ways forward lead forward


@pytest.mark.parametrize(
    ("own", "meant", "names"),
    [
        ("jpt_madya", "administrator|pengawas", None),
        ("jpt_pratama", "pengawas|jf_ahli_muda", None),
        ("pelaksana", "pengawas|jf_ahli_muda", "Pengawas atau Ahli Muda"),
        ("jf_ahli_muda", "pengawas|pelaksana", "Pengawas"),
        ("jf_ahli_madya", "jf_penyelia|jf_mahir", None),
        ("jf_penyelia", "jf_ahli_pertama|jf_mahir", "Ahli Pertama"),
    ],
)
def test_the_way_to_a_tier_never_leads_down(case, own, meant, names):
    limited = {"training_code": "X", "title": "X", "tiers": meant}
    check = case({"tier": own}, trainings=[limited]).check("training.tiers", "X")
    assert check.outcome == FAIL
    said = check.way.steps[0].id if check.way else None
    assert said == (names and f"Terbuka setelah Anda berada pada jenjang {names}.")


def test_nobody_is_sent_down_to_an_easier_structural_course(case):
    office = case({"tier": "jpt_madya"}, trainings=STRUCTURAL)
    assert office.check("training.structural_tier", "PKA").way is None
    junior = case({"tier": "jf_terampil"}, trainings=STRUCTURAL)
    assert junior.check("training.structural_tier", "PKA").way is not None


def test_most_tiers_are_told_by_those_left_out(case):
    meant = "|".join(t.code for t in reference.tiers() if not t.code.startswith("jpt"))
    limited = {"training_code": "X", "title": "X", "tiers": meant}
    check = case({"tier": "jpt_madya"}, trainings=[limited]).check("training.tiers", "X")
    assert "semua jenjang selain JPT utama, JPT madya, dan JPT pratama" in check.text.id


def test_a_prerequisite_meant_for_other_tiers_is_a_question_of_equal_courses(case):
    chain = [
        {"training_code": "A", "title": "Pembentukan", "tiers": "jf_ahli_pertama"},
        {"training_code": "B", "title": "Lanjutan", "prerequisites": "A"},
    ]
    session = [{"session_code": "S", "training_code": "A", "starts_on": date(2026, 9, 1),
                "ends_on": date(2026, 9, 4)}]  # fmt: skip
    history = took("DASAR", datetime(2024, 9, 18))
    for tier, opens in (("jf_ahli_muda", None), ("jf_ahli_pertama", date(2026, 9, 5))):
        office = case({"tier": tier}, trainings=chain, sessions=session, training_history=history)
        way = office.check("training.prerequisites", "B").way
        assert way.earliest == opens
        assert ("penyetaraan Pembentukan" in way.steps[0].id) is (opens is None)


# What comes before, in its order


def chain(*rows):
    return [
        {"training_code": code, "title": code, "hours": 8.0, "prerequisites": needed}
        for code, needed in rows
    ]


def run(code, training, first, last, **more):
    return {"session_code": code, "training_code": training, "starts_on": first, "ends_on": last,
            **more}  # fmt: skip


def test_prerequisites_of_prerequisites_are_taken_in_their_order(case):
    courses = chain(("A", None), ("B", "A"), ("C", "A|B"))
    sessions = [
        run("A1", "A", date(2026, 7, 6), date(2026, 7, 10)),
        run("B1", "B", date(2026, 7, 10), date(2026, 7, 12)),  # begins while A still runs
        run("B2", "B", date(2026, 9, 7), date(2026, 9, 9)),
    ]
    history = took("DASAR", datetime(2024, 9, 18))
    office = case({}, trainings=courses, sessions=sessions, training_history=history)
    way = office.check("training.prerequisites", "C").way
    assert way.earliest == date(2026, 9, 10)
    assert way.changes == (
        Complete("A", date(2026, 7, 10)), Complete("B", date(2026, 9, 9)), Wait(date(2026, 9, 10)),
    )  # fmt: skip
    assert ["Selesaikan A" in way.steps[0].id, "Selesaikan B" in way.steps[1].id] == [True, True]


def test_two_prerequisites_are_never_taken_on_the_same_days(case):
    courses = chain(("A", None), ("B", None), ("C", "A|B"))
    sessions = [
        run("A1", "A", date(2026, 7, 6), date(2026, 7, 10)),
        run("B1", "B", date(2026, 7, 8), date(2026, 7, 9)),
        run("B2", "B", date(2026, 8, 3), date(2026, 8, 4)),
    ]
    history = took("DASAR", datetime(2024, 9, 18))
    office = case({}, trainings=courses, sessions=sessions, training_history=history)
    assert office.check("training.prerequisites", "C").way.earliest == date(2026, 8, 5)


@pytest.mark.parametrize(
    ("closes", "earliest"), [(date(2026, 6, 1), date(2026, 7, 11)), (date(2026, 5, 31), None)]
)
def test_a_session_that_takes_no_more_people_leads_nowhere(case, closes, earliest):
    courses = chain(("A", None), ("B", "A"))
    session = [run("A1", "A", date(2026, 7, 6), date(2026, 7, 10), closes_on=closes)]
    history = took("DASAR", datetime(2024, 9, 18))
    office = case({}, trainings=courses, sessions=session, training_history=history)
    assert office.check("training.prerequisites", "B").way.earliest == earliest


def test_courses_that_need_each_other_end_in_words_and_not_in_a_loop(case):
    courses = chain(("A", "B"), ("B", "A"))
    history = took("DASAR", datetime(2024, 9, 18))
    office = case({}, trainings=courses, training_history=history)
    assert len(office.check("training.prerequisites", "A").way.steps) == 2


def test_without_any_history_prerequisites_need_verification(case):
    courses = chain(("A", None), ("B", "A"))
    other = [{"employee_id": "b", "training_code": "DASAR"}]
    office = case({}, trainings=courses, others=[{"employee_id": "b"}], training_history=other)
    check = office.check("training.prerequisites", "B")
    assert (check.outcome, check.way.changes) == (VERIFY, (Complete("A"),))


# People under contract


@pytest.mark.parametrize(("hours", "over"), [(16.0, False), (16.01, True)])
def test_more_than_24_hours_a_year_are_a_warning_under_contract_and_never_refuse(case, hours, over):
    course = {"training_code": "X", "title": "X", "hours": hours}
    done = {"training_code": "E", "title": "E", "hours": 8.0}
    history = [*took("E", datetime(2026, 3, 1)), *took("DASAR", datetime(2025, 12, 31))]
    office = case({"employment": "PPPK"}, trainings=[course, done], training_history=history)
    item = office.snapshot.trainings.index.rows["X"]
    (check,) = [
        c for c in office.eligibility.checks("training", 0, item) if c.rule == "jp.yearly_pppk"
    ]
    assert (check.outcome, check.facts["over"]) == (PASS, over)
    assert office.outcome("training", "X") == PASS


def test_unknown_employment_is_not_taken_for_none_under_contract(case):
    more = [{"training_code": "FOREIGN", "title": "FOREIGN"}]
    other = {"employee_id": "b", "employment": "PPPK"}
    office = case(
        {"job_code": "GURU"},
        jobs=[{"job_code": "GURU", "title": "Guru", "tier": "jf_ahli_pertama"}],
        trainings=more,
        others=[other],
        training_outcomes=outcomes(("FOREIGN", "T.2")),
        job_requirements=[{"job_code": "GURU", "competency_code": "T.1", "level": 2.0}],
    )
    assert office.says("training.pppk_present_post", "FOREIGN") == VERIFY
    assert office.says("training.pppk_present_post", "DASAR") is None


# Long programmes before retirement


@pytest.mark.parametrize(
    ("born", "says"),
    [(date(1970, 6, 1), PASS), (date(1970, 5, 31), FAIL), (None, VERIFY)],
)
def test_a_long_programme_asks_for_service_left(case, born, says):
    degree = {"training_code": "S2", "title": "Magister", "path": "pendidikan"}
    office = case({"tier": "pengawas", "birth_date": born}, trainings=[*STRUCTURAL, degree],
                  others=[{"employee_id": "b", "birth_date": date(1990, 1, 1)}])  # fmt: skip
    for course in ("S2", "PKP"):
        check = office.check("training.service_left", course)
        assert check.outcome == says
        assert (check.closed is not None) == (says == FAIL)
    assert office.says("training.service_left", "DASAR") is None


# Refusals without a way


@pytest.mark.parametrize(
    ("ani", "history", "rule", "item"),
    [
        ({}, took("DASAR", datetime(2024, 9, 18)), "training.completed", "DASAR"),
        ({}, took("DASAR", status="registered"), "training.completed", "DASAR"),
        ({"employment": "PNS"}, [], "training.latsar", "LATSAR"),
        ({"tier": "jpt_madya"}, [], "training.structural_tier", "PKA"),
        ({"tier": "administrator"}, took("PKA", datetime(2015, 1, 1)), "training.structural_once",
         "PKP"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_any_more_says_why(case, ani, history, rule, item):
    office = case(ani, trainings=STRUCTURAL, training_history=history)
    check = office.check(rule, item)
    assert (check.outcome, check.way) == (FAIL, None)
    assert check.closed.id.endswith(".")


def test_latsar_is_scheduled_for_a_cpns_and_competes_with_nothing(case):
    office = case({"employment": "CPNS"}, trainings=STRUCTURAL)
    assert office.outcome("training", "LATSAR") == PASS
    check = office.check("training.latsar", "LATSAR")
    assert check.facts["scheduled"] is True
    assert "dijadwalkan" in check.text.id
    scheduled = office.eligibility.training.scheduled([0])[0]
    codes = office.snapshot.trainings.index.codes
    assert [codes[item] for item in scheduled.nonzero()[0]] == ["LATSAR"]
