"""Devices on their own network protocols, on real sockets: what the hub's drivers speak with."""
