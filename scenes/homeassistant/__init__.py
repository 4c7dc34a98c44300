"""Home Assistant's configurations as scenes: what carries, and what is left, line by line."""
