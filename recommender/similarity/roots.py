"""Root words: "mengelola", "pengelolaan" and "dikelola" speak of one thing.

In: the catalogue's texts. Out: word → root, for the words that have another one. Learned once at
fit and kept with the model, so that reading a text later needs no dictionary.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

LANGUAGES = ("id", "en")
_WORD = re.compile(r"(?u)\b\w\w+\b")
_KNOWN = 0.6
"""Share of known words from which a text is taken to be of a language; others stay as written."""


def words(text: str) -> list[str]:
    """Return the words of a text, in lower case."""
    return _WORD.findall(text.lower())


def learn_roots(documents: Sequence[str]) -> dict[str, str]:
    """Return the roots of the words of texts that are Indonesian or English.

    A word is read in the language of the texts it stands in most often.
    """
    from simplemma import in_target_language, lemmatize

    seen: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}
    for document in documents:
        shares = {language: in_target_language(document, lang=language) for language in LANGUAGES}
        language = max(LANGUAGES, key=shares.__getitem__)
        if document and shares[language] >= _KNOWN:
            seen[language].update(words(document))
    roots = {}
    for word in sorted(set().union(*seen.values())):
        language = max(LANGUAGES, key=lambda code: seen[code][word])
        root = lemmatize(word, lang=language).lower()
        if root != word:
            roots[word] = root
    return roots


def rooted(text: str, roots: Mapping[str, str]) -> list[str]:
    """Return the words of a text as their roots; unknown ones as they are."""
    return [roots.get(word, word) for word in words(text)]
