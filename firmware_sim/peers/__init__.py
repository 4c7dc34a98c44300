"""Simulated devices on the real protocols of the network: what a hub finds, and speaks to."""
