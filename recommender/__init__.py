"""What we advise: pure functions and estimators from a dataset to ranked, explained suggestions."""
