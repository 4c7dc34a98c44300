"""Rights, which role has which, and which properties need more than an ordinary hand."""

from enum import StrEnum

from hubd.model.device import DeviceType
from hubd.model.home import Role


class Permission(StrEnum):
    """A right. What is not granted is denied."""

    SEE_HOME = "see_home"
    """See areas, devices and their present state."""
    SEE_PEOPLE = "see_people"
    """See who lives here, and where they are."""
    CONTROL_DEVICES = "control_devices"
    """Lay claims and ask for actions on ordinary devices."""
    CONTROL_SECURE = "control_secure"
    """The same on what keeps the home shut: locks and alarms."""
    CALL_SCENES = "call_scenes"
    """Call what scenes listen to by `called`, as a bell or a web service does."""
    SEE_HISTORY = "see_history"
    """See what happened, and why; to people too."""
    SEE_SCENES = "see_scenes"
    """See the scenes and how they stand."""
    EDIT_SCENES = "edit_scenes"
    """Write, change and remove scenes."""
    EDIT_HOME = "edit_home"
    """Name and move devices, areas and floors."""
    SEE_SYSTEM = "see_system"
    """See health and metrics."""
    MANAGE_TOKENS = "manage_tokens"
    """Make tokens with one's own rights or fewer, and revoke them."""
    MANAGE_PEOPLE = "manage_people"
    """Add and remove people, change roles and passwords, read the audit."""


_GUEST = frozenset({Permission.SEE_HOME, Permission.CONTROL_DEVICES})
_CHILD = _GUEST | {Permission.SEE_PEOPLE, Permission.SEE_SCENES}
_RESIDENT = _CHILD | {
    Permission.CONTROL_SECURE,
    Permission.CALL_SCENES,
    Permission.SEE_HISTORY,
    Permission.EDIT_SCENES,
    Permission.EDIT_HOME,
    Permission.SEE_SYSTEM,
    Permission.MANAGE_TOKENS,
}

RIGHTS: dict[Role, frozenset[Permission]] = {
    Role.GUEST: _GUEST,
    Role.CHILD: _CHILD,
    Role.RESIDENT: _RESIDENT,
    Role.OWNER: frozenset(Permission),
}
"""What each role may do."""

_PEOPLE_CLUSTERS = frozenset({"Presence"})
_SECURE_TYPES = frozenset({DeviceType.DOOR_LOCK, DeviceType.ALARM_PANEL})
_SECURE_CLUSTERS = frozenset({"DoorLock", "AlarmPanel"})


def needed_to_see(name: str) -> Permission:
    """Return the right needed to see the value of the property `name`."""
    if name.partition(".")[0] in _PEOPLE_CLUSTERS:
        return Permission.SEE_PEOPLE
    return Permission.SEE_HOME


def needed_for(endpoint: DeviceType, name: str) -> Permission:
    """Return the right needed to command the property or action `name` of an endpoint."""
    if endpoint in _SECURE_TYPES or name.partition(".")[0] in _SECURE_CLUSTERS:
        return Permission.CONTROL_SECURE
    return Permission.CONTROL_DEVICES
