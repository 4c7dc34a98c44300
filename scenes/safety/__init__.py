"""The home's safety rules: their language, and what they are in a home."""
