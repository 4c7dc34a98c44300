"""What plays: `speaker`, `play-control`."""

from drivers.miio.draft import Draft
from drivers.miio.services.part import Part, quantity
from hubd.model.device import DeviceType


def speaker(draft: Draft, part: Part) -> None:
    """Add a loudspeaker's volume."""
    volume = part.look("volume")
    if volume is None or volume.bounds is None or volume.bounds[1] != 100:
        return
    found = quantity(volume, "%")
    if found is not None:
        part.drop(volume)
        mine = draft.endpoint("speaker", DeviceType.SPEAKER)
        part.carry(draft, mine, "MediaPlayback.volume", volume, found.codec, shape=found.shape)
