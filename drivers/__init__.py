"""The protocols of real devices: their bytes to and from the model. None knows of scenes."""
