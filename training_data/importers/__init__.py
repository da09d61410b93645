"""Ways in: each source kind becomes typed tables and a report of what was refused."""
