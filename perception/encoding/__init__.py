"""One encoding for every sense: what it is, where, how much, when; never a home's own ids."""
