"""Whether devices on a broker can be reached, and what follows when they come and go.

plan      which of four ways a device is watched: told, pinged, by its rhythm, never lost; pure
options   an announcement's availability options -> where a component says that it is there; pure
silence   one device's silence: when it is asked, when it counts as lost; pure
naps      devices that take leave each time that they go to sleep; pure
reach     folds what is told, what expires and who is silent into one answer
watch     all devices: who is due to be looked at, and what of them is told to the hub
asking    what the hub asks of devices goes out one after the other
memory    what was learnt of their rhythms, kept over a restart

How long each kind of device may be silent, and why: docs/decisions/0014-availability.md.
"""
