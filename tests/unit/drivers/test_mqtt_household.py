"""Water heaters, mowers, notifications, tags, by Home Assistant's discovery."""

import pytest

from tests.unit.drivers.mqtt_house import House


async def test_a_water_heater_is_read_in_fahrenheit_and_set() -> None:
    house = House()
    options = {
        "temperature_unit": "F",
        "current_temperature_topic": "b/t",
        "temperature_state_topic": "b/s",
        "temperature_command_topic": "b/s/set",
        "mode_state_topic": "b/m",
        "mode_command_topic": "b/m/set",
        "modes": ["off", "eco"],
    }
    await house.announce("water_heater", options)
    await house.tell("b/t", "122")
    await house.tell("b/m", "eco")
    assert house.value("Thermostat.localTemperature") == pytest.approx(50)
    assert house.value("Thermostat.systemMode") == "eco"
    assert house.ask("Thermostat.setpoint", 50.0) == [("b/s/set", "122")]


async def test_a_mower_tells_what_it_does_and_goes_home() -> None:
    house = House()
    options = {"activity_state_topic": "m/a", "dock_command_topic": "m/d"}
    await house.announce("lawn_mower", options)
    await house.tell("m/a", "mowing")
    assert house.value("OperationalState.state") == "mowing"
    assert house.ask("RvcRunMode.goHome", action=True) == [("m/d", "dock")]


async def test_a_notification_is_shown_as_its_template_says() -> None:
    house = House()
    options = {"command_topic": "n", "command_template": '{"say": "{{ value }}"}'}
    await house.announce("notify", options)
    assert house.ask("Message.show", "dinner", action=True) == [("n", '{"say": "dinner"}')]


async def test_a_tag_is_a_signal_with_its_id() -> None:
    house = House()
    await house.announce("tag", {"topic": "t", "value_template": "{{ value_json.id }}"})
    await house.tell("t", {"id": "E9F35959"})
    assert house.hub.signals == [("dev", "it", "Tag.scanned", "E9F35959")]
