"""Documents of the personnel office, from the year plans: AKPK, HCDP, RPI, rekap JP; lists."""
