"""What a token or an account may be granted: a role of the matrix, with a scope that fits it."""

from __future__ import annotations

from service.auth import PANEL
from service.database.access import Grant
from service.usecases.errors import WrongUse
from service.visibility import matrix

OWN = "employee"
"""The role that sees one's own record alone."""


def require_useful(grant: Grant) -> None:
    """Refuse a grant that would show nothing, or more than was meant.

    Raises:
        WrongUse: the role is none of the matrix, or its scope does not fit.
    """
    roles = matrix().grades
    if grant.role not in roles:
        raise WrongUse("cli.unknown_role", roles=", ".join(roles))
    if grant.role == PANEL and not grant.scope.startswith("vacancy:"):
        raise WrongUse("cli.panel_scope")
    if (grant.role == OWN) != (grant.scope == "self"):
        raise WrongUse("accounts.own_scope")
    if (grant.scope == "self") != (grant.employee_id is not None):
        raise WrongUse("accounts.own_employee")
