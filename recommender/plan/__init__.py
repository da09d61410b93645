"""The year plan: the best set and order of trainings for one person (PP 11/2017 art. 205-207)."""
