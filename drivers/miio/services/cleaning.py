"""Robot vacuums: `vacuum` and `sweep`, with the `battery` that has their way home."""

from collections.abc import Sequence

from drivers.miio.codec import words
from drivers.miio.draft import Draft
from drivers.miio.services.part import Part, chosen, meanings
from hubd.model.device import DeviceType

_STATES = {
    "sweeping": "cleaning", "cleaning": "cleaning", "mopping": "cleaning",
    "sweeping_and_mopping": "cleaning", "sweep_mop": "cleaning", "busy": "cleaning",
    "idle": "idle", "sleep": "idle", "standby": "idle", "paused": "paused", "pause": "paused",
    "error": "error", "go_charging": "returning", "returning": "returning",
    "charging": "docked", "charging_completed": "docked", "fully_charged": "docked",
    "fullcharge": "docked", "docked": "docked",
}  # fmt: skip
_ACTIONS = (
    ("RvcRunMode.start", ("start-sweep", "start-sweep-mop", "start-clean")),
    ("RvcRunMode.pause", ("pause-sweeping", "pause")),
    ("RvcRunMode.stop", ("stop-sweeping", "stop-clean")),
    ("RvcRunMode.goHome", ("start-charge", "stop-and-gocharge", "stop-and-go-charge")),
    ("RvcRunMode.locate", ("identify", "find-robot", "position")),
)


def vacuum(draft: Draft, part: Part, others: Sequence[Part]) -> None:
    """Add a vacuum: what it does, its suction, and what it can be asked."""
    mine = draft.endpoint("vacuum", DeviceType.ROBOTIC_VACUUM)
    status = part.look("status")
    if status is not None and status.value_list:
        part.drop(status)
        meant = meanings(status, _STATES)
        part.carry(
            draft, mine, "RvcOperationalState.state", status, words(meant), shape=chosen(meant)
        )
    for kind in ("suction-level", "suction-state", "mode", "fan-level"):
        prop = part.look(kind)
        if prop is not None and part.choose(draft, mine, "RvcOperationalState.fanSpeed", prop):
            part.drop(prop)
    for name, kinds in _ACTIONS:
        for place in (part, *others):
            call = None if draft.has(mine, name) else place.take_action(*kinds)
            if call is not None:
                draft.does(mine, name, lambda _, call=call: call)  # type: ignore[misc]
