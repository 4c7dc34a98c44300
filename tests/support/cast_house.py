"""A receiver of Google Cast as it announces itself, for tests."""

from drivers.cast.driver import CastDriver
from drivers.kit.found import Adoption, Found
from drivers.kit.sighting import Medium, Sighting
from drivers.kit.trying import quietly
from firmware_sim.peers.cast import CastReceiver


def sighting(peer: CastReceiver) -> Sighting:
    """Return how the receiver announces itself."""
    name = f"Chromecast-{peer.state.id}"
    return Sighting(
        Medium.MDNS,
        "_googlecast._tcp.local.",
        f"{name}._googlecast._tcp.local.",
        f"{peer.state.id}.local.",
        (peer.host,),
        peer.port,
        peer.texts,
    )


def found(peer: CastReceiver) -> Found:
    """Return the receiver as the driver recognises it."""
    seen = CastDriver().recognised(sighting(peer))
    assert seen is not None
    return seen


async def adopted(peer: CastReceiver) -> Adoption:
    """Return the receiver adopted."""
    return await CastDriver().adopt(found(peer), {}, quietly)
