"""The pages people read: search, a person, one's own plan, candidates; HTML from the server.

In: requests of a signed-in browser. Out: HTML that works without JavaScript, in Indonesian first.
The composition root includes ``router``, calls ``mount_static(app)``, hands ``problem_page`` to
the error handlers and sets ``app.state.pages`` to a factory of ``Source`` objects.
"""

from __future__ import annotations

from service.pages.mounted import mount_static
from service.pages.problem import problem_page
from service.pages.router import router

__all__ = ["mount_static", "problem_page", "router"]
