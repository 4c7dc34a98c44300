"""The outside world: simulated devices on their real protocols, people, rooms, physics, replay."""
