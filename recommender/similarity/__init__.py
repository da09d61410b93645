"""Similarity terms: text, history and profiles."""
