"""Simulated devices that speak their own protocol, each on a real socket."""
