"""Conditions as states: all of a list must hold."""

from collections.abc import Callable, Mapping

from scenes.homeassistant import sun, times
from scenes.homeassistant.devices import device_condition
from scenes.homeassistant.durations import seconds
from scenes.homeassistant.jinja import is_template
from scenes.homeassistant.job import Job
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import Input, Items, Keys, Place, placed, plain, words
from scenes.homeassistant.measures import DEGREES, Measure, measure
from scenes.homeassistant.senses import is_any_state
from scenes.homeassistant.spans import lasted
from scenes.homeassistant.states import States, Truth, either, every, negated
from scenes.homeassistant.templates import truth_of

MAX_DEPTH = 20


def read_conditions(value: object, place: Place, job: Job) -> tuple[Truth, bool]:
    """Return what must hold, and whether all of it was carried; what was not is left."""
    found: list[Truth] = []
    whole = True
    for item, at in placed(value, place):
        try:
            with job.at(at):
                found.append(_condition(item, job, 0))
        except NotCarriedError as error:
            job.leave(error)
            whole = False
    return every(found), whole


def truth_of_all(value: object, place: Place, job: Job) -> Truth:
    """Return when all conditions of a list hold. Raises NotCarriedError."""
    return every([_placed_condition(item, at, job, 0) for item, at in placed(value, place)])


def _placed_condition(item: object, at: Place, job: Job, depth: int) -> Truth:
    with job.at(at):
        return _condition(item, job, depth)


def _condition(item: object, job: Job, depth: int) -> Truth:  # noqa: C901, PLR0911 - one case a kind
    if depth > MAX_DEPTH:
        raise NotCarriedError("conditions that are nested so deep")
    if isinstance(item, Input):
        raise NotCarriedError(f"the input {item} has no value")
    if isinstance(item, str | bool):
        return truth_of(item, job)
    if isinstance(item, Items):
        return every([_placed_condition(i, p, job, depth + 1) for i, p in placed(item, job.place)])
    if not isinstance(item, Keys):
        raise NotCarriedError("a condition that is no mapping")
    if item.get("enabled", True) is False:
        job.note("a condition that was switched off is not here")
        return True
    for kind in ("and", "or", "not"):
        if kind in item and "condition" not in item:
            return _several(kind, item[kind], item.at(kind), job, depth)
    kind = plain(item.get("condition"))
    if is_template(kind):
        return truth_of(kind, job)
    if kind in {"and", "or", "not"}:
        return _several(kind, item.get("conditions"), item.at("conditions"), job, depth)
    reader = _KINDS.get(kind)
    if reader is None:
        raise NotCarriedError(f'the condition "{kind}"')
    return reader(item, job)


def _several(kind: str, value: object, place: Place, job: Job, depth: int) -> Truth:
    each = [_placed_condition(item, at, job, depth + 1) for item, at in placed(value, place)]
    match kind:
        case "and":
            return every(each)
        case "or":
            return either(each)
        case _:
            return every([negated(one) for one in each])


def _entities(item: Keys, job: Job) -> list[str]:
    found = [job.names.entity(word) for word in words(item.get("entity_id"))]
    if not found:
        raise NotCarriedError("a condition that names nothing")
    return found


def _state(item: Keys, job: Job) -> Truth:
    length_s = 0.0
    if item.get("for") is not None:
        with job.at(item.at("for")):
            length_s = seconds(item["for"])
    said = item.get("state")
    values = [said] if isinstance(said, str) else words(said)
    if not values:
        raise NotCarriedError("a condition that asks for no state")
    if any(value.startswith(("input_", "sensor.", "select.")) and "." in value for value in values):
        raise NotCarriedError("a state that is compared with another one")
    each = [_is(entity, values, item, job) for entity in _entities(item, job)]
    each = [lasted(truth, length_s, job.library) for truth in each]
    return either(each) if item.get("match") == "any" else every(each)


def _is(entity: str, values: list[str], item: Keys, job: Job) -> Truth:
    if item.get("attribute") is not None:
        return _attribute(entity, plain(item["attribute"]), values, job)
    if entity.startswith("automation."):
        return _automation(entity, values, job)
    members = job.names.members(entity)
    several = [is_any_state(member, values, job.names) for member in members]
    is_any = values in (["on"], ["home"]) and len(members) > 1
    return either(several) if is_any else every(several)


def _automation(entity: str, values: list[str], job: Job) -> Truth:
    from_library = job.library
    word = from_library.scene(entity)
    from_library.paused.add(entity)
    paused: Truth = {"on": f"{word} paused".casefold()}
    return negated(paused) if values == ["on"] else paused


def _attribute(entity: str, attribute: str, values: list[str], job: Job) -> Truth:
    said = ", ".join(repr(part) for part in (entity, attribute))
    return either(
        [truth_of(f"{{{{ is_state_attr({said}, {value!r}) }}}}", job) for value in values]
    )


def _numeric(item: Keys, job: Job) -> Truth:
    return every([number_of(entity, item, job) for entity in _entities(item, job)])


def number_of(entity: str, item: Keys, job: Job) -> Truth:
    """Return when the number of `entity` is above and below what `item` says."""
    above, below = item.get("above"), item.get("below")
    if above is None and below is None:
        raise NotCarriedError("a number that is compared with nothing")
    template = item.get("value_template")
    if template is not None:
        return _templated(str(template), above, below, job, entity)
    if entity == "zone.home" or (entity.startswith("zone.") and entity.endswith(".home")):
        return _people_home(above, below)
    attribute = plain(item.get("attribute")) if item.get("attribute") is not None else ""
    if entity == "sun.sun" and attribute == "elevation":
        return _sun_height(above, below, job)
    found = measure(entity, attribute, job.names)
    limits = [_limit(above, found, job), _limit(below, found, job)]
    if all(not isinstance(limit, str) for limit in limits):
        return found.beyond(*(limit if not isinstance(limit, str) else None for limit in limits))
    parts = [
        f"{found.text} {sign} {limit if isinstance(limit, str) else found.ours(limit)}"
        for sign, limit in zip("><", limits, strict=True)
        if limit is not None
    ]
    return {"that": " and ".join(parts)}


def _limit(value: object, of: Measure, job: Job) -> float | str | None:
    """Return a limit: a number of Home Assistant's, or an expression where an entity tells it."""
    if value is None:
        return None
    try:
        return float(plain(value))
    except ValueError:
        other = measure(job.names.entity(plain(value)), "", job.names)
        if other.unit or not of.unit:
            return other.text
        begin = f"0 {of.unit} + " if of.unit in DEGREES else ""
        return f"{begin}{other.text} * 1 {of.unit}"


def _people_home(above: object, below: object) -> Truth:
    if above is not None and plain(above) == "0":
        return {"home": "anyone"}
    if below is not None and plain(below) == "1":
        return {"away": "everyone"}
    raise NotCarriedError("how many people are home")


def _sun_height(above: object, below: object, job: Job) -> Truth:
    job.note("the height of the sun became a time before or after sunset or sunrise, about")
    parts: list[Truth] = []
    try:
        if above is not None:
            parts.append(sun.above(float(plain(above))))
        if below is not None:
            parts.append(sun.below(float(plain(below))))
    except ValueError as error:
        raise NotCarriedError("a height of the sun that is no number") from error
    return every(parts)


def _templated(template: str, above: object, below: object, job: Job, entity: str) -> Truth:
    inner = template.strip().removeprefix("{{").removesuffix("}}").strip()
    if "{" in inner:
        raise NotCarriedError("a value_template of several pieces")
    domain, _, name = entity.partition(".")
    inner = inner.replace("state.attributes.", f"states.{domain}.{name}.attributes.")
    inner = inner.replace("state.state", f"states.{domain}.{name}.state")
    parts = [
        f"({inner}) {sign} {plain(limit)}"
        for sign, limit in ((">", above), ("<", below))
        if limit is not None
    ]
    return truth_of("{{ " + " and ".join(parts) + " }}", job)


def _time(item: Keys, job: Job) -> Truth:
    del job
    parts: list[Truth] = []
    after, before = item.get("after"), item.get("before")
    for key in ("after", "before"):
        if isinstance(item.get(key), str) and "." in str(item[key]):
            raise NotCarriedError(f"a time of day that {item[key]} tells", item.at(key))
    if after is not None or before is not None:
        start = times.clock(after) if after is not None else "00:00"
        end = times.clock(before) if before is not None else "00:00"
        if start != end:
            parts.append({"between": f"{start} - {end}"})
    parts.append(times.days_of(item.get("weekday")) or True)
    return every(parts)


def _sun(item: Keys, job: Job) -> Truth:
    del job
    after, before = (item.get(key) for key in ("after", "before"))
    offsets = [round(seconds(item.get(f"{key}_offset") or 0) / 60) for key in ("after", "before")]
    if offsets == [0, 0] and {after, before} == {"sunset", "sunrise"}:
        return {"sun": "down" if after == "sunset" else "up"}
    for event in (after, before):
        if event not in {None, "sunset", "sunrise"}:
            raise NotCarriedError(f'the sun\'s event "{event}"')
    start = sun.sun_time(plain(after), offsets[0]) if after is not None else "00:00"
    end = sun.sun_time(plain(before), offsets[1]) if before is not None else "00:00"
    return _span(start, end)


def _span(start: str, end: str) -> States:
    return {"between": f"{start} and {end}"}


def _zone(item: Keys, job: Job) -> Truth:
    zones = [word.removeprefix("zone.") for word in words(item.get("zone"))]
    each = [is_any_state(entity, zones, job.names) for entity in _entities(item, job)]
    return every(each)


def _template(item: Keys, job: Job) -> Truth:
    return truth_of(item.get("value_template"), job)


def _trigger(item: Keys, job: Job) -> Truth:
    return either([job.by_id(wanted) for wanted in words(item.get("id"))])


def _device(item: Keys, job: Job) -> Truth:
    return device_condition(item, job)


_KINDS: Mapping[str, Callable[[Keys, Job], Truth]] = {
    "state": _state,
    "numeric_state": _numeric,
    "time": _time,
    "sun": _sun,
    "zone": _zone,
    "template": _template,
    "trigger": _trigger,
    "device": _device,
}
