"""TP-Link's Kasa and Tapo devices. All but finding them is python-kasa's, an extra.

discovery  bytes of the two searches <-> devices
seeking    asks everyone in the network, and hears who answers
features   what python-kasa calls a feature, as the vocabulary has it
library    python-kasa: the one place that imports it
link       one adopted device, and what is behind it
driver     the driver
"""
