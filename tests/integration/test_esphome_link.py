"""ESPHome devices over their real protocol: keyed or plain, described, told, commanded, lost."""

import asyncio
from functools import partial

import pytest
from esphome_house import KEY, OTHER_KEY, adopted, found, node, sighting
from overheard import order, running

from drivers.esphome import link as link_module
from drivers.esphome.driver import EsphomeDriver
from drivers.kit.errors import AccessError, AdoptionError, LinkError, RefusedError
from drivers.kit.found import Adoption, Trust
from drivers.kit.link import ITSELF
from firmware_sim.peers.esphome import Entity, EspHome
from hubd.model.device import DeviceType
from hubd.model.value import Value


def link(adoption: Adoption) -> link_module.EsphomeLink:
    made = EsphomeDriver().link(adoption)
    assert isinstance(made, link_module.EsphomeLink)
    return made


async def test_a_device_with_a_key_is_found_adopted_told_and_commanded() -> None:
    async with node() as peer:
        seen = found(peer)
        assert (seen.key, seen.trust) == ("246f28abcdef", Trust.KEYED)
        adoption = await adopted(peer)
        device = link(adoption)
        async with running(device) as (heard, _):
            assert heard.value("light_ceiling", "OnOff.on") is False
            assert heard.value("light_ceiling", "ColorControl.colorTemperature") == 4000.0
            assert heard.value("sensor_temperature", "TemperatureMeasurement.temperature") == (
                pytest.approx(22.0)
            )

            await device.send(ITSELF, [order("light_ceiling", "OnOff.on", True)])
            await heard.until(lambda: heard.value("light_ceiling", "OnOff.on") is True)
            assert peer.state["Ceiling"]["state"] is True

            await peer.set("Motion", state=False)
            await heard.until(
                lambda: heard.value("binary_sensor_motion", "OccupancySensing.occupied") is False
            )


async def test_the_whole_device_is_described_with_what_is_left_aside_and_why() -> None:
    async with node() as peer, running(link(await adopted(peer))) as (heard, _):
        it, pot = heard.descriptions[ITSELF], heard.descriptions["7"]
    assert (it.name, it.maker, it.model, it.area) == (
        "Kitchen node",
        "Espressif",
        "esp32dev",
        "Kitchen",
    )
    assert it.identities == ("mac:246f28abcdef", "mac:246f28abcdf1")
    assert {e.id for e in it.endpoints} >= {
        "light_ceiling",
        "cover_blind",
        "fan_hood",
        "climate_heating",
        "lock_door",
        "event_bell",
        "media_player_radio",
        "button_restart",
    }
    assert it.endpoints[-1].id == "sensor_uptime", "what serves the device goes last"
    assert (pot.name, pot.area) == ("Flower pot", "Garden")
    assert [(e.id, e.type) for e in pot.endpoints] == [("sensor_soil", DeviceType.HUMIDITY_SENSOR)]
    assert [t.where for t in it.troubles] == ["camera Eye", "action dance"]


async def test_what_a_device_does_not_know_is_told_as_unknown() -> None:
    async with node() as peer, running(link(await adopted(peer))) as (heard, _):
        assert heard.value("sensor_humidity", "RelativeHumidityMeasurement.humidity") is None


async def test_an_entity_that_tells_nothing_is_unknown_and_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(link_module, "STATES_S", 0.05)
    mute = node([Entity("switch", "Mute", {}, {})])
    async with mute as peer, running(link(await adopted(peer))) as (heard, _):
        assert heard.value("switch_mute", "OnOff.on") is None


async def test_a_colour_and_its_brightness_are_one_message_and_take_their_time() -> None:
    async with node() as peer:
        device = link(await adopted(peer))
        async with running(device) as (heard, _):
            await device.send(
                ITSELF,
                [
                    order("light_ceiling", "OnOff.on", True, over_us=2_000_000),
                    order("light_ceiling", "LevelControl.level", 40.0, over_us=2_000_000),
                    order("light_ceiling", "ColorControl.hue", 240.0, over_us=2_000_000),
                    order("light_ceiling", "ColorControl.saturation", 100.0, over_us=2_000_000),
                ],
            )
            await heard.until(lambda: heard.holds("light_ceiling", "ColorControl.hue", 240.0))
            assert heard.value("light_ceiling", "LevelControl.level") == 40.0
            assert heard.value("light_ceiling", "ColorControl.saturation") == 100.0
    ((name, asked),) = peer.commands
    assert (name, asked["transition_length"], asked["color_mode"]) == ("Ceiling", 2000, 35)


COMMANDS: list[tuple[str, str, Value]] = [
    ("switch_relay", "OnOff.on", True),
    ("light_ceiling", "ColorControl.colorTemperature", 2700.0),
    ("light_ceiling", "Light.effect", "Rainbow"),
    ("cover_blind", "WindowCovering.position", 75.0),
    ("cover_blind", "WindowCovering.tilt", 20.0),
    ("fan_hood", "FanControl.speed", 75.0),
    ("fan_hood", "FanControl.direction", "forward"),
    ("climate_heating", "Thermostat.setpoint", 19.5),
    ("climate_heating", "Thermostat.systemMode", "auto"),
    ("climate_heating", "Thermostat.preset", "eco"),
    ("climate_heating", "Thermostat.preset", "Party"),
    ("lock_door", "DoorLock.locked", False),
    ("number_delay", "Number.value", 4.2),
    ("select_program", "Select.option", "boost"),
    ("text_label", "Text.value", "guten Tag"),
    ("media_player_radio", "MediaPlayback.volume", 55.0),
    ("valve_water", "Valve.open", False),
    ("siren_horn", "OnOff.on", True),
    ("siren_horn", "Siren.tone", "high"),  # it never tells: what was sent is taken as so
    ("alarm_control_panel_guard", "AlarmPanel.state", "armed_home"),
    ("alarm_control_panel_guard", "AlarmPanel.state", "disarmed"),
]


async def test_what_is_asked_of_each_kind_is_done_and_reported() -> None:
    async with node() as peer:
        device = link(await adopted(peer))
        async with running(device) as (heard, _):
            for endpoint, name, value in COMMANDS:
                await device.send(ITSELF, [order(endpoint, name, value)])
                close = pytest.approx(value, abs=0.2) if isinstance(value, float) else value
                await heard.until(partial(heard.holds, endpoint, name, close))


async def test_actions_are_done_once_and_moments_are_told() -> None:
    async with node() as peer:
        device = link(await adopted(peer))
        async with running(device) as (heard, _):
            await device.send(ITSELF, [order("button_restart", "Button.press", action=True)])
            await device.send(ITSELF, [order("cover_blind", "WindowCovering.stop", action=True)])
            await device.send(ITSELF, [order("lock_door", "DoorLock.unbolt", action=True)])
            await device.send(
                ITSELF,
                [
                    order(
                        "media_player_radio",
                        "MediaPlayback.playUrl",
                        "http://radio.example/stream",
                        action=True,
                    )
                ],
            )
            await device.send(
                ITSELF,
                [order("alarm_control_panel_guard", "AlarmPanel.trigger", action=True)],
            )
            await peer.happen("Bell", "ring")
            await heard.until(lambda: bool(heard.signals))
            await heard.until(
                lambda: heard.holds("alarm_control_panel_guard", "AlarmPanel.state", "triggered")
            )
    assert [name for name, _ in peer.commands] == [
        "Restart",
        "Blind",
        "Door",
        "Radio",
        "Guard",
    ]
    assert peer.commands[1][1]["stop"] is True
    assert heard.signals == [(ITSELF, "event_bell", "Doorbell.rang", "ring")]


async def test_what_cannot_be_done_is_refused_and_nothing_is_sent() -> None:
    async with node() as peer:
        device = link(await adopted(peer))
        async with running(device) as (_, _task):
            for bad in (
                order("number_delay", "Number.value", 11.0),
                order("select_program", "Select.option", "turbo"),
                order("sensor_temperature", "TemperatureMeasurement.temperature", 20.0),
                order("nothing", "OnOff.on", True),
                order("switch_relay", "Button.press", action=True),
                order("fan_hood", "FanControl.speed", 0.0),
                order("light_ceiling", "OnOff.on", "yes"),
            ):
                with pytest.raises(RefusedError):
                    await device.send(ITSELF, [bad])
    assert peer.commands == []


async def test_a_device_that_goes_is_lost_and_comes_back_with_its_state_read_anew() -> None:
    async with node() as peer:
        device = link(await adopted(peer))
        async with running(device) as (_, task):
            await peer.stop()
            with pytest.raises(LinkError):
                await task
        with pytest.raises(LinkError):
            await device.send(ITSELF, [order("switch_relay", "OnOff.on", True)])
        with pytest.raises(LinkError):
            async with running(device):
                pass
        await peer.set("Relay", state=True)
        await peer.start()
        async with running(device) as (heard, _):
            assert heard.value("switch_relay", "OnOff.on") is True


async def test_a_device_that_says_goodbye_is_lost() -> None:
    async with node() as peer, running(link(await adopted(peer))) as (_, task):
        await peer.goodbye()
        with pytest.raises(LinkError, match="closed"):
            await task


async def test_a_device_that_falls_silent_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert link_module.KEEPALIVE_S * 6.5 < 30, "it is noticed within half a minute"
    monkeypatch.setattr(link_module, "KEEPALIVE_S", 0.05)
    async with node() as peer, running(link(await adopted(peer))) as (_, task):
        peer.deaf = True
        with pytest.raises(LinkError, match="answer"):
            await task


async def test_a_wrong_key_is_told_with_its_mend_and_never_shown() -> None:
    async with node() as peer:
        with pytest.raises(AdoptionError, match="api: encryption: key") as refused:
            await adopted(peer, key=OTHER_KEY)
        adoption = await adopted(peer)
        peer.key = OTHER_KEY
        with pytest.raises(AccessError, match="key") as shut:
            async with running(link(adoption)):
                pass
    for error in (refused.value, shut.value):
        assert KEY not in str(error)
        assert OTHER_KEY not in str(error)
    assert KEY not in repr(adoption)


async def test_a_device_that_got_a_key_is_not_talked_to_without_it() -> None:
    async with node(key="") as peer:
        adoption = await adopted(peer, password="")
        peer.key = KEY
        with pytest.raises(AccessError, match="encryption"):
            async with running(link(adoption)):
                pass


async def test_a_device_that_lost_its_key_is_never_talked_to_in_plain() -> None:
    async with node() as peer:
        adoption = await adopted(peer)
        peer.key = ""
        with pytest.raises(AccessError, match="does not encrypt any more"):
            async with running(link(adoption)):
                pass
    assert peer.commands == []


async def test_a_plain_device_is_adopted_and_is_said_to_be_open() -> None:
    async with node(key="") as peer:
        assert found(peer).trust is Trust.OPEN
        async with running(link(await adopted(peer, password=""))) as (heard, _):
            assert heard.value("switch_relay", "OnOff.on") is False


async def test_an_old_device_wants_its_password() -> None:
    async with node(key="", password="old and secret") as peer:
        with pytest.raises(AdoptionError, match="password"):
            await adopted(peer, password="guessed")
        async with running(link(await adopted(peer, password="old and secret"))) as (heard, _):
            assert heard.lives == 1


@pytest.mark.parametrize("key", [KEY, ""])
async def test_another_device_at_the_same_address_is_no_matter_of_keys(key: str) -> None:
    async with node(key=key) as peer:
        adoption = await adopted(peer, key=key)
        peer.identity.mac = "24:6F:28:00:00:01"
        with pytest.raises(LinkError, match="another device") as lost:
            async with running(link(adoption)):
                pass
        assert not isinstance(lost.value, AccessError)


async def test_a_device_that_moved_is_reached_at_its_new_address() -> None:
    async with node() as old:
        adoption = await adopted(old)
        async with node() as new:
            driver = EsphomeDriver()
            seen = driver.recognised(sighting(new))
            assert seen is not None
            await old.stop()
            async with running(driver.link(driver.moved(adoption, seen))) as (heard, _):
                assert heard.lives == 1


async def test_a_link_that_is_ended_leaves_nothing_open() -> None:
    async with node() as peer:
        before = {task for task in asyncio.all_tasks() if "_met" not in repr(task)}
        async with running(link(await adopted(peer))):
            pass
        left = {t for t in asyncio.all_tasks() if "_met" not in repr(t)} - before
        assert not left


async def test_nonsense_in_a_state_is_told_and_the_rest_goes_on() -> None:
    async with (
        EspHome(
            [
                Entity("event", "Bell", {"event_types": ("ring",)}),
                Entity("switch", "Relay", {}, {"state": False}),
            ]
        ) as peer,
        running(link(await adopted(peer, password=""))) as (heard, _),
    ):
        await peer.happen("Bell", "explode")
        await peer.set("Relay", state=True)
        await heard.until(lambda: heard.value("switch_relay", "OnOff.on") is True)
    assert [where for where, _ in heard.refused] == ["event_bell"]
    assert heard.signals == []
