"""Shellies on a broker: those of Gen2 and later by RPC, those of Gen1 by their own topics.

rpc      ShellyRpc: asks who is online, and describes what answers
gen1     ShellyGen1: devices that announce themselves below `shellies/`
parts    what a Shelly can do (drivers.shelly) -> parts: readers, writers, listeners
topics   Gen1's topics: which value comes on which, and which call goes to which
"""

from drivers.mqtt.shelly.gen1 import ShellyGen1
from drivers.mqtt.shelly.rpc import ShellyRpc

__all__ = ["ShellyGen1", "ShellyRpc"]
