"""The model registry and the sessions that models run in. Nothing lives here yet."""
