"""Whether a claim's own figures agree with one another."""

from __future__ import annotations

from .amounts import Amount, adds_up, claim_amounts, payable
from .claim_reader import Claim
from .faults import Fault


def checked_amounts(claim: Claim) -> list[Amount]:
    """The claim's amounts. Raises Fault when they are not what Procore says is due."""
    if claim.payment_due is None:
        raise Fault("no_certificate")
    readings = [claim_amounts(claim.lines, claim.before, shown_before_release=shown) for shown in (False, True)]
    for amounts in readings:
        if adds_up(amounts, claim.payment_due, claim.tax):
            return amounts
    raise Fault("figures_differ", lines=f"{payable(readings[0]):,.2f}", due=f"{claim.payment_due:,.2f}")
