"""Simulated people of known preferences live with suggestions, month by month, policy by policy.

A dataset and the truth beneath it (``truth``) become a world (``ground``, ``world``) in which
people answer, learn and forget as ``behaviour`` says. Each policy (``policies``) sees only what HR
would know that month (``office``, ``diary``). ``run`` lets the same people live under each of them
with the same luck (``draws``); ``measures`` counts, ``report`` tells. It shows mechanisms: how
large an effect would be in a real office it cannot know.
"""
