"""What posts and trainings say of themselves, as one text each; in: a snapshot, out: strings."""

from __future__ import annotations

from recommender.snapshot import Snapshot


def job_documents(snapshot: Snapshot) -> list[str]:
    """Return each job's title and duties."""
    jobs = snapshot.jobs
    return [f"{t}. {d}" for t, d in zip(jobs.titles, jobs.descriptions, strict=True)]


def training_documents(snapshot: Snapshot) -> list[str]:
    """Return each training's title, description and the names of what it teaches."""
    trainings = snapshot.trainings
    names: list[list[str]] = [[] for _ in range(len(trainings))]
    for training, competency in [
        *zip(trainings.outcome_training, trainings.outcome_competency, strict=True),
        *zip(trainings.tag_training, trainings.tag_competency, strict=True),
    ]:
        names[training].append(snapshot.competency_names[competency])
    return [
        f"{t}. {d} {' '.join(sorted(n))}"
        for t, d, n in zip(trainings.titles, trainings.descriptions, names, strict=True)
    ]
