"""What a network is called. Pure."""


def home_name(home_id: int) -> str:
    """Return a network's name: its home id in hexadecimal, as its tools write it."""
    return f"{home_id:08x}"
