"""What shows itself on the network, over mDNS and SSDP, and the hub's own sign there.

watcher      one object that runs all of it, for a process of its own
mdns         asks for service types, and keeps who is there by the records' own times
ssdp         asks for UPnP targets, and keeps who is there by the announcements' own times
description  what a UPnP thing says of itself at its address
announcer    the hub's own service on mDNS
interfaces   the network interfaces, and when they change
brands       what a sighting that no driver is for probably is
The codecs (`mdns_codec`, `ssdp_codec`) and the bookkeeping (`presence`, `outbox`) are pure.
"""
