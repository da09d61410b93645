"""Figures HR already speaks: JPM, nine-box, talent value, IP ASN, learning hours, assessments."""
