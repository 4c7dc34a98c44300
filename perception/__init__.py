"""Percepts from windows of events. Nothing lives here yet."""
