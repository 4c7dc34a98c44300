"""Groups of a Zigbee network: one message instead of one for each member.

The lamps of a group hear a multicast at the same moment; a dozen messages one after the other take
a second, and fill the air. Source: https://www.zigbee2mqtt.io/guide/usage/groups.html and
https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html (`bridge/groups`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from drivers.mqtt.errors import MqttError, UnreadableError
from drivers.mqtt.part import Part, Publish
from hubd.model.ids import EndpointId

_BRIDGE = "/bridge/state"
_ADDRESS = "id:zigbee2mqtt_"
_ON = "OnOff.on"


class Group(Struct, frozen=True):
    """A group's own topic, and the topics of all its members."""

    topic: str
    members: frozenset[str]


class Told(Struct, frozen=True):
    """A group as its bridge tells of it: the topic, and its members' addresses."""

    topic: str
    addresses: frozenset[str]


class Bundle(Struct, frozen=True):
    """A message, and which of the messages (by place) it stands for."""

    message: Publish
    places: tuple[int, ...]


def grouped(messages: Sequence[Publish], groups: Iterable[Group]) -> list[Bundle]:
    """Return what to send for `messages`: those that say the same to a whole group as one.

    The larger group goes first. Something that is told twice is left as it is: its order counts.
    """
    places: dict[str, list[int]] = {}
    for place, message in enumerate(messages):
        places.setdefault(message.topic, []).append(place)
    free = {topic: at[0] for topic, at in places.items() if len(at) == 1}
    bundles: dict[int, Bundle] = {}
    for group in sorted(groups, key=lambda g: (-len(g.members), g.topic)):
        if len(group.members) < 2 or not free.keys() >= group.members:
            continue
        mine = sorted(free[topic] for topic in group.members)
        first = messages[mine[0]]
        if all(replace(messages[at], topic=first.topic) == first for at in mine):
            bundles[mine[0]] = Bundle(replace(first, topic=group.topic), tuple(mine))
            for topic in group.members:
                del free[topic]
    covered = {place for bundle in bundles.values() for place in bundle.places}
    return [
        bundles.get(place, Bundle(message, (place,)))
        for place, message in enumerate(messages)
        if place in bundles or place not in covered
    ]


def read_groups(base: str, said: object) -> list[Told]:
    """Return the groups that a bridge's `bridge/groups` tells. Raises UnreadableError."""
    if not isinstance(said, list):
        raise UnreadableError("is no list of groups")
    found: list[Told] = []
    for group in said:
        if not isinstance(group, dict) or not isinstance(name := group.get("friendly_name"), str):
            raise UnreadableError("has a group without a name")
        members = group.get("members")
        addresses = [
            address
            for member in (members if isinstance(members, list) else ())
            if isinstance(member, dict) and isinstance(address := member.get("ieee_address"), str)
        ]
        found.append(Told(f"{base}/{name}/set", frozenset(addresses)))
    return found


class Network:
    """What bridges told of their groups, and by which topics the members are told."""

    def __init__(self) -> None:
        self._told: dict[str, list[Told]] = {}
        self._topics: dict[str, str] = {}

    def tell(self, base: str, said: object) -> None:
        """Take in what the bridge of `base` tells of its groups. Raises UnreadableError."""
        self._told[base] = read_groups(base, said)

    def know(self, identities: Iterable[str], parts: Mapping[EndpointId, Part]) -> None:
        """Take in how the device of `identities` is told; with no parts it is told no more."""
        topic = command_topic(parts) if parts else None
        for identity in identities:
            if identity.startswith(_ADDRESS):
                address = identity.removeprefix(_ADDRESS)
                if topic is not None:
                    self._topics[address] = topic
                else:
                    self._topics.pop(address, None)

    def groups(self) -> list[Group]:
        """Return the groups of which every member can be told."""
        known = self._topics
        return [
            Group(group.topic, frozenset(known[address] for address in group.addresses))
            for told in self._told.values()
            for group in told
            if group.addresses and known.keys() >= group.addresses
        ]


def bridges(parts: Iterable[Part]) -> Iterator[str]:
    """Yield the base topics of the Zigbee bridges that `parts` are behind."""
    for part in parts:
        for topic, _ in part.reach.topics if part.reach is not None else ():
            if topic.endswith(_BRIDGE):
                yield topic.removesuffix(_BRIDGE)


def command_topic(parts: Mapping[EndpointId, Part]) -> str | None:
    """Return the topic by which a member is told everything; None if there is no such one."""
    joints = [part.joint for part in parts.values() if part.joint is not None]
    if len(joints) != 1:
        return None
    try:
        return joints[0].write({_ON: True}).topic
    except MqttError:
        return None
