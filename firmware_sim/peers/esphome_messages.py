"""Messages of ESPHome's native API: their numbers, and the fields that a simulated device uses.

Source: `esphome/components/api/api.proto` of https://github.com/esphome/esphome.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from firmware_sim.peers.protobuf import Kind, Message

_FLAG, _COUNT, _FLOAT, _FIXED, _TEXT, _BYTES = Kind

HELLO = Message(1, client_info=(1, _TEXT), major=(2, _COUNT), minor=(3, _COUNT))
HELLO_BACK = Message(
    2, major=(1, _COUNT), minor=(2, _COUNT), server_info=(3, _TEXT), name=(4, _TEXT)
)
LOGIN = Message(3, password=(1, _TEXT))
LOGIN_BACK = Message(4, invalid_password=(1, _FLAG))
DISCONNECT, DISCONNECT_BACK = Message(5), Message(6)
PING, PONG = Message(7), Message(8)
DEVICE_INFO = Message(9)
DEVICE_INFO_BACK = Message(
    10,
    uses_password=(1, _FLAG),
    name=(2, _TEXT),
    mac_address=(3, _TEXT),
    esphome_version=(4, _TEXT),
    model=(6, _TEXT),
    has_deep_sleep=(7, _FLAG),
    project_name=(8, _TEXT),
    project_version=(9, _TEXT),
    manufacturer=(12, _TEXT),
    friendly_name=(13, _TEXT),
    bluetooth_proxy_feature_flags=(15, _COUNT),
    suggested_area=(16, _TEXT),
    bluetooth_mac_address=(18, _TEXT),
    devices=(20, _BYTES),
    areas=(21, _BYTES),
    area=(22, _BYTES),
)
SUB_DEVICE = Message(device_id=(1, _COUNT), name=(2, _TEXT), area_id=(3, _COUNT))
AREA = Message(area_id=(1, _COUNT), name=(2, _TEXT))
LIST, LIST_DONE = Message(11), Message(19)
SUBSCRIBE = Message(20)
SERVICE = Message(41, name=(1, _TEXT), key=(2, _FIXED))


@dataclass(frozen=True)
class EntityKind:
    """A kind of entities: the messages that list it, tell its state, and command it."""

    info: Message
    state: Message | None = None
    command: Message | None = None


def _info(number: int, device: int, **fields: tuple[int, Kind]) -> Message:
    common = {"object_id": (1, _TEXT), "key": (2, _FIXED), "name": (3, _TEXT)}
    return Message(number, **common, device_id=(device, _COUNT), **fields)


def _state(number: int, device: int, **fields: tuple[int, Kind]) -> Message:
    return Message(number, key=(1, _FIXED), device_id=(device, _COUNT), **fields)


KINDS: Mapping[str, EntityKind] = {
    "binary_sensor": EntityKind(
        _info(
            12, 10, device_class=(5, _TEXT), disabled_by_default=(7, _FLAG), category=(9, _COUNT)
        ),
        _state(21, 4, state=(2, _FLAG), missing_state=(3, _FLAG)),
    ),
    "cover": EntityKind(
        _info(
            13,
            13,
            supports_position=(6, _FLAG),
            supports_tilt=(7, _FLAG),
            device_class=(8, _TEXT),
            supports_stop=(12, _FLAG),
        ),
        _state(22, 6, position=(3, _FLOAT), tilt=(4, _FLOAT), current_operation=(5, _COUNT)),
        _state(
            30,
            9,
            has_position=(4, _FLAG),
            position=(5, _FLOAT),
            has_tilt=(6, _FLAG),
            tilt=(7, _FLOAT),
            stop=(8, _FLAG),
        ),
    ),
    "fan": EntityKind(
        _info(
            14,
            13,
            supports_oscillation=(5, _FLAG),
            supports_speed=(6, _FLAG),
            supports_direction=(7, _FLAG),
            supported_speed_count=(8, _COUNT),
            supported_preset_modes=(12, _TEXT),
        ),
        _state(
            23,
            8,
            state=(2, _FLAG),
            oscillating=(3, _FLAG),
            direction=(5, _COUNT),
            speed_level=(6, _COUNT),
            preset_mode=(7, _TEXT),
        ),
        _state(
            31,
            14,
            has_state=(2, _FLAG),
            state=(3, _FLAG),
            has_oscillating=(6, _FLAG),
            oscillating=(7, _FLAG),
            has_direction=(8, _FLAG),
            direction=(9, _COUNT),
            has_speed_level=(10, _FLAG),
            speed_level=(11, _COUNT),
            has_preset_mode=(12, _FLAG),
            preset_mode=(13, _TEXT),
        ),
    ),
    "light": EntityKind(
        _info(
            15,
            16,
            min_mireds=(9, _FLOAT),
            max_mireds=(10, _FLOAT),
            effects=(11, _TEXT),
            supported_color_modes=(12, _COUNT),
        ),
        _state(
            24,
            14,
            state=(2, _FLAG),
            brightness=(3, _FLOAT),
            red=(4, _FLOAT),
            green=(5, _FLOAT),
            blue=(6, _FLOAT),
            white=(7, _FLOAT),
            color_temperature=(8, _FLOAT),
            effect=(9, _TEXT),
            color_brightness=(10, _FLOAT),
            color_mode=(11, _COUNT),
            cold_white=(12, _FLOAT),
            warm_white=(13, _FLOAT),
        ),
        _state(
            32,
            28,
            has_state=(2, _FLAG),
            state=(3, _FLAG),
            has_brightness=(4, _FLAG),
            brightness=(5, _FLOAT),
            has_rgb=(6, _FLAG),
            red=(7, _FLOAT),
            green=(8, _FLOAT),
            blue=(9, _FLOAT),
            has_white=(10, _FLAG),
            white=(11, _FLOAT),
            has_color_temperature=(12, _FLAG),
            color_temperature=(13, _FLOAT),
            has_transition_length=(14, _FLAG),
            transition_length=(15, _COUNT),
            has_effect=(18, _FLAG),
            effect=(19, _TEXT),
            has_color_brightness=(20, _FLAG),
            color_brightness=(21, _FLOAT),
            has_color_mode=(22, _FLAG),
            color_mode=(23, _COUNT),
            has_cold_white=(24, _FLAG),
            cold_white=(25, _FLOAT),
            has_warm_white=(26, _FLAG),
            warm_white=(27, _FLOAT),
        ),
    ),
    "sensor": EntityKind(
        _info(
            16,
            14,
            unit_of_measurement=(6, _TEXT),
            accuracy_decimals=(7, _COUNT),
            device_class=(9, _TEXT),
            state_class=(10, _COUNT),
            disabled_by_default=(12, _FLAG),
            category=(13, _COUNT),
        ),
        _state(25, 4, state=(2, _FLOAT), missing_state=(3, _FLAG)),
    ),
    "switch": EntityKind(
        _info(17, 10, device_class=(9, _TEXT)),
        _state(26, 3, state=(2, _FLAG)),
        _state(33, 3, state=(2, _FLAG)),
    ),
    "text_sensor": EntityKind(
        _info(18, 9, device_class=(8, _TEXT)),
        _state(27, 4, state=(2, _TEXT), missing_state=(3, _FLAG)),
    ),
    "camera": EntityKind(_info(43, 8)),
    "climate": EntityKind(
        _info(
            46,
            26,
            supported_modes=(7, _COUNT),
            visual_min_temperature=(8, _FLOAT),
            visual_max_temperature=(9, _FLOAT),
            visual_target_temperature_step=(10, _FLOAT),
            supported_fan_modes=(13, _COUNT),
            supported_swing_modes=(14, _COUNT),
            supported_custom_fan_modes=(15, _TEXT),
            supported_presets=(16, _COUNT),
            supported_custom_presets=(17, _TEXT),
            feature_flags=(27, _COUNT),
            temperature_unit=(28, _COUNT),
        ),
        _state(
            47,
            16,
            mode=(2, _COUNT),
            current_temperature=(3, _FLOAT),
            target_temperature=(4, _FLOAT),
            target_temperature_low=(5, _FLOAT),
            target_temperature_high=(6, _FLOAT),
            action=(8, _COUNT),
            fan_mode=(9, _COUNT),
            swing_mode=(10, _COUNT),
            custom_fan_mode=(11, _TEXT),
            preset=(12, _COUNT),
            custom_preset=(13, _TEXT),
            current_humidity=(14, _FLOAT),
            target_humidity=(15, _FLOAT),
        ),
        _state(
            48,
            24,
            has_mode=(2, _FLAG),
            mode=(3, _COUNT),
            has_target_temperature=(4, _FLAG),
            target_temperature=(5, _FLOAT),
            has_target_temperature_low=(6, _FLAG),
            target_temperature_low=(7, _FLOAT),
            has_target_temperature_high=(8, _FLAG),
            target_temperature_high=(9, _FLOAT),
            has_fan_mode=(12, _FLAG),
            fan_mode=(13, _COUNT),
            has_swing_mode=(14, _FLAG),
            swing_mode=(15, _COUNT),
            has_custom_fan_mode=(16, _FLAG),
            custom_fan_mode=(17, _TEXT),
            has_preset=(18, _FLAG),
            preset=(19, _COUNT),
            has_custom_preset=(20, _FLAG),
            custom_preset=(21, _TEXT),
            has_target_humidity=(22, _FLAG),
            target_humidity=(23, _FLOAT),
        ),
    ),
    "number": EntityKind(
        _info(
            49,
            14,
            min_value=(6, _FLOAT),
            max_value=(7, _FLOAT),
            step=(8, _FLOAT),
            unit_of_measurement=(11, _TEXT),
            device_class=(13, _TEXT),
        ),
        _state(50, 4, state=(2, _FLOAT), missing_state=(3, _FLAG)),
        _state(51, 3, state=(2, _FLOAT)),
    ),
    "select": EntityKind(
        _info(52, 9, options=(6, _TEXT)),
        _state(53, 4, state=(2, _TEXT), missing_state=(3, _FLAG)),
        _state(54, 3, state=(2, _TEXT)),
    ),
    "siren": EntityKind(
        _info(55, 11, tones=(7, _TEXT)),
        _state(56, 3, state=(2, _FLAG)),
        _state(
            57, 10, has_state=(2, _FLAG), state=(3, _FLAG), has_tone=(4, _FLAG), tone=(5, _TEXT)
        ),
    ),
    "alarm_control_panel": EntityKind(
        _info(94, 11, supported_features=(8, _COUNT)),
        _state(95, 3, state=(2, _COUNT)),
        _state(96, 4, command=(2, _COUNT)),
    ),
    "lock": EntityKind(
        _info(58, 12, supports_open=(9, _FLAG), requires_code=(10, _FLAG)),
        _state(59, 3, state=(2, _COUNT)),
        _state(60, 5, command=(2, _COUNT)),
    ),
    "button": EntityKind(_info(61, 9, device_class=(8, _TEXT)), None, _state(62, 2)),
    "media_player": EntityKind(
        _info(63, 10, feature_flags=(11, _COUNT)),
        _state(64, 5, state=(2, _COUNT), volume=(3, _FLOAT), muted=(4, _FLAG)),
        _state(
            65,
            10,
            has_command=(2, _FLAG),
            command=(3, _COUNT),
            has_volume=(4, _FLAG),
            volume=(5, _FLOAT),
            has_media_url=(6, _FLAG),
            media_url=(7, _TEXT),
        ),
    ),
    "text": EntityKind(
        _info(97, 12, min_length=(8, _COUNT), max_length=(9, _COUNT)),
        _state(98, 4, state=(2, _TEXT), missing_state=(3, _FLAG)),
        _state(99, 3, state=(2, _TEXT)),
    ),
    "event": EntityKind(
        _info(107, 10, device_class=(8, _TEXT), event_types=(9, _TEXT)),
        _state(108, 3, event_type=(2, _TEXT)),
    ),
    "valve": EntityKind(
        _info(109, 12, supports_position=(10, _FLAG), supports_stop=(11, _FLAG)),
        _state(110, 4, position=(2, _FLOAT), current_operation=(3, _COUNT)),
        _state(111, 5, has_position=(2, _FLAG), position=(3, _FLOAT), stop=(4, _FLAG)),
    ),
}
