"""A small typed language for values: checked with its units when loaded, never code of Python."""
