"""Write ``RULES.md`` beside the packs: run ``python -m training_data.reference.packs``."""

from pathlib import Path

from training_data.reference.packs.documents import document
from training_data.reference.packs.reading import shipped

PAGE = Path(__file__).parents[1] / "RULES.md"

if __name__ == "__main__":
    PAGE.write_text(document(shipped()), encoding="utf-8")
    print(PAGE)
