"""A driver that misbehaves at its bench's word: what the others must not feel."""
