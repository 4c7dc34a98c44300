"""Fitting models, with the extra `learn`; what was fitted runs without it."""
