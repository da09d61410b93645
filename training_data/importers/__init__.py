"""Tables in: files of agencies become a ``Dataset`` and a report of what has to be corrected."""

from training_data.importers.folder import read_file, read_folder
from training_data.importers.writing import write_csv

__all__ = ["read_file", "read_folder", "write_csv"]
