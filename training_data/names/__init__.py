"""Names to codes: what people type for jobs, trainings, education and units finds its code.

Stages, in the order of the modules::

    words.json → words.py      abbreviations, old names, levels: our own words, as data
    normalise.py               a name becomes words in full, with level, number and place apart
    catalogue.py               reference lists of the agency (the product carries none)
    candidates.py              the few entries of a long list that could be meant
    evidence.py                what is missing, added, misspelt, left open, and what contradicts
    confidence.py              a probability, learnt from names matched by hand (confidence.json)
    matcher.py                 sure → its code · unsure → candidates for a person · unknown → none
    mapping.py, decisions.py   the names of a dataset, and what people decided about them
    labelled.py                precision, recall and reliability on names matched by hand

A level, number, type, place or decisive word that contradicts forbids an automatic match whatever
the likeness. An exact spelling is its own entry unless two codes share it. Thresholds are the rule
``names.match``; ``selaras names calibrate`` learns the parameters anew.

>>> from training_data.names import Catalogue, Matcher, Thresholds
>>> posts = [{"code": "1", "title": "Perawat Ahli Muda"}, {"code": "2", "title": "Camat"}]
>>> matcher = Matcher(Catalogue.of("job", posts), Thresholds(0.96, 0.05, 0.6, 5))
>>> [match.code for match in matcher.match(["Perawat Muda", "Perawat Ahli Madya"]).values()]
['1', None]
"""

from training_data.names.catalogue import Catalogue, Entry, load_catalogue
from training_data.names.decisions import read_decisions
from training_data.names.mapping import Report, Waiting, map_names
from training_data.names.matcher import Candidate, Match, Matcher, Thresholds
from training_data.names.normalise import exact_key
from training_data.names.words import KINDS, Kind

__all__ = [
    "KINDS",
    "Candidate",
    "Catalogue",
    "Entry",
    "Kind",
    "Match",
    "Matcher",
    "Report",
    "Thresholds",
    "Waiting",
    "exact_key",
    "load_catalogue",
    "map_names",
    "read_decisions",
]
