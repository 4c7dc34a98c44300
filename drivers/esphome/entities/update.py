"""Updates of a firmware."""

from aioesphomeapi import UpdateCommand, UpdateInfo, UpdateState

from drivers.esphome.entity import (
    Entity,
    Order,
    Values,
    action,
    endpoint,
    measured,
    prop,
    told,
    words,
)
from hubd.model.device import DeviceType
from hubd.model.value import Value

_INSTALLED, _LATEST, _PROGRESS = "Update.installed", "Update.latest", "Update.progress"
_INSTALL = "Update.install"


def update(info: UpdateInfo) -> Entity:
    """Return an update as an endpoint."""

    def read(state: UpdateState) -> Values:
        if state.missing_state:
            return [(_INSTALLED, None), (_LATEST, None), (_PROGRESS, None)]
        progress = measured(state.progress) if state.in_progress and state.has_progress else None
        return [
            (_INSTALLED, words(state.current_version) or None),
            (_LATEST, words(state.latest_version) or None),
            (_PROGRESS, progress),
        ]

    def install(_argument: Value) -> Order:
        return lambda client: client.update_command(
            info.key, UpdateCommand.INSTALL, device_id=info.device_id
        )

    return Entity(
        endpoint(
            info,
            "update",
            DeviceType.UPDATE,
            properties=[prop(_INSTALLED), prop(_LATEST), prop(_PROGRESS)],
            actions=[action(_INSTALL)],
        ),
        told(UpdateState, read),
        actions={_INSTALL: install},
    )
