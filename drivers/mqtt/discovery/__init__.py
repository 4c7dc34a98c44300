"""Home Assistant's MQTT discovery: what devices announce, read into components and devices.

Source: https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery.
"""
