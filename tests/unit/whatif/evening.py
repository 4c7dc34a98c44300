"""The evening that docs/why.md tells of, lived by the real core."""

from pathlib import Path

from hubd.model.claim import Claim, Priority
from hubd.model.device import DeviceType
from hubd.model.events import Claimed, Commanded, Event, Reported
from hubd.model.instant import HOUR_US
from tests.unit.scenes.lab import Lab

PAGE = Path(__file__).parents[3] / "docs" / "why.md"

KITCHEN_LIGHT = """\
scene: Kitchen light
when: {occupied: kitchen}
if: {light: {of: kitchen, below: 50 lx}}
claims: {kitchen_lamp: on}
until: {unoccupied: kitchen, for: 5 min}
"""
TRIED = KITCHEN_LIGHT.replace("50 lx", "200 lx")


class Evening(Lab):
    """A home whose devices obey within a third of a second."""

    def tell_world(self, made: list[Event]) -> None:
        """Let the lamp answer the commands among `made`."""
        for event in made:
            if isinstance(event.what, Commanded):
                self.wait(0.3)
                command = event.what.command
                self.tell(Reported(command.property, command.value), "driver:mqtt")

    def say(self, device: str, value: bool | float) -> None:
        """Let a device report, and the lamp obey what follows."""
        self.tell_world(self.report(device, value))


def evening() -> Evening:
    """Live it: someone comes in while it is light, and in the dark; Ann switches the lamp off."""
    home = Evening()
    home.at("2026-06-15 18:00")
    home.area("kitchen")
    home.person("ann")
    home.device("kitchen_motion", DeviceType.OCCUPANCY_SENSOR, "kitchen")
    home.device("window_sensor", DeviceType.LIGHT_SENSOR, "kitchen")
    home.device("kitchen_lamp", DeviceType.ON_OFF_LIGHT, "kitchen")
    home.report("kitchen_motion", value=False)
    home.report("window_sensor", value=180.0)
    home.report("kitchen_lamp", value=False)
    home.scene(KITCHEN_LIGHT, "kitchen_light")
    home.at("2026-06-15 19:04")
    home.say("kitchen_motion", value=True)
    home.at("2026-06-15 19:30")
    home.say("kitchen_motion", value=False)
    home.at("2026-06-15 21:50")
    home.say("window_sensor", 30.0)
    home.at("2026-06-15 22:10")
    home.say("kitchen_motion", value=True)
    home.at("2026-06-15 22:40")
    off = Claim(
        home.prop("kitchen_lamp"), False, Priority.HAND, "person:ann", "", home.now_us + HOUR_US
    )
    home.tell_world(home.tell(Claimed((off,)), "person:ann"))
    home.at("2026-06-15 22:45")
    return home
