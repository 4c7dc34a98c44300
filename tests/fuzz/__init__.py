"""Coverage-guided fuzz of every codec: bytes go in, values or a typed error must come out.

`python -m tests.fuzz` runs the targets; docs/fuzzing.md says how to read what they find.
"""
