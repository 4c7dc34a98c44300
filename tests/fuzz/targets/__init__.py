"""The targets, by what their codecs are of."""
