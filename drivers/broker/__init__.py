"""The hub's own MQTT broker, for a home that has none: a program run as a supervised child."""
