"""What is told ends up as it is, however fast it changed."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from drivers.discovery.outbox import Outbox
from drivers.kit.sighting import Medium, Sighting

LAMP = Sighting(Medium.MDNS, "_hap._tcp.local.", "Lamp")


def test_what_came_and_went_before_it_was_told_is_not_told() -> None:
    outbox = Outbox()
    outbox.put(LAMP)
    outbox.put(replace(LAMP, gone=True))
    assert outbox.take(10) == []


def test_of_many_changes_the_last_is_told() -> None:
    outbox = Outbox()
    for port in range(100):
        outbox.put(replace(LAMP, port=port))
    assert outbox.take(10) == [replace(LAMP, port=99)]
    assert len(outbox) == 0


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), max_size=80))
def test_who_listens_knows_in_the_end_what_is_there(told: list[tuple[int, bool, int]]) -> None:
    outbox = Outbox()
    there: dict[str, int] = {}
    known: dict[str, int] = {}

    def hear(most: int) -> None:
        for sighting in outbox.take(most):
            if sighting.gone:
                assert known.pop(sighting.name, None) is not None, "gone, and never told of"
            else:
                known[sighting.name] = sighting.port

    for number, (name, gone, take) in enumerate(told):
        sighting = replace(LAMP, name=str(name), port=number, gone=gone)
        if gone:
            there.pop(sighting.name, None)
        else:
            there[sighting.name] = number
        outbox.put(sighting)
        hear(take)
    hear(1000)
    assert known == there
