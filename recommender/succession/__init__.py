"""Who could follow on the key posts of an agency, and which of these posts are at risk."""
