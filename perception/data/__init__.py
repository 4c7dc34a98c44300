"""Recorded homes as files: read, put in order, and every row that was dropped accounted for."""
