"""Facts of regulation and administration as data, and the typed ways to read them.

Every fact file names its mark and source; ``SOURCES.md`` lists them. Nothing is read at import.
"""

from training_data.reference.facts import (
    Affair,
    Competency,
    Education,
    Form,
    Grade,
    Structural,
    Tier,
    affairs,
    competencies,
    education_levels,
    forms,
    grades,
    structural_trainings,
    tiers,
)
from training_data.reference.lists import choices, label, list_names, nearest, normalise
from training_data.reference.titles import structural_of_title

__all__ = [
    "Affair",
    "Competency",
    "Education",
    "Form",
    "Grade",
    "Structural",
    "Tier",
    "affairs",
    "choices",
    "competencies",
    "education_levels",
    "forms",
    "grades",
    "label",
    "list_names",
    "nearest",
    "normalise",
    "structural_of_title",
    "structural_trainings",
    "tiers",
]
