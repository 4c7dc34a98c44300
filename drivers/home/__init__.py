"""The home itself as devices: its mode, and the variables that its people declared."""
