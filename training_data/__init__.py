"""What we know: the tables of an agency, the ways in, and facts of regulation as data."""
