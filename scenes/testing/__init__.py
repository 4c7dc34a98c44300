"""Tests of scenes: files beside the scenes that say what a home does, run in virtual time."""
