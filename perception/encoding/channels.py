"""Which senses are taken together: by their shared words, and at home by who they are."""

from collections import Counter

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


def at_home(senses: tuple[Sense, ...], use: Counter[int], most: int = 32) -> Channels:
    """Return a channel for each sense of one home, and the shared ones that join several.

    `use`: how often each sense was heard from; beyond the `most` busiest, they are told apart by
    their shared words alone.
    """
    common = shared(senses)
    members = {
        place: frozenset(sense for sense, of in enumerate(common.of) if place in of)
        for place in range(len(common.names))
    }
    own = (
        [place for place, _ in use.most_common(most)] if len(senses) > most else range(len(senses))
    )
    alone = {place: channel for channel, place in enumerate(own)}
    singles = frozenset(alone)
    joined = {
        place: channel
        for channel, place in enumerate(
            (p for p, some in members.items() if some and not (len(some) == 1 and some <= singles)),
            len(alone),
        )
    }
    of = []
    for sense, both in enumerate(common.of):
        ids = (alone[sense],) if sense in alone else ()
        of.append((*ids, *(joined[place] for place in both if place in joined)))
    names = (*(senses[place].id for place in alone), *(common.names[place] for place in joined))
    return Channels(names, tuple(of))


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
