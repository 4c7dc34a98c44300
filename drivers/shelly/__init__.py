"""Shelly devices of all generations, over their own API; what is said of them is pure.

    reading    what a status says -> the vocabulary's values
    function   endpoints, where a status says their values, how they are asked
    sketch     a status while it is read: what was taken of it, what is left, and why
    gen2       components of Gen2, Gen3 and Gen4 (with lamps, virtual, bluetooth)
    gen1       the settings and the status of Gen1, as components
    news       frames of RPC: answers and notifications
    link       RPC on a WebSocket; poll: Gen1 over HTTP
    driver     found by mDNS, adopted, linked

Over MQTT the same devices are described by the same functions (drivers/mqtt/shelly).
"""
