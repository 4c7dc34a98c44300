"""Every device that Zigbee2MQTT knows, put to the dialect: what comes out is checked for itself.

write.mjs   the definitions of npm's zigbee-herdsman-converters -> `bridge/devices` payloads
features    those payloads -> single features, read anew from the JSON
expected    what a feature should become, by its name, type, unit and access
check       each feature's messages, sent and asked, against what is expected

`make coverage` runs it. Nothing here uses what the dialect says of itself.
"""
