"""The driver of what is no thing: it obeys at once, and what it says is in the log alone."""

import asyncio
from collections.abc import Iterable, Sequence

from drivers.kit.port import Hub, Ordered
from drivers.kit.problem import Problem
from hubd.core.view import View
from hubd.model.device import Device, Property
from hubd.model.home import Variable
from hubd.model.ids import DeviceId, PropertyId
from hubd.model.value import Value
from hubd.own_devices import DRIVER, device_of, first_value, property_of, the_home, why_not


class HomeDriver:
    """The mode and the variables of the home. Their values are those that the log has of them."""

    name = DRIVER
    trouble = ""
    problems: Sequence[Problem] = ()

    def __init__(self, variables: Iterable[Variable], hub: Hub, view: View) -> None:
        """Make the driver; it looks in `view` what is known of its devices already."""
        self._hub = hub
        self._view = view
        self._first: dict[DeviceId, tuple[Device, Value]] = {}
        for device, value in (
            (the_home(), "home"),
            *((device_of(v), first_value(v)) for v in variables),
        ):
            self._first[device.id] = device, value
        self._properties: dict[PropertyId, Property] = dict(
            property_of(device) for device, _ in self._first.values()
        )

    def furnish(self) -> None:
        """Tell of all devices, and of the values of those that have none that they can have.

        Devices that are declared no more are forgotten.
        """
        known = self._view.home.devices.values()
        for gone in [d.id for d in known if d.driver == DRIVER and d.id not in self._first]:
            self._hub.forgotten(gone)
        for device, first in self._first.values():
            self._hub.described(device)
            prop_id, prop = property_of(device)
            value = self._view.value(prop_id)
            if value is None or why_not(value, prop):
                self._hub.reported(prop_id, first, restored=True)

    def keeps(self, key: str) -> bool:
        """Say no: nothing of its is found."""
        del key
        return False

    def vouches(self, device: DeviceId) -> bool:
        """Say yes: its devices are the home's own."""
        del device
        return True

    def heard(self, topic: str, payload: str) -> None:
        """Take no message: it listens to none."""

    def refresh(self, device: DeviceId) -> None:
        """Do nothing: `furnish` tells all that there is."""

    async def run(self) -> None:
        """Wait until cancelled: all is done as it is asked."""
        await asyncio.Event().wait()

    def send(self, commands: Sequence[Ordered]) -> None:
        """Do as asked, at once."""
        for ordered in commands:
            command = ordered.command
            prop = self._properties.get(command.property)
            reason = why_not(command.value, prop) if prop is not None else "there is none such"
            if reason:
                self._hub.answered(ordered.event, accepted=False, reason=reason)
            else:
                self._hub.reported(command.property, command.value)
