"""Boundary cases of the rules for posts, worked out by hand."""

from datetime import date, datetime

import pytest

from recommender.scenario import Certified, Hold, Points, SetFact, Wait

PASS, VERIFY, FAIL = "lolos", "perlu_verifikasi", "tidak_lolos"


# Time in post (PP 11/2017 art. 190)


@pytest.mark.parametrize(
    ("since", "says"),
    [
        (date(2024, 6, 2), FAIL),  # two years minus one day
        (date(2024, 6, 1), PASS),  # exactly two years
        (date(2021, 5, 31), PASS),  # five years and one day
        (None, None),
    ],
)
def test_two_years_in_post_before_a_move(case, since, says):
    office = case({"job_code": "pengawas", "job_since": since})
    assert office.says("role.mutation_interval", "administrator") == says


def test_more_than_five_years_in_post_are_flagged_and_not_refused(case):
    over = case({"job_code": "pengawas", "job_since": date(2021, 5, 31)})
    assert over.check("role.mutation_interval", "administrator").facts["over_maximum"] is True
    five = case({"job_code": "pengawas", "job_since": date(2021, 6, 1)})
    assert five.check("role.mutation_interval", "administrator").facts["over_maximum"] is False


def test_too_short_a_time_in_post_names_the_day_on_which_it_suffices(case):
    office = case({"job_code": "pengawas", "job_since": date(2024, 9, 2)})
    check = office.check("role.mutation_interval", "administrator")
    assert check.way.earliest == date(2026, 9, 2)
    assert "1 tahun 8 bulan" in check.text.id
    assert "PP 11/2017 Pasal 190" in check.text.id
    assert "2 September 2026" in check.way.steps[0].id


@pytest.mark.parametrize(
    ("becomes", "on_28_february", "on_1_march"),
    [("28_february", PASS, PASS), ("1_march", FAIL, PASS)],
)
def test_in_post_since_29_february_follows_the_switch(case, becomes, on_28_february, on_1_march):
    rules = {"calendar.leap_day": {"becomes": becomes}}
    ani = {"job_code": "pengawas", "job_since": date(2024, 2, 29)}
    says = [
        case(ani, as_of=day, rules=rules).says("role.mutation_interval", "administrator")
        for day in (date(2026, 2, 28), date(2026, 3, 1))
    ]
    assert says == [on_28_february, on_1_march]


def test_missing_time_in_post_needs_verification_where_others_have_it(case):
    other = {"employee_id": "budi", "job_since": date(2020, 1, 1)}
    office = case({"job_code": "pengawas"}, others=[other])
    assert office.says("role.mutation_interval", "administrator") == VERIFY


def test_the_next_level_of_the_same_functional_post_is_no_move(case):
    posts = [
        {"job_code": "A1", "title": "Analis Kebijakan Ahli Pertama", "tier": "jf_ahli_pertama"},
        {"job_code": "A2", "title": "Analis Kebijakan Ahli Muda", "tier": "jf_ahli_muda"},
        {"job_code": "B1", "title": "Arsiparis Ahli Pertama", "tier": "jf_ahli_pertama"},
    ]
    office = case({"job_code": "A1", "job_since": date(2025, 6, 1)}, jobs=posts)
    assert office.says("role.mutation_interval", "A2") is None
    assert office.says("role.mutation_interval", "B1") == FAIL


@pytest.mark.parametrize(
    ("family", "begins"), [("Kesehatan", date(2020, 1, 1)), ("Pendidikan", date(2025, 9, 1))]
)
def test_a_new_name_of_the_same_post_does_not_start_the_count_again(case, family, begins):
    posts = [
        {"job_code": "OLD", "title": "Kepala Seksi Lama", "tier": "pengawas", "family": family},
        {"job_code": "NEW", "title": "Kepala Seksi", "tier": "pengawas", "family": "Kesehatan"},
    ]
    held = [{"employee_id": "ani", "job_code": "OLD", "from_date": date(2020, 1, 1),
             "to_date": date(2025, 8, 31)}]  # fmt: skip
    office = case({"job_code": "NEW", "job_since": date(2025, 9, 1)}, jobs=posts, job_history=held)
    facts = office.check("role.mutation_interval", "administrator").facts
    assert facts["post_since"] == begins.isoformat()


# Posts held before (PP 11/2017 arts. 54 and 107)


@pytest.mark.parametrize(("since", "says"), [(date(2024, 6, 2), FAIL), (date(2024, 6, 1), PASS)])
def test_two_years_as_administrator_lead_to_jpt_pratama(case, since, says):
    office = case({"job_code": "administrator", "job_since": since})
    assert office.says("role.held_post", "jpt_pratama") == says


def test_one_day_short_as_administrator_names_that_day(case):
    office = case({"job_code": "administrator", "job_since": date(2024, 6, 2)})
    check = office.check("role.held_post", "jpt_pratama")
    assert check.way.earliest == date(2026, 6, 2)
    assert (check.article, check.mark) == ("Pasal 107", "V")


def test_acting_time_is_not_held_time(case):
    held = [{"employee_id": "ani", "job_code": "administrator", "from_date": date(2020, 1, 1),
             "to_date": date(2024, 1, 1), "assignment": "plt"}]  # fmt: skip
    ani = {"job_code": "pengawas", "job_since": date(2024, 1, 1)}
    assert case(ani, job_history=held).says("role.held_post", "jpt_pratama") == FAIL
    held[0]["assignment"] = None
    assert case(ani, job_history=held).says("role.held_post", "jpt_pratama") == PASS


def test_time_as_administrator_adds_up_over_spells(case):
    held = [
        {"employee_id": "ani", "job_code": "administrator", "from_date": date(2018, 1, 1),
         "to_date": date(2019, 1, 1)},
        {"employee_id": "ani", "job_code": "pengawas", "from_date": date(2019, 1, 1),
         "to_date": date(2025, 6, 1)},
    ]  # fmt: skip
    ani = {"job_code": "administrator", "job_since": date(2025, 6, 1)}
    assert case(ani, job_history=held).says("role.held_post", "jpt_pratama") == PASS
    held[0]["from_date"] = date(2018, 1, 2)
    short = case(ani, job_history=held).check("role.held_post", "jpt_pratama")
    assert (short.outcome, short.way.earliest) == (FAIL, date(2026, 6, 2))


def test_a_post_in_history_that_is_not_mapped_needs_verification(case):
    held = [{"employee_id": "ani", "title": "Kabid Lama", "from_date": date(2018, 1, 1),
             "to_date": date(2024, 1, 1)}]  # fmt: skip
    ani = {"job_code": "pengawas", "job_since": date(2024, 1, 1)}
    assert case(ani, job_history=held).says("role.held_post", "jpt_pratama") == VERIFY


def test_pelaksana_feed_pengawas_though_two_ranks_apart(case):
    office = case({"job_code": "pelaksana", "job_since": date(2020, 1, 1)})
    assert office.says("role.held_post", "pengawas") == PASS
    assert office.says("role.tier_distance", "pengawas") is None


def test_a_move_within_the_same_tier_needs_no_feeding_post(case):
    post = {"job_code": "B", "title": "Kepala Bagian", "tier": "administrator"}
    office = case({"job_code": "administrator", "job_since": date(2025, 1, 1)}, jobs=[post])
    assert office.says("role.held_post", "B") == PASS


# Experience


def experienced(case, years_2, **changed):
    post = {"job_code": "KADIS", "title": "Kepala Dinas", "tier": "jpt_pratama",
            "affair": "Perhubungan"}  # fmt: skip
    past = {"job_code": "OLD", "title": "Kepala Bidang", "tier": "administrator",
            "affair": "Perhubungan"}  # fmt: skip
    far = {"job_code": "FAR", "title": "Kepala Bagian", "tier": "administrator",
           "affair": "Statistik"}  # fmt: skip
    held = [
        {"employee_id": "ani", "job_code": "OLD", "from_date": date(2010, 3, 1),
         "to_date": date(2013, 3, 1)},
        {"employee_id": "ani", "job_code": "FAR", "from_date": date(2013, 3, 1),
         "to_date": date(2021, 3, 1)},
        {"employee_id": "ani", "job_code": "OLD", "from_date": date(2021, 3, 1),
         "to_date": years_2, **changed},
        {"employee_id": "ani", "job_code": "FAR", "from_date": years_2},
    ]  # fmt: skip
    return case({"job_code": "FAR"}, jobs=[post, past, far], job_history=held)


def test_five_years_of_experience_may_be_three_and_two(case):
    assert experienced(case, date(2023, 3, 1)).says("role.experience", "KADIS") == PASS
    assert experienced(case, date(2023, 2, 28)).says("role.experience", "KADIS") == FAIL


def test_a_title_that_is_not_mapped_makes_experience_uncertain(case):
    office = experienced(case, date(2023, 3, 1), job_code=None, title="Kabid Angkutan")
    assert office.says("role.experience", "KADIS") == VERIFY


def test_a_posts_own_years_of_experience_come_before_the_packs(case):
    post = {"job_code": "X", "title": "Kepala Dinas", "tier": "jpt_pratama",
            "min_experience_years": 2.0}  # fmt: skip
    held = [{"employee_id": "ani", "job_code": "pengawas", "from_date": date(2024, 6, 1)}]
    office = case({"job_code": "pengawas"}, jobs=[post], job_history=held)
    check = office.check("role.experience", "X")
    assert (check.outcome, check.mark) == (PASS, "V-code")
    assert office.says("role.experience", "jpt_pratama") == FAIL


# Age at appointment (PP 11/2017 art. 107)


@pytest.mark.parametrize(
    ("tier", "limit"), [("jpt_pratama", 56), ("jpt_madya", 58), ("jpt_utama", 58)]
)
@pytest.mark.parametrize(
    ("up_to", "birthday", "day_after", "before_next", "next_birthday"),
    [("birthday", PASS, FAIL, FAIL, FAIL), ("next_birthday", PASS, PASS, PASS, FAIL)],
)
def test_age_limit_on_and_after_the_birthday_follows_the_switch(
    case, tier, limit, up_to, birthday, day_after, before_next, next_birthday
):
    rules = {"role.age": {"up_to": up_to}}
    year = 2026 - limit
    born = [date(year, 6, 1), date(year, 5, 31), date(year - 1, 6, 2), date(year - 1, 6, 1)]
    says = [case({"birth_date": day}, rules=rules).says("role.age", tier) for day in born]
    assert says == [birthday, day_after, before_next, next_birthday]


def test_age_is_counted_on_the_day_of_appointment(case):
    ani = {"birth_date": date(1970, 8, 1)}
    assert case(ani).says("role.age", "jpt_pratama") == PASS
    later = case(ani, rules={"role.age": {"lead_months": 3}})
    assert later.says("role.age", "jpt_pratama") == FAIL


def test_too_high_an_age_has_no_way_and_says_why(case):
    check = case({"birth_date": date(1960, 1, 1)}).check("role.age", "jpt_pratama")
    assert check.way is None
    assert "tidak dapat dipenuhi kembali" in check.closed.id
    assert "1960" not in str(check.as_json())


def test_no_age_limit_is_asked_below_jpt(case):
    assert case({"birth_date": date(1960, 1, 1)}).says("role.age", "administrator") is None


# Education


@pytest.mark.parametrize(("held", "says"), [("S1", PASS), ("D4", PASS), ("S2", PASS), ("D3", FAIL)])
def test_s1_is_met_by_d4(case, held, says):
    assert case({"education_level": held}).says("role.education", "administrator") == says


def test_missing_education_needs_verification_while_the_column_exists(case):
    other = {"employee_id": "budi", "education_level": "S1"}
    office = case({}, others=[other])
    assert office.says("role.education", "administrator") == VERIFY
    empty = case({})
    assert empty.says("role.education", "administrator") is None
    assert "role.education: employees.education_level" in empty.eligibility.not_checked


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ("Teknik Sipil", PASS),
        ("S-1 Teknik Sipil", PASS),
        ("Ilmu Hukum", FAIL),
        ("Astrologi Terapan", VERIFY),
    ],
)
def test_fields_of_study_outside_the_agencys_words_need_verification(case, field, says):
    posts = [
        {"job_code": "X", "title": "Insinyur", "education_fields": "Teknik Sipil|Arsitektur"},
        {"job_code": "Y", "title": "Perancang", "education_fields": "Ilmu Hukum"},
    ]
    assert case({"education_field": field}, jobs=posts).says("role.education_field", "X") == says


# Discipline (PP 94/2021)


@pytest.mark.parametrize(
    ("as_of", "says"),
    [
        (date(2026, 1, 10), FAIL),  # the day of the measure
        (date(2026, 7, 10), FAIL),  # its last day counts
        (date(2026, 7, 11), PASS),
    ],
)
def test_a_moderate_measure_runs_from_its_first_to_its_last_day(case, as_of, says):
    given = [{"employee_id": "ani", "starts_on": date(2026, 1, 10),
              "ends_on": date(2026, 7, 10), "severity": "sedang"}]  # fmt: skip
    assert case({}, as_of=as_of, discipline=given).says("role.discipline", "pengawas") == says


def test_whether_the_last_day_counts_is_a_switch(case):
    given = [{"employee_id": "ani", "starts_on": date(2026, 1, 10),
              "ends_on": date(2026, 6, 1), "severity": "berat"}]  # fmt: skip
    rules = {"role.discipline": {"last_day_counts": False}}
    assert case({}, discipline=given).says("role.discipline", "pengawas") == FAIL
    assert case({}, discipline=given, rules=rules).says("role.discipline", "pengawas") == PASS


@pytest.mark.parametrize(
    ("severity", "says"), [("sedang", VERIFY), ("berat", VERIFY), ("ringan", PASS), (None, VERIFY)]
)
def test_a_measure_without_an_end_is_unclear_unless_it_is_light(case, severity, says):
    given = [{"employee_id": "ani", "starts_on": date(2026, 1, 10), "severity": severity}]
    assert case({}, discipline=given).says("role.discipline", "pengawas") == says


def test_discipline_is_confidential_and_names_the_day_it_ends(case):
    given = [{"employee_id": "ani", "starts_on": date(2026, 1, 10),
              "ends_on": date(2026, 7, 10), "severity": "berat"}]  # fmt: skip
    check = case({}, discipline=given).check("role.discipline", "pengawas")
    assert check.confidential
    assert check.way.earliest == date(2026, 7, 11)
    assert "berat" not in check.text.id


def test_without_a_table_of_measures_discipline_is_not_checked(case):
    assert "role.discipline: discipline" in case({}).eligibility.not_checked


# Legal status


@pytest.mark.parametrize(
    ("status", "training", "role"),
    [
        ("01", PASS, PASS),
        ("71", PASS, PASS),
        ("PPPK Aktif", PASS, PASS),
        ("03", PASS, FAIL),
        ("13", FAIL, FAIL),
        ("20", FAIL, FAIL),
        ("52", FAIL, FAIL),
        ("11", VERIFY, VERIFY),
        ("97", VERIFY, VERIFY),
        (None, VERIFY, VERIFY),
    ],
)
def test_legal_status_opens_or_closes_suggestions(case, status, training, role):
    office = case({"legal_status": status}, others=[{"employee_id": "b", "legal_status": "01"}])
    assert office.says("training.legal_status", "DASAR") == training
    assert office.says("role.legal_status", "pengawas") == role


# Retirement (UU 20/2023 art. 55)


@pytest.mark.parametrize(
    ("born", "says"),
    [(date(1970, 5, 31), FAIL), (date(1970, 6, 1), PASS), (date(1970, 6, 2), PASS)],
)
def test_service_left_must_reach_the_term_and_equal_is_enough(case, born, says):
    # 58 years less 24 months on 1 June 2026: born on 1 June 1970.
    assert case({"birth_date": born}).says("role.retirement", "administrator") == says


def test_jpt_retire_at_sixty(case):
    office = case({"birth_date": date(1968, 6, 1)})
    assert office.says("role.retirement", "jpt_pratama") == PASS
    assert office.says("role.retirement", "administrator") == FAIL


def test_retirement_age_zero_is_unknown_and_needs_verification(case):
    ani = {"birth_date": date(1967, 1, 1), "tier": "jf_ahli_muda", "retirement_age": 0}
    assert case(ani).says("role.retirement", "jf_ahli_muda") == VERIFY
    young = {**ani, "birth_date": date(1990, 1, 1)}
    assert case(young).says("role.retirement", "jf_ahli_muda") == PASS


def test_nobody_past_retirement_is_suggested_a_post(case):
    office = case({"birth_date": date(1968, 5, 1), "tier": "pengawas"})
    check = office.check("role.retirement", "jpt_pratama")
    assert (check.outcome, check.way) == (FAIL, None)


# Freezes (UU 10/2016)


@pytest.mark.parametrize("rule", ["role.election_freeze", "role.inauguration_freeze"])
def test_officials_are_not_replaced_inside_a_window_without_approval(case, rule):
    window = {"windows": [["2026-03-01", "2026-06-01"]]}
    inside = case({}, rules={rule: window})
    check = inside.check(rule, "administrator")
    assert (check.outcome, check.way.earliest) == (FAIL, date(2026, 6, 2))
    assert inside.says(rule, "pelaksana") is None
    approved = case({}, rules={rule: {**window, "approved": True}})
    assert approved.says(rule, "administrator") == PASS
    outside = case({}, as_of=date(2026, 6, 2), rules={rule: window})
    assert outside.says(rule, "administrator") is None


# Must-have competencies


@pytest.mark.parametrize(
    ("level", "importance", "says"),
    [(2.75, 1, FAIL), (3.0, 1, PASS), (None, 1, VERIFY), (2.0, 2, None)],
)
def test_only_must_haves_refuse_and_unknown_is_not_zero(case, level, importance, says):
    asked = [{"job_code": "pengawas", "competency_code": "M.1", "level": 3.0,
              "importance": importance}]  # fmt: skip
    other = {"employee_id": "b"}
    scores = [{"employee_id": "b", "competency_code": "M.1", "level": 1.0}]
    if level is not None:
        scores.append({"employee_id": "ani", "competency_code": "M.1", "level": level})
    office = case({}, others=[other], job_requirements=asked, competency_scores=scores)
    assert office.says("role.must_have", "pengawas") == says


# Rank


@pytest.mark.parametrize(("grade", "says"), [("III/c", FAIL), ("III/d", PASS), ("IV/a", PASS)])
def test_the_lowest_rank_of_a_post_is_a_gate(case, grade, says):
    post = {"job_code": "X", "title": "Kepala Seksi", "min_grade": "III/d"}
    assert case({"grade": grade}, jobs=[post]).says("role.min_grade", "X") == says


def test_a_rank_above_the_highest_is_flagged_or_refused_by_a_switch(case):
    post = {"job_code": "X", "title": "Kepala Seksi", "max_grade": "III/c"}
    flagged = case({"grade": "III/d"}, jobs=[post]).check("role.max_grade", "X")
    assert (flagged.outcome, flagged.facts["over"]) == (PASS, True)
    refused = case({"grade": "III/d"}, jobs=[post], rules={"role.max_grade": {"above": "fail"}})
    assert refused.says("role.max_grade", "X") == FAIL


def test_grades_of_different_scales_are_not_compared(case):
    post = {"job_code": "X", "title": "Kepala Seksi", "min_grade": "III/d"}
    assert case({"grade": "IX"}, jobs=[post]).says("role.min_grade", "X") is None


def test_one_rank_short_names_the_earliest_promotion(case):
    post = {"job_code": "X", "title": "Kepala Seksi", "min_grade": "III/d"}
    office = case({"grade": "III/c", "grade_since": date(2023, 4, 1)}, jobs=[post])
    assert office.check("role.min_grade", "X").way.earliest == date(2027, 4, 1)


# Employment, distance, own post


@pytest.mark.parametrize(("employment", "says"), [("PPPK", FAIL), ("PPPK_PW", FAIL), ("PNS", PASS)])
def test_people_under_contract_are_suggested_no_post(case, employment, says):
    office = case({"employment": employment})
    assert office.says("role.pppk", "pengawas") == says


def test_the_deciding_rule_for_people_under_contract_is_their_contract(case):
    office = case({"employment": "PPPK", "legal_status": "71"})
    assert office.eligibility.deciding("role", [0]) == ["role.pppk"]


def test_probation_comes_before_other_posts(case):
    assert case({"employment": "CPNS"}).says("role.cpns", "pelaksana") == FAIL


@pytest.mark.parametrize(
    ("own", "target", "says"),
    [
        ("pengawas", "pengawas", PASS),
        ("pengawas", "jf_ahli_muda", PASS),
        ("jf_ahli_pertama", "jf_ahli_muda", FAIL),
        ("pengawas", "pelaksana", FAIL),
        ("pelaksana", "jf_ahli_pertama", PASS),
        ("pelaksana", "administrator", FAIL),
        (None, "administrator", VERIFY),
    ],
)
def test_posts_are_at_most_one_rank_up_and_never_down(case, own, target, says):
    post = {"job_code": "OWN", "title": "Arsiparis", "tier": own}
    office = case({"job_code": "OWN"}, jobs=[post],
                  others=[{"employee_id": "b", "tier": "pengawas"}])  # fmt: skip
    assert office.says("role.tier_distance", target) == says


def test_ones_own_post_is_never_suggested(case):
    office = case({"job_code": "pengawas"})
    assert office.outcome("role", "pengawas") == FAIL
    assert office.check("role.own_job", "pengawas").way is None


# Performance


def rated(*years):
    return [{"employee_id": "ani", "year": year, "rating": rating} for year, rating in years]


@pytest.mark.parametrize(
    ("ratings", "says"),
    [
        (rated((2024, "baik"), (2025, "sangat_baik")), PASS),
        (rated((2024, "butuh_perbaikan"), (2025, "baik")), FAIL),
        (rated((2025, "baik")), VERIFY),
        (rated((2023, "kurang"), (2024, "baik"), (2025, "baik")), PASS),
        (rated((2024, "kurang"), (2025, "baik"), (2026, "baik")), PASS),
    ],
)
def test_two_good_years_lead_to_managerial_posts(case, ratings, says):
    office = case({}, performance=ratings)
    assert office.says("role.performance", "administrator") == says
    assert office.says("role.performance", "jf_ahli_muda") is None


def test_a_weak_year_names_the_day_after_two_good_ones(case):
    office = case({}, performance=rated((2024, "baik"), (2025, "kurang")))
    assert office.check("role.performance", "pengawas").way.earliest == date(2028, 1, 1)


# Talent


@pytest.mark.parametrize(
    ("performance", "potential", "box"),
    [
        (80, 59.999, 4), (80, 60, 7), (80, 80, 9),
        (60, 59.999, 2), (79.999, 79.999, 5), (60, 80, 8),
        (59.999, 59.999, 1), (59.999, 60, 3), (59.999, 80, 6),
    ],
)  # fmt: skip
def test_nine_boxes_and_their_inclusive_cuts(case, performance, potential, box):
    axes = {"performance_axis": float(performance), "potential_axis": float(potential)}
    mapped = [{"employee_id": "ani", "assessed_on": date(2026, 1, 1), **axes}]
    check = case({}, talent=mapped).check("role.talent_box", "pengawas")
    assert check.facts["box"] == box
    assert check.outcome == (FAIL if box == 1 else PASS)
    assert check.confidential


def test_a_missing_axis_gives_no_box_and_needs_verification(case):
    mapped = [{"employee_id": "ani", "assessed_on": date(2026, 1, 1), "performance_axis": 30.0}]
    check = case({}, talent=mapped).check("role.talent_box", "pengawas")
    assert (check.outcome, check.facts["box"]) == (VERIFY, None)


def test_the_newest_mapping_counts(case):
    mapped = [
        {"employee_id": "ani", "assessed_on": date(2024, 1, 1), "box": 1},
        {"employee_id": "ani", "assessed_on": date(2026, 1, 1), "box": 5},
    ]
    assert case({}, talent=mapped).says("role.talent_box", "pengawas") == PASS


def test_people_who_were_not_mapped_follow_the_switch(case):
    mapped = [{"employee_id": "b", "assessed_on": date(2026, 1, 1), "box": 5}]
    others = [{"employee_id": "b"}]
    assert case({}, others=others, talent=mapped).says("role.talent_box", "pengawas") == VERIFY
    rules = {"role.talent_box": {"without_mapping": "pass"}}
    office = case({}, others=others, talent=mapped, rules=rules)
    assert office.says("role.talent_box", "pengawas") == PASS


def test_work_that_cannot_be_placed_is_not_counted_twice(case):
    post = {"job_code": "X", "title": "Analis", "min_experience_years": 4.0}
    held = [{"employee_id": "ani", "title": "Lama", "from_date": date(2024, 6, 1)}]
    assert case({}, jobs=[post], job_history=held).says("role.experience", "X") == FAIL


# Credit points (PerBKN 3/2023)


@pytest.mark.parametrize(("points", "says"), [(99.9, FAIL), (100.0, PASS), (None, VERIFY)])
def test_the_next_functional_level_takes_its_credit_points(case, points, says):
    posts = [
        {"job_code": "A1", "title": "Analis Kebijakan Ahli Pertama", "tier": "jf_ahli_pertama"},
        {"job_code": "A2", "title": "Analis Kebijakan Ahli Muda", "tier": "jf_ahli_muda"},
        {"job_code": "B2", "title": "Arsiparis Ahli Muda", "tier": "jf_ahli_muda"},
    ]
    counted = [{"employee_id": "b", "as_of": date(2026, 1, 1), "cumulative": 1.0}]
    if points is not None:
        counted += [
            {"employee_id": "ani", "as_of": date(2025, 1, 1), "cumulative": 500.0},
            {"employee_id": "ani", "as_of": date(2026, 1, 1), "cumulative": points},
        ]
    office = case(
        {"job_code": "A1"}, jobs=posts, others=[{"employee_id": "b"}], credit_points=counted
    )
    assert office.says("role.credit_points", "A2") == says
    assert office.says("role.credit_points", "B2") is None


def test_credit_points_that_lack_name_the_day_at_a_good_rating(case):
    posts = [
        {"job_code": "A1", "title": "Arsiparis Ahli Pertama", "tier": "jf_ahli_pertama"},
        {"job_code": "A2", "title": "Arsiparis Ahli Muda", "tier": "jf_ahli_muda"},
    ]
    counted = [{"employee_id": "ani", "as_of": date(2026, 1, 1), "cumulative": 75.0}]
    office = case({"job_code": "A1"}, jobs=posts, credit_points=counted)
    # 25 points at 12.5 a year: two years.
    assert office.check("role.credit_points", "A2").way.earliest == date(2028, 1, 1)


def test_the_next_level_of_another_functional_post_is_reached_by_rising_in_ones_own(case):
    post = {"job_code": "OWN", "title": "Arsiparis", "tier": "jf_ahli_pertama"}
    office = case({"job_code": "OWN"}, jobs=[post])
    steps = office.check("role.tier_distance", "jf_ahli_muda").way.steps
    assert steps[0].id.startswith("Naik jenjang pada jabatan fungsional Anda terlebih dahulu")
    office = case({"job_code": "pelaksana"})
    steps = office.check("role.tier_distance", "jpt_pratama").way.steps
    assert steps[0].id == (
        "Menduduki jabatan pada jenjang di antaranya terlebih dahulu: Pengawas, lalu Administrator."
    )


def test_a_way_repeats_no_long_list_of_fields_of_study(case):
    for fields, said in (("Kebidanan", "Kebidanan"), ("A|B|C|D", "salah satu bidang ilmu")):
        wanted = {"job_code": "X", "title": "X", "tier": "pengawas", "education_fields": fields}
        other = {"job_code": "Y", "title": "Y", "education_fields": "Hukum"}
        check = case({"education_field": "Hukum"}, jobs=[wanted, other]).check(
            "role.education_field", "X"
        )
        assert said in check.way.steps[0].id


def test_credit_points_come_faster_at_a_better_rating(case):
    posts = [
        {"job_code": "A1", "title": "Arsiparis Ahli Pertama", "tier": "jf_ahli_pertama"},
        {"job_code": "A2", "title": "Arsiparis Ahli Muda", "tier": "jf_ahli_muda"},
    ]
    counted = [{"employee_id": "ani", "as_of": date(2026, 1, 1), "cumulative": 75.0}]
    # 25 points at 12.5 a year: 150 % are 16 months, 75 % are 32, 25 % are 96.
    for rating, due in (
        ("sangat_baik", date(2027, 5, 1)),
        ("butuh_perbaikan", date(2028, 9, 1)),
        ("sangat_kurang", date(2034, 1, 1)),
    ):
        office = case({"job_code": "A1"}, jobs=posts, credit_points=counted,
                      performance=rated((2024, "kurang"), (2025, rating)))  # fmt: skip
        check = office.check("role.credit_points", "A2")
        assert check.way.earliest == due
        assert check.facts["rating"] == rating
        assert check.way.changes == (Points(100.0, due), Wait(due))


# The next functional level: competence test and open need (PermenPANRB 1/2023)

LEVELS = [
    {"job_code": "A1", "title": "Arsiparis Ahli Pertama", "tier": "jf_ahli_pertama"},
    {"job_code": "A2", "title": "Arsiparis Ahli Muda", "tier": "jf_ahli_muda"},
    {"job_code": "B2", "title": "Pranata Komputer Ahli Muda", "tier": "jf_ahli_muda"},
]


@pytest.mark.parametrize(
    ("name", "expires", "says"),
    [
        ("Uji Kompetensi Arsiparis Ahli Muda", None, PASS),
        ("Sertifikat Uji Kompetensi Arsiparis", date(2026, 6, 1), PASS),
        ("Uji Kompetensi Arsiparis Ahli Muda", date(2026, 5, 31), FAIL),
        ("Uji Kompetensi Arsiparis Ahli Pertama", None, VERIFY),
        ("Uji Kompetensi Pranata Komputer Ahli Muda", None, VERIFY),
        (None, None, VERIFY),
    ],
)
def test_the_next_level_takes_a_competence_test_for_it(case, name, expires, says):
    other = [{"employee_id": "b", "name": "Uji Kompetensi Guru", "issued_on": date(2024, 1, 1)}]
    own = [{"employee_id": "ani", "name": name, "issued_on": date(2024, 1, 1),
            "expires_on": expires}] if name else []  # fmt: skip
    office = case({"job_code": "A1"}, jobs=LEVELS, others=[{"employee_id": "b"}],
                  certifications=other + own)  # fmt: skip
    assert office.says("role.competence_test", "A2") == says
    assert office.says("role.competence_test", "B2") is None


@pytest.mark.parametrize(("status", "says"), [("completed", PASS), ("failed", FAIL)])
def test_a_test_in_the_history_counts_where_it_was_passed(case, status, says):
    taken = [{"employee_id": "ani", "title": "Uji Kompetensi Arsiparis Ahli Muda",
              "status": status}]  # fmt: skip
    office = case({"job_code": "A1"}, jobs=LEVELS, training_history=taken)
    assert office.says("role.competence_test", "A2") == says


def test_an_agency_may_ask_for_the_test_before_it_suggests(case):
    other = [{"employee_id": "b", "name": "Uji Kompetensi Guru", "issued_on": date(2024, 1, 1)}]
    office = case({"job_code": "A1"}, jobs=LEVELS, others=[{"employee_id": "b"}],
                  certifications=other,
                  rules={"role.competence_test": {"without_record": "fail"}})  # fmt: skip
    check = office.check("role.competence_test", "A2")
    assert check.outcome == FAIL
    assert check.way.changes == (Certified("uji kompetensi Arsiparis Ahli Muda"),)


@pytest.mark.parametrize(
    ("counted", "says"),
    [
        ([("U1", 2, 1)], PASS),
        ([("U1", 2, 2)], FAIL),
        ([("U1", 2, 3)], FAIL),
        ([("U1", 1, 1), ("U2", 1, 0)], PASS),  # another unit of the same department
        ([("U1", 1, 1), ("FAR", 1, 0)], FAIL),  # another department
        ([("U1", None, 1)], VERIFY),
        ([("FAR", 1, 0)], VERIFY),  # the own department's plan does not state the post
    ],
)
def test_the_next_level_takes_an_open_need_in_the_department(case, counted, says):
    units = [
        {"unit_code": "PD", "name": "Dinas", "kind": "PD"},
        {"unit_code": "U1", "name": "Bidang", "parent_code": "PD"},
        {"unit_code": "U2", "name": "Suku Dinas", "parent_code": "PD"},
        {"unit_code": "FAR", "name": "Badan", "kind": "PD"},
    ]
    plan = [
        {"unit_code": unit, "job_code": "A2", "needed": needed, "filled": filled}
        for unit, needed, filled in counted
    ]
    office = case({"job_code": "A1", "unit_code": "U1"}, jobs=LEVELS, units=units, staffing=plan)
    assert office.says("role.open_need", "A2") == says
    assert office.says("role.open_need", "B2") is None


# Entering a functional post


@pytest.mark.parametrize(
    ("target", "limit"),
    [("jf_ahli_pertama", 53), ("jf_ahli_muda", 53), ("jf_ahli_madya", 55), ("jf_ahli_utama", 60)],
)
def test_a_functional_post_is_entered_up_to_an_age(case, target, limit):
    for born, says in ((date(2026 - limit, 6, 1), PASS), (date(2026 - limit, 5, 31), FAIL)):
        office = case({"job_code": "pengawas", "birth_date": born})
        check = office.check("role.entry_age", target)
        assert (check.outcome, check.mark) == (says, "R")
        assert (check.closed is not None) == (says == FAIL)


def test_ones_own_functional_post_has_no_entry_age(case):
    office = case({"job_code": "A1", "birth_date": date(1969, 1, 1)}, jobs=LEVELS)
    assert office.says("role.entry_age", "A2") is None
    assert office.says("role.entry_age", "B2") == FAIL


@pytest.mark.parametrize(("across", "says"), [("verify", VERIFY), ("fail", FAIL), ("pass", PASS)])
def test_a_move_across_families_needs_verification_unless_the_agency_says(case, across, says):
    posts = [
        {"job_code": "G", "title": "Guru", "tier": "jf_ahli_muda", "family": "Pendidikan"},
        {"job_code": "W", "title": "Widyaiswara", "tier": "jf_ahli_muda", "family": "Pendidikan"},
        {"job_code": "P", "title": "Perawat", "tier": "jf_ahli_muda", "family": "Kesehatan"},
    ]
    rules = {"role.family_move": {"across": across}}
    office = case({"job_code": "G"}, jobs=posts, rules=rules)
    assert office.says("role.family_move", "W") == PASS
    assert office.says("role.family_move", "P") == says
    assert office.says("role.family_move", "pengawas") is None
    path = [{"from_job_code": "G", "to_job_code": "P", "kind": "diagonal"}]
    agreed = case({"job_code": "G"}, jobs=posts, rules=rules, career_paths=path)
    assert agreed.says("role.family_move", "P") is None


# High posts: flags, never refusals


@pytest.mark.parametrize(("since", "over"), [(date(2021, 6, 1), False), (date(2021, 5, 31), True)])
def test_a_high_post_held_beyond_its_term_is_flagged(case, since, over):
    office = case({"job_code": "jpt_pratama", "job_since": since})
    check = office.check("role.jpt_term", "jpt_madya")
    assert (check.outcome, check.facts["over_term"]) == (PASS, over)
    junior = case({"job_code": "pengawas", "job_since": since})
    assert junior.says("role.jpt_term", "jpt_madya") is None


@pytest.mark.parametrize(("since", "says"), [(date(2024, 6, 2), PASS), (date(2024, 6, 1), None)])
def test_replacing_a_high_official_before_two_years_is_flagged(case, since, says):
    holder = {"employee_id": "b", "job_code": "jpt_pratama", "job_since": since}
    office = case({"job_code": "administrator"}, others=[holder])
    assert office.says("role.jpt_replacement", "jpt_pratama") == says
    assert office.says("role.jpt_replacement", "administrator") is None


# Assessments that are over, retirement by title, legal status for good


@pytest.mark.parametrize(
    ("assessed", "level", "says"),
    [
        (datetime(2023, 6, 2), 3.0, PASS),  # three years minus one day
        (datetime(2023, 6, 1), 3.0, VERIFY),  # exactly three years
        (datetime(2023, 6, 2), 2.0, FAIL),
        (datetime(2023, 6, 1), 2.0, VERIFY),
        (None, 2.0, FAIL),
    ],
)
def test_an_assessment_that_is_over_proves_no_must_have(case, assessed, level, says):
    asked = [{"job_code": "pengawas", "competency_code": "M.1", "level": 3.0, "importance": 1}]
    scores = [{"employee_id": "ani", "competency_code": "M.1", "level": level,
               "assessed_on": assessed, "source": "assessment_centre"}]  # fmt: skip
    office = case({}, job_requirements=asked, competency_scores=scores)
    check = office.check("role.must_have", "pengawas")
    assert check.outcome == says
    if says == VERIFY:
        assert "telah berakhir" in check.text.id
    used = case({}, job_requirements=asked, competency_scores=scores,
                rules={"role.must_have": {"expired": "use"}})  # fmt: skip
    assert used.says("role.must_have", "pengawas") == (PASS if level == 3.0 else FAIL)


def test_the_retirement_age_of_a_functional_post_is_that_of_its_title(case):
    ani = {"birth_date": date(1968, 6, 1), "job_code": "A1", "retirement_age": 60}
    holder = {"employee_id": "b", "job_code": "A2"}
    for age, says in ((60, PASS), (58, FAIL), (None, VERIFY)):
        others = [{**holder, "retirement_age": age}]
        office = case(ani, jobs=LEVELS, others=others)
        assert office.says("role.retirement", "A2") == says


@pytest.mark.parametrize(("status", "final"), [("13", False), ("02", False), ("99", True),
                                               ("20", True)])  # fmt: skip
def test_a_status_that_ends_for_good_has_no_way(case, status, final):
    check = case({"legal_status": status}).check("role.legal_status", "pengawas")
    assert check.outcome == FAIL
    assert (check.way is None) == final == (check.closed is not None)


# What nobody can judge without a record


def test_a_career_of_which_others_have_a_record_is_not_judged_without_one(case):
    other = [{"employee_id": "b", "job_code": "pengawas", "from_date": date(2020, 1, 1)}]
    ani = {"job_code": "administrator", "job_since": date(2025, 1, 1)}
    office = case(ani, others=[{"employee_id": "b"}], job_history=other)
    assert office.says("role.held_post", "jpt_pratama") == VERIFY
    assert office.says("role.mutation_interval", "jpt_pratama") == VERIFY
    alone = case(ani)
    assert alone.says("role.held_post", "jpt_pratama") == FAIL
    assert alone.says("role.mutation_interval", "jpt_pratama") == FAIL


def test_an_unknown_present_post_may_be_any(case):
    office = case({"tier": "pengawas"}, others=[{"employee_id": "b", "job_code": "pengawas"}])
    assert office.says("role.own_job", "pengawas") == VERIFY


# Ways as changes


@pytest.mark.parametrize(
    ("ani", "rule", "item", "changes"),
    [
        ({"job_code": "pengawas", "job_since": date(2024, 9, 2)}, "role.mutation_interval",
         "administrator", (Wait(date(2026, 9, 2)),)),
        ({"education_level": "D3"}, "role.education", "administrator",
         (SetFact("education_level", "S1"),)),
        ({"employment": "CPNS"}, "role.cpns", "pelaksana", (SetFact("employment", "PNS"),)),
        ({"job_code": "pelaksana"}, "role.tier_distance", "jpt_pratama",
         (Hold(36, "pengawas"), Hold(24, "administrator"))),
    ],
)  # fmt: skip
def test_a_way_is_also_changes_of_the_data(case, ani, rule, item, changes):
    assert case(ani).check(rule, item).way.changes == changes


@pytest.mark.parametrize(
    ("ani", "rule", "item"),
    [
        ({"job_code": "pengawas"}, "role.own_job", "pengawas"),
        ({"employment": "PPPK"}, "role.pppk", "pengawas"),
        ({"job_code": "administrator"}, "role.tier_distance", "pengawas"),
        ({"birth_date": date(1960, 1, 1)}, "role.age", "jpt_pratama"),
        ({"birth_date": date(1969, 1, 1)}, "role.retirement", "administrator"),
    ],
)
def test_what_cannot_be_is_closed_and_says_why(case, ani, rule, item):
    check = case(ani).check(rule, item)
    assert (check.outcome, check.way) == (FAIL, None)
    assert check.closed.id.endswith(".")
    assert check.as_json()["closed"] == check.closed.as_dict()


def test_box_one_is_for_a_person_to_decide(case):
    mapped = [{"employee_id": "ani", "assessed_on": date(2026, 1, 1), "box": 1}]
    check = case({}, talent=mapped).check("role.talent_box", "pengawas")
    assert check.way is None
    assert "diputuskan oleh pejabat yang berwenang" in check.closed.id


def test_several_ranks_short_take_their_years_one_after_another(case):
    post = {"job_code": "X", "title": "Kepala Seksi", "min_grade": "IV/a"}
    office = case({"grade": "III/c", "grade_since": date(2023, 4, 1)}, jobs=[post])
    assert office.check("role.min_grade", "X").way.earliest == date(2031, 4, 1)
