"""What is set and has no meaning beyond: switches, buttons, numbers, choices, texts, times."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from aioesphomeapi import (
    ButtonInfo,
    DateInfo,
    DateState,
    DateTimeInfo,
    DateTimeState,
    NumberInfo,
    NumberState,
    SelectInfo,
    SelectState,
    SwitchInfo,
    SwitchState,
    TextInfo,
    TextState,
    TimeInfo,
    TimeState,
)

from drivers.esphome.entities.sensing import moment
from drivers.esphome.entity import (
    LONGEST,
    Entity,
    Order,
    Values,
    Wish,
    action,
    choice,
    endpoint,
    flag,
    measured,
    number,
    only,
    settable,
    text,
    told,
    words,
)
from drivers.kit.errors import MalformedError, RefusedError
from hubd.model.device import DeviceType
from hubd.model.value import Value

_ON, _PRESS, _NUMBER = "OnOff.on", "Button.press", "Number.value"
_OPTION, _TEXT, _TIME = "Select.option", "Text.value", "Timestamp.value"


def switch(info: SwitchInfo) -> Entity:
    """Return a switch as an endpoint."""

    def read(state: SwitchState) -> Values:
        return [(_ON, None if state.missing_state else state.state)]

    def write(wish: Wish) -> Order:
        on = flag(only(wish, _ON))
        return lambda client: client.switch_command(info.key, on, device_id=info.device_id)

    return Entity(
        endpoint(info, "switch", DeviceType.ON_OFF_PLUG, properties=[settable(_ON)]),
        told(SwitchState, read),
        write,
    )


def button(info: ButtonInfo) -> Entity:
    """Return a button as an endpoint."""

    def press(_argument: Value) -> Order:
        return lambda client: client.button_command(info.key, device_id=info.device_id)

    return Entity(
        endpoint(info, "button", DeviceType.GENERIC, actions=[action(_PRESS)]),
        actions={_PRESS: press},
    )


def number_input(info: NumberInfo) -> Entity:
    """Return a number that can be set as an endpoint, in the device's own unit."""
    low, high = measured(info.min_value), measured(info.max_value)
    if low is None or high is None or low >= high:
        low, high = None, None
    step = measured(info.step)
    shape: dict[str, object] = {"unit": info.unit_of_measurement, "minimum": low, "maximum": high}
    if step is not None and step > 0:
        shape["step"] = step

    def read(state: NumberState) -> Values:
        return [(_NUMBER, None if state.missing_state else measured(state.state))]

    def write(wish: Wish) -> Order:
        asked = number(only(wish, _NUMBER), low, high)
        return lambda client: client.number_command(info.key, asked, device_id=info.device_id)

    return Entity(
        endpoint(info, "number", DeviceType.GENERIC, properties=[settable(_NUMBER, **shape)]),
        told(NumberState, read),
        write,
    )


def select(info: SelectInfo) -> Entity:
    """Return a choice as an endpoint."""
    options = {option: option for option in info.options}

    def read(state: SelectState) -> Values:
        return [(_OPTION, None if state.missing_state else words(state.state))]

    def write(wish: Wish) -> Order:
        option = choice(only(wish, _OPTION), options)
        return lambda client: client.select_command(info.key, option, device_id=info.device_id)

    return Entity(
        endpoint(
            info,
            "select",
            DeviceType.GENERIC,
            properties=[settable(_OPTION, choices=tuple(options))],
        ),
        told(SelectState, read),
        write,
    )


def text_input(info: TextInfo) -> Entity:
    """Return a text that can be set as an endpoint."""
    shortest, longest = info.min_length, min(info.max_length, LONGEST)

    def read(state: TextState) -> Values:
        return [(_TEXT, None if state.missing_state else words(state.state))]

    def write(wish: Wish) -> Order:
        asked = text(only(wish, _TEXT), shortest, longest)
        return lambda client: client.text_command(info.key, asked, device_id=info.device_id)

    return Entity(
        endpoint(info, "text", DeviceType.GENERIC, properties=[settable(_TEXT)]),
        told(TextState, read),
        write,
    )


def date_input(info: DateInfo) -> Entity:
    """Return a date that can be set as an endpoint; it is written as in ISO 8601."""

    def read(state: DateState) -> Values:
        if state.missing_state:
            return [(_TIME, None)]
        try:
            return [(_TIME, date(state.year, state.month, state.day).isoformat())]
        except (ValueError, OverflowError) as error:
            raise MalformedError(f"tells no date: {error}") from error

    def write(wish: Wish) -> Order:
        asked = _parsed(only(wish, _TIME), date.fromisoformat, "2026-02-28")
        return lambda client: client.date_command(
            info.key, asked.year, asked.month, asked.day, device_id=info.device_id
        )

    return Entity(
        endpoint(info, "date", DeviceType.GENERIC, properties=[settable(_TIME)]),
        told(DateState, read),
        write,
    )


def time_input(info: TimeInfo) -> Entity:
    """Return a time of day that can be set as an endpoint; it is written as in ISO 8601."""

    def read(state: TimeState) -> Values:
        if state.missing_state:
            return [(_TIME, None)]
        try:
            return [(_TIME, time(state.hour, state.minute, state.second).isoformat())]
        except (ValueError, OverflowError) as error:
            raise MalformedError(f"tells no time of day: {error}") from error

    def write(wish: Wish) -> Order:
        asked = _parsed(only(wish, _TIME), time.fromisoformat, "07:30:00")
        return lambda client: client.time_command(
            info.key, asked.hour, asked.minute, asked.second, device_id=info.device_id
        )

    return Entity(
        endpoint(info, "time", DeviceType.GENERIC, properties=[settable(_TIME)]),
        told(TimeState, read),
        write,
    )


def datetime_input(info: DateTimeInfo) -> Entity:
    """Return a point in time that can be set as an endpoint; it is written as in ISO 8601."""

    def read(state: DateTimeState) -> Values:
        return [(_TIME, None if state.missing_state else moment(state.epoch_seconds))]

    def write(wish: Wish) -> Order:
        example = "2026-02-28T07:30:00+01:00"
        asked = _parsed(only(wish, _TIME), datetime.fromisoformat, example)
        if asked.tzinfo is None:
            raise RefusedError(f"it takes a time with its zone, such as {example}")
        epoch_s = int(asked.astimezone(UTC).timestamp())
        if not 0 <= epoch_s < 2**32:
            raise RefusedError("it takes a time from 1970 to 2106")
        return lambda client: client.datetime_command(info.key, epoch_s, device_id=info.device_id)

    return Entity(
        endpoint(info, "datetime", DeviceType.GENERIC, properties=[settable(_TIME)]),
        told(DateTimeState, read),
        write,
    )


def _parsed[T](value: Value, parse: Callable[[str], T], example: str) -> T:
    try:
        return parse(text(value, 1, 64))
    except (ValueError, OverflowError) as error:
        raise RefusedError(f"it takes such as {example}, not {value!r}") from error
