"""What measures power and energy, and the values that all metered things tell. Pure.

Sources: https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/{PM1,EM,EM1,EMData,EM1Data}.
"""

from collections.abc import Mapping

from drivers.shelly.reading import filled, number
from drivers.shelly.sketch import Kind, Rule
from drivers.shelly.terms import (
    APPARENT,
    CURRENT,
    ENERGY,
    EXPORTED,
    FACTOR,
    FREQUENCY,
    OWN_TEMPERATURE,
    POWER,
    PROBLEM,
    REACTIVE,
    VOLTAGE,
)
from hubd.model.device import DeviceType

_WH = number(0.001)
_PERCENT = number(100)

METERED = (
    Rule("apower", POWER),
    Rule("act_power", POWER),
    Rule("aprt_power", APPARENT),
    Rule("reactive_power", REACTIVE),
    Rule("voltage", VOLTAGE),
    Rule("current", CURRENT),
    Rule("pf", FACTOR, _PERCENT),
    Rule("freq", FREQUENCY),
    Rule("aenergy.total", ENERGY, _WH),
    Rule("ret_aenergy.total", EXPORTED, _WH),
    Rule("total_act_energy", ENERGY, _WH),
    Rule("total_act_ret_energy", EXPORTED, _WH),
    Rule("temperature.tC", OWN_TEMPERATURE),
)
ERRORS = Rule("errors", PROBLEM, filled, omitted=True)


def _phase(letter: str) -> tuple[Rule, ...]:
    """Return the rules of one phase of a three-phase meter."""
    named = {
        "act_power": (POWER, number()),
        "aprt_power": (APPARENT, number()),
        "voltage": (VOLTAGE, number()),
        "current": (CURRENT, number()),
        "freq": (FREQUENCY, number()),
        "pf": (FACTOR, _PERCENT),
        "total_act_energy": (ENERGY, _WH),
        "total_act_ret_energy": (EXPORTED, _WH),
        "errors": (PROBLEM, filled),
    }
    kind = DeviceType.ELECTRICAL_SENSOR
    endpoint = {"endpoint": letter, "type": kind}
    return tuple(
        Rule(f"{letter}_{path}", name, read, **endpoint)  # type: ignore[arg-type]
        for path, (name, read) in named.items()
    )


_THREE_PHASE = (
    Rule("total_act_power", POWER),
    Rule("total_aprt_power", APPARENT),
    Rule("total_current", CURRENT),
    Rule("total_act", ENERGY, _WH),
    Rule("total_act_ret", EXPORTED, _WH),
    *(rule for letter in "abcn" for rule in _phase(letter)),
)


_METER = Kind(DeviceType.ELECTRICAL_SENSOR, (*METERED, ERRORS))
METERS: Mapping[str, Kind] = {
    "pm1": _METER,
    "em1": _METER,
    "em1data": Kind(
        DeviceType.ELECTRICAL_SENSOR,
        (*METERED, Rule("errors", PROBLEM, filled, "data", title="its records")),
        base="em1",
    ),
    "em": Kind(
        DeviceType.ELECTRICAL_SENSOR,
        (*_THREE_PHASE, ERRORS),
        left={"user_calibrated_phase": "how the meter was calibrated"},
    ),
    "emdata": Kind(
        DeviceType.ELECTRICAL_SENSOR,
        (*_THREE_PHASE, Rule("errors", PROBLEM, filled, "data", title="its records")),
        base="em",
    ),
}
"""What meters are, by their type."""
