"""Perception: from many weak senses to what is happening (docs/perception.md)."""
