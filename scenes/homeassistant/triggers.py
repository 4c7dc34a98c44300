"""What sets an automation off, as items of `when`."""

from collections.abc import Callable, Iterator, Mapping

from scenes.homeassistant import outside, sun, times
from scenes.homeassistant.conditions import number_of
from scenes.homeassistant.devices import device_trigger
from scenes.homeassistant.durations import lasting, seconds
from scenes.homeassistant.jinja import is_template
from scenes.homeassistant.job import Fact, Job
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import Items, Keys, Place, placed, plain, words
from scenes.homeassistant.pressing import is_pressed, pressed_item
from scenes.homeassistant.senses import PEOPLE, PRESSED, UNKNOWN, is_any_state
from scenes.homeassistant.states import States, Truth, every, negated
from scenes.homeassistant.templates import truth_of

_BINARY = frozenset(
    {"light", "switch", "fan", "input_boolean", "siren", "humidifier", "binary_sensor", "group"}
    | {"remote", "schedule"}
)
_BOTH: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(_BINARY, ("on", "off")),
    **dict.fromkeys(PEOPLE, ("home", "not_home")),
    "lock": ("locked", "unlocked"),
    "cover": ("open", "closed"),
    "sun": ("above_horizon", "below_horizon"),
    "calendar": ("on", "off"),
}
"""Domain -> the two states between which it changes."""


def read_triggers(value: object, place: Place, job: Job) -> None:
    """Add to `job.facts` what sets the automation off; what cannot be carried is left."""
    for number, (item, at) in enumerate(_flat(value, place)):
        try:
            with job.at(at):
                for fact in _facts(item, number, job):
                    job.facts.append(fact)
        except NotCarriedError as error:
            job.leave(error)


def triggers_of(value: object, place: Place, job: Job) -> list[States]:
    """Return the items that a list of triggers is, for a wait. Raises NotCarriedError."""
    found: list[States] = []
    for number, (item, at) in enumerate(_flat(value, place)):
        with job.at(at):
            found += [fact.item for fact in _facts(item, number, job)]
    return found


def _flat(value: object, place: Place, depth: int = 0) -> Iterator[tuple[object, Place]]:
    for item, at in placed(value, place):
        if isinstance(item, Items) and depth < 5:
            yield from _flat(item, at, depth + 1)
        elif isinstance(item, Keys) and "triggers" in item and depth < 5:
            yield from _flat(item["triggers"], item.at("triggers"), depth + 1)
        else:
            yield item, at


def _facts(item: object, number: int, job: Job) -> Iterator[Fact]:
    if not isinstance(item, Keys):
        raise NotCarriedError("a trigger that is no mapping")
    enabled = item.get("enabled", True)
    if enabled is False:
        job.note("a trigger that was switched off is not here")
        return
    kind = item.get("platform", item.get("trigger"))
    if not isinstance(kind, str):
        raise NotCarriedError("a trigger without a kind")
    reader = _KINDS.get(kind.partition(".")[0])
    if reader is None:
        raise NotCarriedError(f'the trigger "{kind}"')
    own = item.get("id")
    name = plain(own) if own is not None and not isinstance(own, dict | list) else str(number)
    with job.knowing(_variables(item)):
        for fact in reader(item, job):
            fact.id = name
            fact.kind = kind
            if own is not None:
                fact.item["id"] = name
            yield fact


def _variables(item: Keys) -> Mapping[str, object]:
    found = item.get("variables")
    return found if isinstance(found, Keys) else {}


def _lasting(item: Keys) -> States:
    if item.get("for") is None:
        return {}
    with_for = item["for"]
    if is_template(with_for):
        raise NotCarriedError("a length of time that is worked out", item.at("for"))
    length_s = seconds(with_for)
    return {"for": lasting(length_s)} if length_s > 0 else {}


def _state(item: Keys, job: Job) -> Iterator[Fact]:
    entities = [job.names.entity(word) for word in words(item.get("entity_id"))]
    if not entities:
        raise NotCarriedError("a trigger that names nothing")
    length = _lasting(item)
    for entity in entities:
        yield from _state_of(entity, item, length, job)


def _state_of(entity: str, item: Keys, length: States, job: Job) -> Iterator[Fact]:
    names = job.names
    to = words(item.get("to")) if item.get("to") is not None else []
    came_from = words(item.get("from")) if item.get("from") is not None else []
    attribute = item.get("attribute")
    if attribute is not None:
        yield from _attribute(entity, plain(attribute), to, length, job)
        return
    if is_pressed(entity):
        yield from _press(entity, to, job)
        return
    members = names.members(entity)
    if members != [entity] and to in (["on"], ["off"], ["home"], ["not_home"]):
        whole = _group(members, to[0], job)
        yield Fact(_needed(whole, length), "", "", entity, to[0])
        return
    if not to:
        yield from _any_change(entity, item, came_from, length, job)
        return
    away = [word for word in came_from if word.casefold() not in UNKNOWN]
    for value in to:
        truth = is_any_state(entity, [value], names)
        first = away[0] if len(away) == 1 else None
        if away and not _is_opposite(value, away):
            job.note(f"{entity} need not have been {' or '.join(away)} before")
        yield Fact(_needed(truth, length), "", "", entity, value, first)


def _is_opposite(value: str, before: list[str]) -> bool:
    return any({value, *before} == set(pair) for pair in _BOTH.values())


def _group(members: list[str], value: str, job: Job) -> Truth:
    each = [is_any_state(member, [value], job.names) for member in members]
    if value in {"on", "home"}:
        return {"any": each} if len(each) > 1 else each[0]
    return every(each)


def _any_change(
    entity: str, item: Keys, came_from: list[str], length: States, job: Job
) -> Iterator[Fact]:
    names = job.names
    domain = entity.partition(".")[0]
    pair = _BOTH.get(domain)
    not_to = [word.casefold() for word in words(item.get("not_to"))]
    if pair is None:
        helper = job.library.helpers.get(entity)
        values = list(helper.choices) if helper is not None and helper.type == "choice" else []
        if not values and came_from:
            yield Fact(_needed(negated(is_any_state(entity, came_from, names)), length), "", "")
            return
        if not values:
            raise NotCarriedError(f"any change of {entity}: say at which value")
        pair = tuple(values)  # type: ignore[assignment]
    before = [word for word in came_from if word.casefold() not in UNKNOWN]
    for value in pair or ():
        if value.casefold() not in not_to and value not in before:
            truth = is_any_state(entity, [value], names)
            yield Fact(_needed(truth, length), "", "", entity, value)


def _attribute(
    entity: str, attribute: str, to: list[str], length: States, job: Job
) -> Iterator[Fact]:
    if attribute == "event_type" and to:
        for value in to:
            yield Fact(pressed_item(job.names.word(entity), value), "", "", entity, value)
        return
    if not to:
        raise NotCarriedError(f'any change of the attribute "{attribute}" of {entity}')
    for value in to:
        asked = "{{ is_state_attr('" + entity + "', '" + attribute + "', '" + value + "') }}"
        yield Fact(_needed(truth_of(asked, job), length), "", "", entity)


def _press(entity: str, to: list[str], job: Job) -> Iterator[Fact]:
    word = job.names.word(entity)
    if entity.partition(".")[0] in PRESSED:
        yield Fact({"pressed": word}, "", "", entity)
        return
    if not to:

        def vary(key: str, value: str) -> States | None:
            return pressed_item(word, value) if key == "state" and value else None

        yield Fact({"pressed": word}, "", "", entity, vary=vary)
    for value in to:
        if value.casefold() not in UNKNOWN:
            yield Fact(pressed_item(word, value), "", "", entity, value)


def _needed(truth: Truth, length: States) -> States:
    if isinstance(truth, bool):
        raise NotCarriedError("a trigger that never comes about" if not truth else "a trigger")
    return {**truth, **length}


def _numeric(item: Keys, job: Job) -> Iterator[Fact]:
    length = _lasting(item)
    entities = [job.names.entity(word) for word in words(item.get("entity_id"))]
    if not entities:
        raise NotCarriedError("a trigger that names nothing")
    for entity in entities:
        truth = number_of(entity, item, job)
        if isinstance(truth, dict) and "between" in truth and entity == "sun.sun":
            yield Fact(_sun_height(item, job), "", "", entity)
        else:
            yield Fact(_needed(truth, length), "", "", entity)


def _sun_height(item: Keys, job: Job) -> States:
    job.note("the height of the sun became a time before or after sunset or sunrise, about")
    below, above = item.get("below"), item.get("above")
    if below is not None:
        return {"at": sun.evening(float(plain(below)))}
    return {"at": sun.morning(float(plain(above)))}


def _template(item: Keys, job: Job) -> Iterator[Fact]:
    length = _lasting(item)
    yield Fact(_needed(truth_of(item.get("value_template"), job), length), "", "")


def _sun(item: Keys, job: Job) -> Iterator[Fact]:
    del job
    event = plain(item.get("event"))
    if event not in {"sunset", "sunrise"}:
        raise NotCarriedError(f'the sun\'s event "{event}"')
    minutes = round(seconds(item.get("offset") or 0) / 60)
    yield Fact({"at": sun.sun_time(event, minutes)}, "", "")


def _time(item: Keys, job: Job) -> Iterator[Fact]:
    days = times.days_of(item.get("weekday"))
    for at, place in placed(item.get("at"), item.at("at")):
        with job.at(place):
            yield Fact({"at": times.clock(at), **days}, "", "")


def _pattern(item: Keys, job: Job) -> Iterator[Fact]:
    del job
    yield Fact(times.pattern(item), "", "")


def _zone(item: Keys, job: Job) -> Iterator[Fact]:
    zone = plain(item.get("zone")).removeprefix("zone.")
    event = plain(item.get("event", "enter"))
    for word in words(item.get("entity_id")):
        entity = job.names.entity(word)
        value = "home" if zone == "home" else zone
        truth = is_any_state(entity, [value], job.names)
        came = truth if event == "enter" else negated(truth)
        to = value if event == "enter" else None
        yield Fact(_needed(came, {}), "", "", entity, to)


def _calendar(item: Keys, job: Job) -> Iterator[Fact]:
    if item.get("offset") is not None and seconds(item["offset"]) != 0:
        raise NotCarriedError("a time before or after the event of a calendar", item.at("offset"))
    for word in words(item.get("entity_id")):
        entity = job.names.entity(word)
        truth = is_any_state(entity, ["on"], job.names)
        ends = plain(item.get("event", "start")) == "end"
        yield Fact(_needed(negated(truth) if ends else truth, {}), "", "", entity)


def _device(item: Keys, job: Job) -> Iterator[Fact]:
    entity, states = device_trigger(item, job)
    yield Fact({**states, **_lasting(item)}, "", "", entity)


def _purpose(item: Keys, job: Job) -> Iterator[Fact]:
    """Read a trigger of a domain's own, such as `light.turned_on`, with a target."""
    kind = plain(item.get("trigger"))
    domain, _, what = kind.partition(".")
    target = item.get("target")
    options = target if isinstance(target, Keys) else item
    value = _PURPOSES.get(what)
    if value is None or not words(options.get("entity_id")):
        raise NotCarriedError(f'the trigger "{kind}"')
    del domain
    for word in words(options.get("entity_id")):
        entity = job.names.entity(word)
        truth = is_any_state(entity, [value], job.names)
        yield Fact(_needed(truth, {}), "", "", entity, value)


_PURPOSES: Mapping[str, str] = {
    "turned_on": "on",
    "turned_off": "off",
    "opened": "open",
    "closed": "closed",
    "locked": "locked",
    "unlocked": "unlocked",
}


_KINDS: Mapping[str, Callable[[Keys, Job], Iterator[Fact]]] = {
    "state": _state,
    "numeric_state": _numeric,
    "template": _template,
    "sun": _sun,
    "time": _time,
    "time_pattern": _pattern,
    "zone": _zone,
    "calendar": _calendar,
    "device": _device,
    "homeassistant": outside.hub,
    "mqtt": outside.mqtt,
    "event": outside.event,
    "webhook": outside.webhook,
    "tag": outside.tag,
    "conversation": outside.conversation,
    "light": _purpose,
    "switch": _purpose,
    "cover": _purpose,
    "lock": _purpose,
    "fan": _purpose,
    "door": _purpose,
}
