"""Weights of the training ranker, learned from what people took next, inside the past."""
