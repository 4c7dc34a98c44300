"""The nodes of one home: discovery, pairing, shared devices. Nothing lives here yet."""
