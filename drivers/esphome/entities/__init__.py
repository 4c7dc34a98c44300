"""The kinds of entities, each translated into an endpoint."""

from aioesphomeapi import (
    AlarmControlPanelInfo,
    APIVersion,
    BinarySensorInfo,
    ButtonInfo,
    CameraInfo,
    ClimateInfo,
    CoverInfo,
    DateInfo,
    DateTimeInfo,
    EntityInfo,
    EventInfo,
    FanInfo,
    InfraredInfo,
    LightInfo,
    LockInfo,
    MediaPlayerInfo,
    NumberInfo,
    RadioFrequencyInfo,
    SelectInfo,
    SensorInfo,
    SirenInfo,
    SwitchInfo,
    TextInfo,
    TextSensorInfo,
    TimeInfo,
    UpdateInfo,
    ValveInfo,
    WaterHeaterInfo,
)

from drivers.esphome.entities.climate import climate, water_heater
from drivers.esphome.entities.controls import (
    button,
    date_input,
    datetime_input,
    number_input,
    select,
    switch,
    text_input,
    time_input,
)
from drivers.esphome.entities.fan import fan
from drivers.esphome.entities.guarding import alarm_control_panel, lock, siren
from drivers.esphome.entities.light import light
from drivers.esphome.entities.media import media_player
from drivers.esphome.entities.moving import cover, valve
from drivers.esphome.entities.sensing import binary_sensor, event, sensor, text_sensor
from drivers.esphome.entities.update import update
from drivers.esphome.entity import Entity, trouble
from hubd.model.device import Trouble


def carried(info: EntityInfo, api: APIVersion) -> Entity | Trouble:  # noqa: C901, PLR0911, PLR0912
    """Return an entity translated, or why it is not carried."""
    match info:
        case AlarmControlPanelInfo():
            return alarm_control_panel(info)
        case BinarySensorInfo():
            return binary_sensor(info)
        case ButtonInfo():
            return button(info)
        case ClimateInfo():
            return climate(info, api)
        case CoverInfo():
            return cover(info, api)
        case DateInfo():
            return date_input(info)
        case DateTimeInfo():
            return datetime_input(info)
        case EventInfo():
            return event(info)
        case FanInfo():
            return fan(info, api)
        case LightInfo():
            return light(info, api)
        case LockInfo():
            return lock(info)
        case MediaPlayerInfo():
            return media_player(info, api)
        case NumberInfo():
            return number_input(info)
        case SelectInfo():
            return select(info)
        case SensorInfo():
            return sensor(info)
        case SirenInfo():
            return siren(info)
        case SwitchInfo():
            return switch(info)
        case TextInfo():
            return text_input(info)
        case TextSensorInfo():
            return text_sensor(info)
        case TimeInfo():
            return time_input(info)
        case UpdateInfo():
            return update(info)
        case ValveInfo():
            return valve(info)
        case WaterHeaterInfo():
            return water_heater(info)
        case CameraInfo():
            return trouble(info, "camera", "not carried: pictures; a home's events have none")
        case InfraredInfo() | RadioFrequencyInfo():
            reason = "not carried: it sends and hears raw signals of other devices' remotes"
            return trouble(info, "transmitter", reason)
        case _:
            reason = f"not known: an entity of the kind {type(info).__name__}"
            return trouble(info, "entity", reason)
