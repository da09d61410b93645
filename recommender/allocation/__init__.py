"""Who gets which seat: the city's sessions, budgets and vacancies, used as well as can be.

``problem`` says what goes in and what an allocation is worth; ``solve`` answers. ``milp`` proves
small cases, ``dual`` prices what people share and proves a bound, with ``bundle`` as the exact
programme of one person; ``repair`` makes an allocation of it; ``conflicts`` says why there is none.
Of vacant posts ``leaving`` limits how many may leave a unit, ``unfilled`` says why one stays empty.

Decision: our own engine for large problems. *Context*: 70,000 people, 2,000 sessions and budgets
are three million yes-or-no questions; general solvers do not come near in the time an officer
waits. *Decision*: what people share is priced; at given prices each person's best few courses are
found exactly, so prices prove how far the allocation may be from the best. All numbers are whole,
so the bound is exact and the same on every machine. *Consequences*: the gap is small where many
compete for many seats; small problems are solved by HiGHS instead, with proof. *Alternatives*:
HiGHS or CP-SAT for everything (``tests/benchmarks/bench_allocate.py`` compares them).
"""
