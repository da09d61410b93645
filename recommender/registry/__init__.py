"""The registry of models: numbered versions, one in force, a journal of every change.

In: a folder of models. Out: the folder of the version in force (``resolve``). Who changes it and
when is passed in; locks and clocks belong to the caller.
"""

from recommender.registry.layout import resolve

__all__ = ["resolve"]
