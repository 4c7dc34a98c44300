"""Which senses are taken together: by their shared words, and at home by who they are."""

from msgspec import Struct

from perception.encoding.sense import AreaType, Sense, Thing


class Channels(Struct, frozen=True):
    """The streams that a model reads.

    `names`: one each. `of`: the channels of each sense, by place; its first is where it is felt to
    be (what a stay is counted by).
    """

    names: tuple[str, ...]
    of: tuple[tuple[int, ...], ...]


_SHARED = (*(f"area {a}" for a in AreaType), *(f"thing {t}" for t in Thing))


def shared(senses: tuple[Sense, ...]) -> Channels:
    """Return channels that are the same in every home, so that what is learnt in one holds."""
    places = {name: place for place, name in enumerate(_SHARED)}
    of = tuple((places[f"area {s.area}"], places[f"thing {s.thing}"]) for s in senses)
    return Channels(_SHARED, of)


def at_home(senses: tuple[Sense, ...]) -> Channels:
    """Return a channel for each sense of one home, and the shared ones that join several."""
    common = shared(senses)
    members: dict[int, int] = {}
    for both in common.of:
        for place in both:
            members[place] = members.get(place, 0) + 1
    several = sorted(place for place, count in members.items() if count > 1)
    joined = {place: len(senses) + channel for channel, place in enumerate(several)}
    of = tuple(
        (sense, *(joined[place] for place in both if place in joined))
        for sense, both in enumerate(common.of)
    )
    return Channels((*(s.id for s in senses), *(common.names[p] for p in several)), of)


def taken_over(channels: Channels, known: tuple[Sense, ...], senses: tuple[Sense, ...]) -> Channels:
    """Return the channels of one list of senses for another: by id, else by shared words.

    A sense that fits none of them is not heard.
    """
    places = {name: place for place, name in enumerate(channels.names)}
    ids = {sense.id: of for sense, of in zip(known, channels.of, strict=True)}
    of = []
    for sense in senses:
        words = (f"area {sense.area}", f"thing {sense.thing}")
        fitting = tuple(places[word] for word in words if word in places)
        of.append(ids.get(sense.id) or fitting)
    return Channels(channels.names, tuple(of))
