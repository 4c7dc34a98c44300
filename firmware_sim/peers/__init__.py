"""Things of other makers on their real protocols, for the hub to find and to speak to."""
