"""What Matter devices tell, in the vocabulary's words. Pure; the mapping speaks with no device.

attributes     what an attribute is: its codec, its property, what to order to set it
codecs         raw values of attributes to values and back
orders         the commands and writes that set properties
clusters/      the application clusters, by what they are for
machines       what machines are told to do
lock           the users of a lock and their codes
asking         what actions are told
infrastructure the clusters of the node itself, which tell nothing of a home
device_types   device types, and what they make of a cluster
switches       presses, and other events
dump           a node as a Matter server tells it, in any of its forms
mapping        describe, decode, encode
coverage       what of a node is carried
"""
