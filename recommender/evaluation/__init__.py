"""Offline evaluation: splits, metrics, baselines and the report."""
