"""The load of a benchmark: many pairs of sensor and lamp, an open loop, and a stopwatch."""
