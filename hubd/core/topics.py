"""Topics of messages: which filters match them, and which may be written to (MQTT 5.0, 4.7)."""

MOST_CHARACTERS = 1024

_OURS = "hubd"


def matches(topic_filter: str, topic: str) -> bool:
    """Say whether `topic_filter`, in which + is any level and # all that follow, means `topic`."""
    if topic_filter == topic:
        return True
    if topic.startswith("$") and not topic_filter.startswith("$"):
        return False
    wanted, levels = topic_filter.split("/"), topic.split("/")
    for number, level in enumerate(wanted):
        if level == "#":
            return True
        if number >= len(levels) or level not in {"+", levels[number]}:
            return False
    return len(wanted) == len(levels)


def why_no_filter(topic_filter: str) -> str:
    """Return why nobody can listen to `topic_filter`; "" if one can."""
    if not topic_filter or len(topic_filter) > MOST_CHARACTERS or "\0" in topic_filter:
        return f"a topic has 1 to {MOST_CHARACTERS} characters"
    levels = topic_filter.split("/")
    if any(("+" in level or "#" in level) and len(level) > 1 for level in levels):
        return "+ and # stand for whole levels"
    if "#" in levels[:-1]:
        return "# is the last level"
    if levels[0].startswith("$"):
        return "topics that begin with $ are the broker's own"
    return ""


def why_not_sent(topic: str) -> str:
    """Return why nothing may be sent to `topic`; "" if it may."""
    if not topic or len(topic) > MOST_CHARACTERS or "\0" in topic:
        return f"a topic has 1 to {MOST_CHARACTERS} characters"
    if "+" in topic or "#" in topic:
        return "+ and # are for listening alone"
    first = topic.partition("/")[0]
    if first.startswith("$"):
        return "topics that begin with $ are the broker's own"
    return "topics of hubd are the hub's own" if first == _OURS else ""
