"""Classes of risk: which kinds of devices could do harm, in words of a home."""

from enum import StrEnum

from hubd.documents import did_you_mean, inside, wrong
from hubd.model.device import DeviceType
from scenes.targets import KINDS


class Risk(StrEnum):
    """How much harm a wrong command could do."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


RISKS: dict[str, Risk] = {
    "locks": Risk.HIGH,
    "valves": Risk.HIGH,
    "alarms": Risk.HIGH,
    "thermostats": Risk.MEDIUM,
    "sirens": Risk.MEDIUM,
}
"""What is so unless the home says otherwise; all that is not named is low."""


def parse_risks(data: object) -> dict[str, Risk]:
    """Return the risks of kinds, the usual ones filled in. Raises "wrong"."""
    if not isinstance(data, dict):
        raise wrong("risks name kinds and how much harm they could do", "write it as in plugs: low")
    risks = dict(RISKS)
    for kind, risk in data.items():
        word = str(kind).strip().casefold()
        with inside(kind):
            if word not in KINDS:
                raise wrong(f'"{kind}" is not a kind of device', did_you_mean(word, KINDS))
            if str(risk) not in {r.value for r in Risk}:
                raise wrong(f'"{risk}" is not a risk', did_you_mean(str(risk), [*Risk]))
        for other in [other for other in risks if KINDS[other] == KINDS[word]]:
            del risks[other]
        risks[word] = Risk(str(risk))
    return risks


def types_of(risk: Risk, risks: dict[str, Risk]) -> frozenset[DeviceType]:
    """Return the types of endpoints that are of `risk`."""
    named = {kind: risks[word] for word, kind in KINDS.items() if word in risks}
    types = {t for kind, of in named.items() if of is risk for t in kind}
    if risk is Risk.LOW:
        types |= set(DeviceType) - {t for kind in named for t in kind}
    return frozenset(types)
