"""The home as a fold over its log: pure, deterministic, no clock, no chance, no I/O."""
