"""What the people of a home are doing."""
