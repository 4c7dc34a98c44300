"""Roles have the rights that they are said to have, and no others."""

from itertools import pairwise

import pytest
from guarding import BEA, TIM, identity

from hubd.guard.errors import NotPermittedError
from hubd.guard.permission import RIGHTS, Permission, needed_for, needed_to_see
from hubd.model.device import DeviceType
from hubd.model.home import Role


def test_every_role_is_given_its_rights_explicitly() -> None:
    assert set(RIGHTS) == set(Role)


def test_each_role_has_all_rights_of_the_one_below() -> None:
    below = [Role.GUEST, Role.CHILD, Role.RESIDENT, Role.OWNER]
    for lower, higher in pairwise(below):
        assert RIGHTS[lower] < RIGHTS[higher]


@pytest.mark.parametrize("role", [Role.GUEST, Role.CHILD])
def test_guests_and_children_neither_open_locks_nor_see_history(role: Role) -> None:
    assert not RIGHTS[role] & {
        Permission.CONTROL_SECURE,
        Permission.SEE_HISTORY,
        Permission.MANAGE_TOKENS,
        Permission.EDIT_HOME,
    }


def test_only_owners_manage_people() -> None:
    holders = [role for role in Role if Permission.MANAGE_PEOPLE in RIGHTS[role]]
    assert holders == [Role.OWNER]


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [
        (DeviceType.DOOR_LOCK, "DoorLock.locked"),
        (DeviceType.DOOR_LOCK, "OnOff.on"),
        (DeviceType.ALARM_PANEL, "AlarmPanel.state"),
        (DeviceType.GENERIC, "DoorLock.unbolt"),
    ],
)
def test_locks_and_alarms_need_more_than_an_ordinary_hand(endpoint: DeviceType, name: str) -> None:
    assert needed_for(endpoint, name) is Permission.CONTROL_SECURE


def test_a_lamp_needs_an_ordinary_hand() -> None:
    assert needed_for(DeviceType.ON_OFF_LIGHT, "OnOff.on") is Permission.CONTROL_DEVICES


def test_guests_do_not_see_where_people_are() -> None:
    assert needed_to_see("Presence.place") not in RIGHTS[Role.GUEST]
    assert needed_to_see("Presence.place") in RIGHTS[Role.CHILD]
    assert needed_to_see("OnOff.on") in RIGHTS[Role.GUEST]


def test_what_is_not_granted_is_denied_by_name() -> None:
    identity(BEA).require(Permission.EDIT_SCENES)
    with pytest.raises(NotPermittedError, match=r"Tim may not do this.*'edit_scenes'"):
        identity(TIM).require(Permission.EDIT_SCENES)
