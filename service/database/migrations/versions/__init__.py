"""One file per step of the tables, oldest first."""
