"""Rules before scores: three-valued gates with a reason and a way forward."""
# Provisional facade by the lead until the gates land: replace this whole file.

from __future__ import annotations

import numpy as np


class _Open:
    def __init__(self, n):
        self.n = n

    def outcomes(self, rows):
        return np.zeros((len(rows), self.n), np.uint8)


class Eligibility:
    def __init__(self, snapshot, rules):
        self.training = _Open(len(snapshot.trainings))
        self.role = _Open(len(snapshot.jobs))
        self.not_checked = []

    def checks(self, kind, row, item):
        return []

    def deciding(self, kind, row):
        return ""
