"""Xiaomi's devices in the local network, over the miIO protocol.

packet     bytes <-> headers and sealed texts
rpc        texts <-> requests and answers
connection a UDP socket to one device: hello, calls, lost and doubled packets
hello      who answers a broadcast
spec       a device's MIoT-Spec: its services, properties and actions
specs      where a model's spec comes from
codec      a device's values <-> the vocabulary's
profile    what a model is: endpoints, and how they are read and set
miot       a spec as a profile
legacy     the profiles of models from before MIoT-Spec
link       one adopted device
driver     the driver
"""
