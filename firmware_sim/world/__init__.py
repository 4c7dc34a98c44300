"""A house with its rooms, physics and people: pure functions of a frozen state and a seed."""
