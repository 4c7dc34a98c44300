"""What if: the past of a home lived again under other scenes, with devices that obey."""
