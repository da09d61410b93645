"""Stage 7, fused: the scores of many people for many items and the best k of each, at once.

``problem`` says what goes in; ``arrays`` answers it with NumPy, ``lanes`` compiled; ``choose``
takes the faster of the two. All give the numbers of ``recommender.training_score`` with
``rank.top``, which stay the oracle.

Decision: compiled code is an option, not a need. *Context*: ranking everybody is a sum of small
tables per pair and a list of the best; NumPy walks every pair several times through memory.
*Decision*: numba, where it is installed (extra ``fast``; the locked requirements hold it),
compiles one walk with 64 people side by side; without it the same answer comes from NumPy and
SciPy. *Consequences*: numba is imported by the first large ranking, never at start-up; compiled
code is kept on disk like Python's own; no option that changes rounding is on. *Alternatives*:
numba as a requirement would tie Selaras to the Pythons that it supports; a C extension would need
a compiler at every agency or wheels of our own.
"""
