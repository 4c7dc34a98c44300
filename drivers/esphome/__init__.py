"""Devices with ESPHome's firmware, over its native API: found by mDNS, encrypted, pushing.

announced  what a device says of itself by mDNS
device     what it says once it lets the hub in: its parts, and their entities
entity     one entity as an endpoint, and how its states and commands are translated
entities   the kinds of entities
failures   what can go wrong, each with its mend
link       the connection
driver     all of it, as the hub asks for it
"""
