"""Facts that stay with one office or with the person: discipline, and the post prepared for.

In: an item of the engine. Out: the same item in which no confidential check tells its rule, its
facts, its date or its way out; what was found remains, in words that fit many causes ("perlu
konfirmasi BKD"), or is gone for those who do not read even that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from recommender.results import Check, Item, Outcome
from training_data.messages import text

if TYPE_CHECKING:
    from recommender.whatif import Standing, WhatIf

NEUTRAL_RULE = "konfirmasi_bkd"
NEXT_POST_TERM = "gap_next"


def is_hidden(check: Check) -> bool:
    """Whether a check holds something others may not learn: confidential and not fulfilled."""
    return check.confidential and check.outcome != "lolos"


def without_confidential(item: Item) -> Item:
    """Return the item with neutral words in place of every confidential check."""
    secret = {check.text for check in item.checks if check.confidential}
    if not secret:
        return item
    neutral = text("api.confidential")
    # The way of the whole item would tell the date of what is hidden.
    open_ = not any(map(is_hidden, item.checks))
    return replace(
        item,
        way=item.way if open_ else None,
        closed=item.closed if open_ or item.eligibility != "tidak_lolos" else neutral,
        checks=tuple(_neutral(check) if check.confidential else check for check in item.checks),
        reasons=tuple(neutral if reason in secret else reason for reason in item.reasons),
    )


def without_discipline(item: Item) -> Item:
    """Return the item without a word of discipline, for those who do not even read the verdict.

    It stands as the other rules leave it: "to be verified" with no rule to verify would tell.
    """
    shown = without_confidential(item)
    neutral = {text("api.confidential"), text("api.confidential.fine")}
    checks = tuple(check for check in shown.checks if not check.confidential)
    told = any(map(is_hidden, item.checks))
    return replace(
        shown,
        eligibility=_outcome(checks) if told else shown.eligibility,
        closed=None if shown.closed in neutral else shown.closed,
        checks=checks,
        reasons=tuple(reason for reason in shown.reasons if reason not in neutral),
    )


def closed_openly(item: Item) -> bool:
    """Whether a rule that may be spoken of closes the item."""
    return any(c.outcome == "tidak_lolos" and not c.confidential for c in item.checks)


def without_next_post(item: Item) -> Item:
    """Return a training in which nobody learns which post the person prepares for."""
    plain = text("plan.reason.relevant")
    told = {term.text for term in item.terms if term.name == NEXT_POST_TERM}
    if not told:
        return item
    return replace(
        item,
        terms=tuple(
            replace(term, text=plain) if term.name == NEXT_POST_TERM else term
            for term in item.terms
        ),
        reasons=tuple(plain if reason in told else reason for reason in item.reasons),
    )


def supposed_without_confidential(found: WhatIf, *, verdict: bool = True) -> WhatIf:
    """Return an answer to a supposition without confidential facts.

    Parameters:
        verdict: whether the reader may know that something needs confirmation.
    """
    shown = without_confidential if verdict else without_discipline
    standing = _standing if verdict else _silent
    plan = found.plan.without_confidential()
    return replace(
        found,
        before=standing(found.before),
        after=standing(found.after),
        trainings=tuple(map(shown, found.trainings)),
        roles=tuple(map(shown, found.roles)),
        plan=plan if verdict else plan.without_verdict(),
    )


def _silent(standing: Standing) -> Standing:
    """Return a standing as the rules that may be spoken of leave it."""
    told = any(map(is_hidden, standing.checks))
    checks = tuple(check for check in standing.checks if not check.confidential)
    return replace(
        _standing(standing),
        eligibility=_outcome(checks) if told else standing.eligibility,
        checks=checks,
    )


def _outcome(checks: Sequence[Check]) -> Outcome:
    """Return what rules leave together: the worst of them."""
    found = {check.outcome for check in checks}
    worst: tuple[Outcome, ...] = ("tidak_lolos", "perlu_verifikasi")
    return next((one for one in worst if one in found), "lolos")


def _standing(standing: Standing) -> Standing:
    """Return a standing that tells of no measure, neither by a rule nor by a sum."""
    hidden = any(map(is_hidden, standing.checks))
    refused = any(c.outcome == "tidak_lolos" and not c.confidential for c in standing.checks)
    open_: Outcome = "tidak_lolos" if refused else "perlu_verifikasi"
    return replace(
        standing,
        ip_asn=None,
        eligibility=open_ if hidden else standing.eligibility,
        checks=tuple(_neutral(c) if c.confidential else c for c in standing.checks),
        steps=() if hidden else standing.steps,
        earliest=None if hidden else standing.earliest,
        closed=None if hidden else standing.closed,
    )


def _neutral(check: Check) -> Check:
    """Return a check that says only whether something needs confirmation."""
    hidden = is_hidden(check)
    return Check(
        rule=NEUTRAL_RULE,
        regulation="",
        article="",
        mark="R",
        outcome="perlu_verifikasi" if hidden else "lolos",
        facts={},
        text=text("api.confidential" if hidden else "api.confidential.fine"),
        way=None,
        confidential=True,
    )
