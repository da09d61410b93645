"""What is learned from an agency's data: constants, spaces and tables, addressed by code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.effects import Effects
from recommender.estimate.sources import Errors
from recommender.learning.weights import LearningConfig, LearntWeights
from recommender.role_score import RoleConstants, RoleWeights
from recommender.similarity.history import SQUARE, HistoryConfig, HistoryModel
from recommender.similarity.moves import MoveModel
from recommender.similarity.profiles import ProfileSpace
from recommender.similarity.text import LatentText, TextSpace
from recommender.training_terms import TrainingConstants, TrainingWeights
from training_data.reference.packs import Rules


@dataclass(frozen=True)
class EngineConfig:
    """Every setting of the engine; unknown keys are refused when read back.

    Attributes:
        training, role: default weights of the terms.
        history: parameters of the history terms.
        learning: how the weights of trainings are learned.
        sample: people (and jobs) over which the constants are learned.
    """

    training: TrainingWeights
    role: RoleWeights
    history: HistoryConfig = field(default_factory=HistoryConfig)
    learning: LearningConfig = field(default_factory=LearningConfig)
    sample: int = 1000

    @classmethod
    def of(cls, rules: Rules) -> EngineConfig:
        """Return the settings that the rules state."""
        training, role = (rules.rule(f"score.{kind}").params for kind in ("training", "role"))
        return cls(
            TrainingWeights(**{term: float(weight) for term, weight in training.items()}),
            RoleWeights(**{term: float(weight) for term, weight in role.items()}),
            learning=LearningConfig(
                gap_share=float(rules.rule("score.balance").params["gap_share"])
            ),
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> EngineConfig:
        """Read back what ``as_json`` wrote; an unknown key raises ``TypeError``."""
        return cls(
            **{
                **values,
                "training": TrainingWeights(**values["training"]),
                "role": RoleWeights(**values["role"]),
                "history": HistoryConfig(**values["history"]),
                "learning": LearningConfig(**values["learning"]),
            }
        )


@dataclass(frozen=True)
class Model:
    """A fitted model; nothing in it names a person.

    Attributes:
        config: the settings it was fitted with.
        as_of, seed, data_hash: what it was fitted on.
        competency_codes, job_codes, unit_codes, training_codes: what its rows and columns are of.
        space, text, latent, history, moves: the learned spaces and tables.
        effects: what each training was measured to add.
        training_constants, role_constants: means and spreads of the terms.
        training_weights: weights by kind of history, learned or the defaults.
        source_errors: how lenient and how exact each source of scores is.
    """

    config: EngineConfig
    as_of: date
    seed: int
    data_hash: str
    competency_codes: tuple[str, ...]
    job_codes: tuple[str, ...]
    unit_codes: tuple[str, ...]
    training_codes: tuple[str, ...]
    space: ProfileSpace
    text: TextSpace
    latent: LatentText
    history: HistoryModel
    moves: MoveModel
    effects: Effects
    training_constants: TrainingConstants
    training_weights: LearntWeights
    role_constants: RoleConstants
    source_errors: Errors

    def description(self) -> dict[str, Any]:
        """Return everything that is not an array, as JSON values."""
        return {
            "config": self.config.as_json(),
            "as_of": self.as_of.isoformat(),
            "seed": self.seed,
            "data_hash": self.data_hash,
            "competency_codes": list(self.competency_codes),
            "job_codes": list(self.job_codes),
            "unit_codes": list(self.unit_codes),
            "training_codes": list(self.training_codes),
            "space_common": self.space.common,
            "words": list(self.text.terms[0]),
            "ngrams": list(self.text.terms[1]),
            "roots": dict(self.text.roots),
            "history_people": self.history.people,
            "moves_base": self.moves.base,
            "effects": self.effects.description(),
            "training_constants": asdict(self.training_constants),
            "training_weights": self.training_weights.as_json(),
            "role_constants": asdict(self.role_constants),
            "source_errors": self.source_errors.as_json(),
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return every array by name; sparse tables as their three CSR parts."""
        h = self.history
        found: dict[str, NDArray[Any]] = {
            "space.centre": self.space.centre,
            "space.scale": self.space.scale,
            "text.words": self.text.idf[0],
            "text.ngrams": self.text.idf[1],
            "text.latent": self.latent.directions,
            "history.took": h.took,
            "history.popular": h.popular,
            "history.holders_job": h.holders_job,
            "history.holders_tier": h.holders_tier,
            "history.holders_unit": h.holders_unit,
            "history.peers_all": h.peers_all,
            "moves.rate": self.moves.rate,
        }
        found |= {f"effects.{name}": values for name, values in self.effects.arrays().items()}
        for name in SPARSE:
            found |= _parts(f"history.{name}", getattr(h, name))
        found |= _parts("space.kin", self.space.kin)
        return found | _parts("moves.people", self.moves.people)

    @cached_property
    def id(self) -> str:
        """SHA-256 of the content."""
        digest = hashlib.sha256(json.dumps(self.description(), sort_keys=True).encode())
        for name, values in sorted(self.arrays().items()):
            digest.update(f"{name}:{values.dtype}:{values.shape}".encode())
            digest.update(np.ascontiguousarray(values).tobytes())
        return digest.hexdigest()


def _parts(name: str, table: sp.csr_matrix) -> dict[str, NDArray[Any]]:
    return {
        f"{name}.data": table.data,
        f"{name}.indices": table.indices,
        f"{name}.indptr": table.indptr,
        f"{name}.shape": np.array(table.shape, np.int64),
    }


def sparse(name: str, arrays: Mapping[str, NDArray[Any]]) -> sp.csr_matrix:
    """Put a sparse table of ``Model.arrays`` together again."""
    data, indices, indptr, shape = (
        arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr", "shape")
    )
    return sp.csr_matrix((data, indices, indptr), shape=tuple(shape))


SPARSE = (*SQUARE, "followed", "peers_job", "peers_tier", "peers_unit")
"""Names of the sparse tables of ``HistoryModel``."""
