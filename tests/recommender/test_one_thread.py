"""Learning keeps its linear algebra to one thread, and gives the threads back."""

from __future__ import annotations

from datetime import date

from threadpoolctl import threadpool_info, threadpool_limits

from recommender import pipeline

AS_OF = date(2026, 1, 5)


def _threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_a_model_is_learned_on_one_thread_whatever_was_set(office) -> None:
    seen: list[set[int]] = []
    with threadpool_limits(2, user_api="blas"):
        pipeline.fit(office, as_of=AS_OF, progress=lambda *_: seen.append(_threads()))
        assert _threads() == {2}
    assert set.union(*seen) == {1}
