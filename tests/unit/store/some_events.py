"""Events of all kinds, by hypothesis and by hand."""
