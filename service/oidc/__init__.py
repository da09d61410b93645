"""Signing in with an OpenID Connect provider: the authorization-code flow with PKCE.

In: settings and a browser that goes to the provider and comes back. Out: who the provider says it
is (issuer and subject), or a ``Refused`` with a sentence. What somebody may do is never read from a
token: the accounts of this installation say it.

Decision: no token is kept and none is logged. The flow has no state on the server: the browser
holds a random number for ten minutes, and everything else is derived from it with the key of the
installation, so that any process of this installation can finish what another began.
"""

from __future__ import annotations
