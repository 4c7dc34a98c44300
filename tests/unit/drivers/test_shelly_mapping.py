"""What Shellies say and take, in the vocabulary: each model by its documentation."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.kit.coverage import Entity
from drivers.kit.errors import MalformedError, RefusedError
from drivers.shelly import coverage, gen1, gen2
from drivers.shelly.facts import description, facts, name_in, nap_s
from drivers.shelly.function import Call, Carried, told
from drivers.shelly.news import News, pressed, read_news, with_dynamic
from drivers.shelly.reading import record
from drivers.shelly.telling import asked
from hubd.model.command import Command
from hubd.model.device import DeviceType
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.value import Value
from hubd.model.vocabulary import TERMS
from tests.unit.drivers.shelly_statuses import GEN1, GEN2, MAC, MODELS, Model, Record
from tests.unit.drivers.shelly_statuses import gen2 as gen2_status


def carried(model: Model) -> Carried:
    if "wifi_sta" in model.status:
        return gen1.carried({"mac": MAC, **model.info}, model.config, model.status)
    return gen2.carried({"mac": MAC, "ver": "1.7.1", **model.info}, model.config, model.status)


def values(model: Model) -> Mapping[str, Value]:
    """Return what a model's status tells, by `endpoint/property`."""
    status = gen1.components(model.status) if "wifi_sta" in model.status else model.status
    said = list(told(carried(model).functions, status, whole=True))
    assert [s.trouble for s in said if s.trouble] == []
    return {f"{s.endpoint}/{s.name}": s.value for s in said}


def ask(
    model: Model, endpoint: str, wishes: Mapping[str, Value], *, over_s: float = 0.0
) -> Sequence[Call]:
    """Return the calls that wishes for an endpoint are."""
    function = next(f for f in carried(model).functions if f.endpoint.id == endpoint)
    commands = [
        Command(DeviceId("it"), EndpointId(endpoint), n, v, 0, over_us=int(over_s * 1e6))
        for n, v in wishes.items()
    ]
    return list(asked(function, commands, {}))


@pytest.mark.parametrize("name", MODELS)
def test_a_model_becomes_the_properties_that_it_has(name: str) -> None:
    model = MODELS[name]
    properties = [p for f in carried(model).functions for p in f.endpoint.properties]
    assert {p.name for p in properties} >= model.becomes
    for prop in properties:
        assert prop.name in TERMS
        term = TERMS[prop.name]
        assert prop.unit == term.unit or prop.name == "Number.value", prop


@pytest.mark.parametrize("name", MODELS)
def test_every_value_of_a_model_is_carried_or_has_a_reason(name: str) -> None:
    model = MODELS[name]
    entities = list(coverage.read(model.document))
    assert len({e.name for e in entities}) == len(entities)
    aside = [left.where for left in coverage.carried(model.document).unmapped if left.meant]
    told_of = " ".join([*(e.name for e in entities), *aside])
    for key, said in model.status.items():
        for path in _leaves(said):
            if path not in {"id", ""}:
                assert path.rpartition(".")[2] in told_of or key in told_of, (key, path)
    useful = [e for e in entities if not e.mapped and not _serves_the_device(e)]
    assert [e.name for e in useful] == []


def _serves_the_device(entity: Entity) -> bool:
    """Say whether an entity that is not carried is one of those meant to be left out."""
    lost = ("a list, which no property holds", "so that its kind is not known", "more than")
    return not any(words in entity.reason for words in lost) or "gravimeter" in entity.name


def _leaves(said: object, above: str = "") -> list[str]:
    if isinstance(said, dict) and said:
        return [p for k, v in said.items() for p in _leaves(v, f"{above}.{k}" if above else k)]
    return [above]


@pytest.mark.parametrize(
    "file",
    sorted((Path(os.environ.get("HUBD_DATASETS", "")) / "device_payloads/shelly").glob("*.json"))
    or [None],
    ids=lambda file: file.stem if file else "none",
)
def test_recorded_devices_are_carried_whole(file: Path | None) -> None:
    if file is None:
        pytest.skip("no datasets folder: set HUBD_DATASETS")
    document = json.loads(file.read_text())
    entities = list(coverage.read(document))
    assert sum(e.mapped for e in entities) >= 7
    carried = coverage.carried(document)
    assert carried.troubles == ()
    # What is left out is of no use to a home: never a state, a level, a measurement.
    useful = {"output", "ison", "apower", "power", "voltage", "current", "brightness", "rh", "lux",
              "current_pos", "tC", "total", "alarm_state", "target_C"}  # fmt: skip
    for entity in entities:
        if not entity.mapped and "already" not in entity.reason:
            assert not useful & set(re.split(r"[^A-Za-z_]+", entity.name)), entity


def test_a_document_that_is_no_shellys_is_told_so() -> None:
    documents: Sequence[object] = (None, [], {}, {"status": 3}, "x")
    for document in documents:
        with pytest.raises(MalformedError, match="no `status`"):
            list(coverage.read(document))


# values and units


def test_energy_is_told_in_kilowatt_hours_whatever_it_was_counted_in() -> None:
    energy = "ElectricalEnergyMeasurement.energy"
    assert values(GEN1["1pm"])[f"relay_0/{energy}"] == 1.0  # 60,000 watt-minutes
    assert values(GEN1["em3"])[f"emeter_0/{energy}"] == 1.2005  # watt-hours
    assert values(GEN2["em"])[f"em_0_a/{energy}"] == 0.01
    assert values(GEN2["em1"])["em1_0/ElectricalEnergyMeasurement.energyExported"] == 0.01
    assert values(GEN2["em1"])["em1_0/ElectricalPowerMeasurement.powerFactor"] == 90.0


def test_what_is_marked_as_not_valid_is_unknown_and_never_zero() -> None:
    status = {**GEN1["ht"].status, "tmp": {"tC": 0.0, "value": 0.0, "is_valid": False}}
    said = values(Model(status, frozenset(), {"type": "SHHT-1"}))
    assert said["tmp/TemperatureMeasurement.temperature"] is None
    far = {**GEN1["1pm"].status, "ext_temperature": {"0": {"hwID": "28", "tC": 999, "tF": 999}}}
    said = values(Model(far, frozenset()))
    assert said["ext_temperature_0/TemperatureMeasurement.temperature"] is None


def test_a_devices_own_heat_is_not_taken_for_the_rooms() -> None:
    assert "tmp/TemperatureMeasurement.temperature" not in values(GEN1["1pm"])
    assert values(GEN1["dimmer"])["tmp/DeviceTemperature.value"] == 44.0
    assert values(GEN1["ht"])["tmp/TemperatureMeasurement.temperature"] == 21.5
    assert values(GEN2["em"])["temperature_0/DeviceTemperature.value"] == 30.3
    assert values(GEN2["uni"])["temperature_100/TemperatureMeasurement.temperature"] == 30.3
    assert values(GEN2["flood"])["temperature_0/TemperatureMeasurement.temperature"] == 30.3


def test_errors_are_false_where_a_whole_status_leaves_them_out_and_no_news_where_a_part_does() -> (
    None
):
    functions = carried(GEN2["dimmer"]).functions
    whole = {s.name: s.value for s in told(functions, GEN2["dimmer"].status, whole=True)}
    assert whole["BooleanState.problem"] is False
    part = {"light:0": {"id": 0, "brightness": 10}}
    assert [(s.name, s.value) for s in told(functions, part, whole=False)] == [
        ("LevelControl.level", 10.0)
    ]


def test_a_newer_version_is_told_and_the_installed_one_where_there_is_none() -> None:
    assert values(GEN2["smoke"])["sys_update/Update.latest"] == "1.8.0"
    status = gen2_status(sys={"available_updates": {}, "restart_required": False})
    assert values(Model(status, frozenset()))["sys_update/Update.latest"] == "1.7.1"


def test_lamps_tell_hue_and_saturation() -> None:
    assert values(GEN2["bulb"])["rgbcct_0/ColorControl.hue"] == 240.0
    assert values(GEN2["rgbw"])["rgbw_0_white/LevelControl.level"] == pytest.approx(20.0)
    assert values(GEN1["rgbw2_color"])["light_0/LevelControl.level"] == 80.0
    assert values(GEN1["bulb"])["light_0/LevelControl.level"] == 60.0
    assert values(GEN1["bulb"])["light_0/ColorControl.colorTemperature"] == 4000.0


def test_alarms_and_contacts_are_told() -> None:
    assert values(GEN1["flood"])["flood/BooleanState.leak"] is True
    assert values(GEN1["gas"])["gas_sensor/SmokeCoAlarm.gas"] is True
    assert values(GEN1["dw2"])["sensor/BooleanState.open"] is True
    assert values(GEN2["flood"])["flood_0/BooleanState.problem"] is True
    assert values(GEN2["presence"])["presence/OccupancySensing.occupied"] is True
    assert values(GEN2["virtual"])["number_202/FlowMeasurement.flow"] == pytest.approx(0.15)


def test_an_output_that_feeds_a_lamp_is_a_light() -> None:
    config: Record = {"sys": {"ui_data": {"consumption_types": ["Light"]}}}
    lamp = carried(Model(GEN2["em1"].status, frozenset(), config=config)).functions
    assert next(f for f in lamp if f.endpoint.id == "switch_0").endpoint.type == (
        DeviceType.ON_OFF_LIGHT
    )


def test_things_behind_a_gateway_keep_to_themselves() -> None:
    gateway = carried(GEN2["gateway"])
    assert {n.address: n.name for n in gateway.neighbours} == {
        "28:68:47:00:11:22": "Bath",
        "7c:c6:b6:00:11:22": "Window",
    }
    found = facts({"mac": MAC, "id": "shellyblugw-a8032ab12345", "gen": 3})
    own = {e.id for e in description(found, gateway).endpoints}
    assert own == {"wifi", "sys", "sys_update"}


def test_a_sleeper_says_how_long_it_sleeps_unless_it_has_mains() -> None:
    asleep = gen2_status(sys={"wakeup_period": 7200})
    assert nap_s(asleep) == 7200.0
    assert nap_s({**asleep, "devicepower:0": {"external": {"present": True}}}) == 0.0
    assert nap_s(GEN1["ht"].status) > 3600
    assert nap_s(GEN1["motion"].status) == 0.0
    assert nap_s(GEN2["dimmer"].status) == 0.0


# what they are asked


def test_a_lamp_of_gen2_is_asked_all_in_one_call() -> None:
    wishes: Mapping[str, Value] = {
        "OnOff.on": True,
        "LevelControl.level": 40.0,
        "ColorControl.colorTemperature": 3000.0,
    }
    params = {"id": 0, "on": True, "brightness": 40, "ct": 3000, "mode": "cct",
              "transition_duration": 3.0}  # fmt: skip
    assert ask(GEN2["bulb"], "rgbcct_0", wishes, over_s=3) == [Call("RGBCCT.Set", params)]
    off = ask(GEN2["dimmer"], "light_0", {"OnOff.on": False})
    assert off == [Call("Light.Set", {"id": 0, "on": False})]


def test_a_lamp_of_gen1_is_told_colour_from_white() -> None:
    warm = ask(GEN1["bulb"], "light_0", {"ColorControl.colorTemperature": 3000.0})
    assert warm == [Call("light/0", {"turn": "on", "temp": 3000, "mode": "white"})]
    red = ask(GEN1["rgbw2_color"], "light_0", {"ColorControl.hue": 0.0}, over_s=60)
    colors = {"turn": "on", "red": 255, "green": 0, "blue": 0, "transition": 5000}
    assert red == [Call("color/0", colors)]
    dim = ask(GEN1["rgbw2_white"], "light_2", {"LevelControl.level": 30.0})
    assert dim == [Call("white/2", {"turn": "on", "brightness": 30})]


def test_a_cover_goes_to_its_ends_by_their_own_calls_and_between_by_position() -> None:
    cover = GEN2["2pm_cover"]
    position = "WindowCovering.position"
    assert ask(cover, "cover_0", {position: 100.0}) == [Call("Cover.Open", {"id": 0})]
    assert ask(cover, "cover_0", {position: 0.0}) == [Call("Cover.Close", {"id": 0})]
    between = {"id": 0, "pos": 35, "slat_pos": 60}
    tilted = ask(cover, "cover_0", {position: 35.0, "WindowCovering.tilt": 60.0})
    assert tilted == [Call("Cover.GoToPosition", between)]
    said = record(cover.status["cover:0"])
    blind = {**said, "pos_control": False, "current_pos": None}
    uncalibrated = Model({**cover.status, "cover:0": blind}, frozenset())
    with pytest.raises(RefusedError, match="knows no positions"):
        ask(uncalibrated, "cover_0", {position: 35.0})


def test_thermostats_valves_and_virtual_values_are_asked_in_their_own_words() -> None:
    setpoint: Mapping[str, Value] = {"Thermostat.setpoint": 22.0}
    config = {"id": 0, "target_C": 22.0}
    assert ask(GEN2["wall_display"], "thermostat_0", setpoint) == [
        Call("Thermostat.SetConfig", {"id": 0, "config": config})
    ]
    trv = {"id": 200, "method": "Trv.SetTarget", "params": {"id": 0, "target_C": 22.0}}
    assert ask(GEN2["gateway"], "blutrv_200", setpoint) == [Call("BluTRV.Call", trv)]
    assert ask(GEN1["trv"], "thermostat_0", setpoint) == [Call("thermostat/0", {"target_t": 22.0})]
    assert ask(GEN1["gas"], "valve_0", {"Valve.open": False}) == [Call("valve/0", {"go": "close"})]
    assert ask(GEN2["virtual"], "enum_200", {"Select.option": "fast"}) == [
        Call("Enum.Set", {"id": 200, "value": "fast"})
    ]
    assert ask(GEN2["breaker"], "cb_0", {"OnOff.on": False}) == [
        Call("CB.Set", {"id": 0, "output": False})
    ]
    assert ask(GEN2["diffuser"], "cury_0_left", {"LevelControl.level": 30.0}) == [
        Call("Cury.Set", {"id": 0, "slot": "left", "intensity": 30})
    ]


@pytest.mark.parametrize("name", MODELS)
def test_no_value_of_any_kind_makes_a_call_fail_otherwise_than_by_a_refusal(name: str) -> None:
    bad: Sequence[Value] = (None, "x", -1e9, 1e9, float("nan"), True)
    for function in carried(MODELS[name]).functions:
        for prop in function.endpoint.properties:
            for value in bad:
                command = Command(DeviceId("it"), function.endpoint.id, prop.name, value, 0)
                try:
                    calls = list(asked(function, [command], {}))
                except RefusedError:
                    continue
                assert calls
                assert prop.writable


def test_what_cannot_be_set_is_refused() -> None:
    with pytest.raises(RefusedError, match="cannot be set"):
        ask(GEN2["dimmer"], "light_0", {"ElectricalPowerMeasurement.activePower": 3.0})
    with pytest.raises(RefusedError, match="takes 0 to 100"):
        ask(GEN2["dimmer"], "light_0", {"LevelControl.level": 130.0})


@given(
    st.sampled_from(["OnOff.on", "LevelControl.level", "ColorControl.hue"]),
    st.floats(0, 100),
)
def test_what_a_lamp_is_asked_it_reports_back_the_same(name: str, level: float) -> None:
    value: Value = level >= 50 if name == "OnOff.on" else level
    (call,) = ask(GEN2["rgbw"], "rgbw_0", {name: value})
    said = {"output" if key == "on" else key: v for key, v in call.params.items()}
    functions = carried(GEN2["rgbw"]).functions
    reported = {s.name: s.value for s in told(functions, {"rgbw:0": said}, whole=False)}
    got = reported[name]
    if isinstance(value, bool):
        assert got is value
    else:
        assert got == pytest.approx(value, abs=TERMS[name].tolerance)


# what they notify


def test_a_notification_is_a_status_or_events() -> None:
    frame = {"method": "NotifyStatus", "params": {"ts": 1.0, "switch:0": {"output": True}}}
    assert read_news(frame) == News({"switch:0": {"output": True}})
    full = {"method": "NotifyFullStatus", "params": {"ts": 1.0, "sys": {}}}
    assert read_news(full) == News({"sys": {}}, whole=True)
    event = {"component": "input:0", "event": "long_push", "ts": 1.0}
    news = read_news({"method": "NotifyEvent", "params": {"events": [event, 3, {}]}})
    assert news.events == (("input:0", "long_push"),)
    changed = {"component": "sys", "event": "component_added", "target": "number:200"}
    assert read_news({"method": "NotifyEvent", "params": {"events": [changed]}}).changed
    nonsense: Sequence[object] = (None, [], {"method": 3}, {"method": "NotifyEvent", "params": {}})
    for said in nonsense:
        with pytest.raises(MalformedError):
            read_news(said)


def test_presses_are_told_in_the_hubs_words() -> None:
    functions = carried(GEN2["2pm_cover"]).functions
    (press,) = pressed(functions, "input:0", "triple_push")
    assert (press.endpoint, press.signal, press.value) == ("input_0", "Switch.pressed", "triple")
    assert list(pressed(functions, "input:1", "triple_push")) == []
    window = carried(GEN2["gateway"]).functions
    (press,) = pressed(window, "bthomedevice:201", "single_push")
    assert (press.behind, press.value) == ("7c:c6:b6:00:11:22", "single")


def test_gen1_counts_its_presses() -> None:
    before = gen1.components(GEN1["button"].status)
    pushed = {"inputs": [{"input": 0, "event": "SSS", "event_cnt": 4}]}
    assert list(gen1.presses(before, gen1.components(pushed))) == [("input:0", "triple")]
    assert list(gen1.presses(before, before)) == []


def test_components_of_the_owners_making_are_put_in() -> None:
    page = [{"key": "number:200", "config": {"min": 0}, "attrs": {"role": "x"},
             "status": {"value": 3}}, 7, {"key": 3}]  # fmt: skip
    config, status = with_dynamic({"sys": {}}, {"sys": {}}, page)
    assert config["number:200"] == {"min": 0, "role": "x"}
    assert status["number:200"] == {"value": 3}


# who they are


def test_facts_are_read_of_both_generations() -> None:
    old = facts({"type": "SHSW-25", "mac": MAC, "auth": True, "fw": "2023/v1.14.0-gcb84623"})
    assert (old.model, old.version, old.gen, old.guarded) == ("Shelly 2.5", "1.14.0", 1, True)
    new = facts({"id": "x", "mac": MAC, "model": "SNSW-001P16EU", "ver": "1.7.1", "gen": 2})
    assert (new.id, new.model, new.version, new.gen) == ("x", "Shelly Plus 1PM", "1.7.1", 2)
    unknown = facts({"mac": MAC, "model": "S9XX", "app": "Tomorrow", "gen": 9})
    assert (unknown.model, unknown.id) == ("Tomorrow", "shelly-a8032ab12345")
    with pytest.raises(MalformedError, match="MAC"):
        facts({"mac": "nonsense"})


def test_names_are_found_where_each_generation_keeps_them() -> None:
    assert name_in({"sys": {"device": {"name": "Kitchen"}}}) == "Kitchen"
    assert name_in({"name": "Study"}) == "Study"
    assert name_in({"sys": {"device": {"name": None}}}) == ""
