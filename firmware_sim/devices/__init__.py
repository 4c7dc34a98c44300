"""Firmware of simulated devices: pure state machines, each with its announcement and its words."""
