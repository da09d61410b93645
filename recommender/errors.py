"""Errors of the engine; they know nothing of files, databases or HTTP.

RecommenderError
├── UnknownEmployee    no such person in the snapshot
├── UnknownItem        no such training or post in the snapshot
├── ImpossibleWish     a plan or a scenario is asked for that cannot be
├── NothingToRank      the dataset has neither trainings nor jobs
├── NothingRanked      a batch failed for everybody
├── NothingToEvaluate  the dataset holds no history or known moves to test against
├── UnusableModel      a model on disk is missing, damaged or of another version
├── UnusableRecord     what an earlier ranking left for the next one cannot be used
├── UnusableStore      finished shards of a batch cannot be kept or read
└── VersionInForce     the version in force cannot be removed
"""

from __future__ import annotations

from training_data.messages import Text


class RecommenderError(Exception):
    """Base of all errors of ``recommender``."""


class UnknownEmployee(RecommenderError):
    """No such person in the snapshot. The message never repeats the identifier."""


class UnknownItem(RecommenderError):
    """No training or post has this code."""


class ImpossibleWish(RecommenderError):
    """What is asked for cannot be: a plan for a year that is over, an unknown code.

    Attributes:
        words: for the one who asked, where there is more to say than the message.
    """

    def __init__(self, message: str, words: Text | None = None) -> None:
        super().__init__(message)
        self.words = words


class NothingToRank(RecommenderError):
    """The dataset holds neither trainings nor jobs, so there is nothing to suggest."""


class NothingRanked(RecommenderError):
    """Ranking failed for everybody: the fault lies not with some people's data."""


class NothingToEvaluate(RecommenderError):
    """The dataset holds nothing that suggestions could be tested against."""


class UnusableModel(RecommenderError):
    """A model on disk cannot be used; the message says why and what to do."""


class UnusableRecord(RecommenderError):
    """What an earlier ranking left for the next one is missing, damaged or of another ranking."""


class UnusableStore(RecommenderError):
    """The folder of finished shards of a batch is in the way or damaged."""


class VersionInForce(RecommenderError):
    """The version of the model that is in force cannot be removed."""
