"""A fictional Jakarta: seeded, any size, with planted truth kept apart."""
