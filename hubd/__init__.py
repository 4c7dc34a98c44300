"""The hub of a smart home."""
