"""HomeKit accessories over IP: the hub is their controller.

uuids      the types of services and characteristics, by their short names
database   an accessory's own account of itself, as JSON tells it
values     what a characteristic holds <-> the vocabulary's values
function   one endpoint, and which characteristics it is read from and written to
draft      a service while it becomes functions
services   what each kind of service becomes
accessory  an accessory's description and functions
advert     what is announced by mDNS
keys       the setup code, and the keys that come of it
pairing    pairing by the code
session    one encrypted connection
part       one accessory while the hub is connected
link       an adopted accessory or bridge

Source: HomeKit Accessory Protocol Specification (non-commercial version), release R2.
"""
