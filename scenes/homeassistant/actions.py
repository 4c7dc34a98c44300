"""The steps of an automation or a script: sequences, waits, choices, repeats, and calls."""

from collections.abc import Callable, Mapping
from itertools import pairwise

from scenes.homeassistant.calls import call_steps
from scenes.homeassistant.conditions import truth_of_all
from scenes.homeassistant.devices import device_word
from scenes.homeassistant.durations import lasting, seconds
from scenes.homeassistant.evaluator import Evaluator
from scenes.homeassistant.jinja import is_template
from scenes.homeassistant.job import Job
from scenes.homeassistant.left import NotCarriedError, UndecidedError
from scenes.homeassistant.marked import Input, Items, Keys, Place, placed, plain
from scenes.homeassistant.states import States, Truth, negated
from scenes.homeassistant.steps import Step
from scenes.homeassistant.templates import plain_of, text_of, truth_of, value_of
from scenes.homeassistant.triggers import triggers_of
from scenes.homeassistant.values import Number, State

MAX_DEPTH = 25
MAX_FORKS = 5
"""How many conditions the values of one step may hang on."""
MAX_UNROLLED = 40
"""How often a repeat that is written out may go round."""


def read_actions(value: object, place: Place, job: Job) -> list[Step]:
    """Return the steps of a sequence; what cannot be carried is left."""
    return _sequence(list(placed(value, place)), job)


def _sequence(items: list[tuple[object, Place]], job: Job) -> list[Step]:
    steps: list[Step] = []
    job.depth += 1
    try:
        if job.depth > MAX_DEPTH:
            job.leave(NotCarriedError("actions that are nested so deep"))
            return steps
        for number, (item, place) in enumerate(items):
            try:
                with job.at(place):
                    if _is_condition(item):
                        _guard(item, place, items[number + 1 :], steps, job)
                        return steps
                    variables = item.get("variables") if isinstance(item, Keys) else None
                    if isinstance(variables, Keys):
                        with job.knowing(variables):
                            return [*steps, *_sequence(items[number + 1 :], job)]
                    _decided(item, steps, job, 0)
            except NotCarriedError as error:
                job.leave(error)
                if _is_condition(item) or _ends_run(item):
                    job.unsafe = True
                    return steps
    finally:
        job.depth -= 1
    return steps


def _is_condition(item: object) -> bool:
    if isinstance(item, str):
        return is_template(item)
    if not isinstance(item, Keys):
        return False
    shorthand = any(key in item for key in ("and", "or", "not"))
    return "condition" in item or (shorthand and not any(key in item for key in _KINDS))


def _ends_run(item: object) -> bool:
    return isinstance(item, Keys) and ("stop" in item or "wait_template" in item)


def _guard(
    item: object, place: Place, rest: list[tuple[object, Place]], steps: list[Step], job: Job
) -> None:
    """Add a condition between the steps: what follows it is done only if it holds."""
    job.asks_first = not steps
    try:
        truth = truth_of_all(item, place, job)
    finally:
        job.asks_first = False
    following = _sequence(rest, job)
    if truth is True:
        steps += following
    elif truth is not False and following:
        steps.append({"if": truth, "then": following})


def _decided(item: object, steps: list[Step], job: Job, depth: int) -> None:
    """Add the steps of `item`; both ways, where a value of it hangs on a condition."""
    found: list[Step] = []
    before = len(job.left)
    try:
        _step(item, found, job)
    except UndecidedError as undecided:
        if depth >= MAX_FORKS:
            raise
        del job.left[before:]
        ways: list[list[Step]] = [[], []]
        for way, holds in zip(ways, (True, False), strict=True):
            with job.assuming(undecided.truth, holds=holds):
                _decided(item, way, job, depth + 1)
        steps += _either_way(undecided.truth, *ways)
        return
    _put_together(steps, found)


def _step(item: object, steps: list[Step], job: Job) -> None:
    if isinstance(item, Items):
        steps += _sequence(list(placed(item, job.place)), job)
        return
    if isinstance(item, Input):
        raise NotCarriedError(f"the input {item} has no value")
    if not isinstance(item, Keys):
        raise NotCarriedError("an action that is no mapping")
    enabled = item.get("enabled", True)
    if enabled is False:
        job.note("an action that was switched off is not here")
        return
    for key, reader in _KINDS.items():
        if key in item:
            reader(item, steps, job)
            return
    raise NotCarriedError("an action of an unknown kind")


def _delay(item: Keys, steps: list[Step], job: Job) -> None:
    length = _length(item["delay"], job)
    if length:
        steps.append({"wait": length})


def _length(value: object, job: Job) -> str:
    if isinstance(value, Keys) and any(is_template(part) for part in value.values()):
        parts = [
            _worked_out(part, unit, job) if is_template(part) else lasting(_scaled(part, unit))
            for unit, part in value.items()
            if plain(part) not in {"0", "00", ""}
        ]
        return "= " + " + ".join(parts)
    if is_template(value):
        found = value_of(value, job)
        if isinstance(found, Number | State):
            return "= " + _worked_out(value, "seconds", job)
        value = plain_of(value, job)
    length_s = seconds(value)
    return lasting(length_s) if length_s > 0 else ""


_TIME_UNITS = {"hours": "h", "minutes": "min", "seconds": "s", "milliseconds": "ms", "days": "day"}


def _scaled(part: object, unit: str) -> float:
    keys = Keys(Place("", 0))
    keys[unit] = part
    return seconds(keys)


def _worked_out(part: object, unit: str, job: Job) -> str:
    found = value_of(part, job)
    if isinstance(found, State):
        found = Evaluator(job).number(found)
    if unit not in _TIME_UNITS:
        raise NotCarriedError(f'"{unit}" is not a unit of time')
    text = Evaluator(job).expression(found)
    if isinstance(found, Number) and found.unit:
        raise NotCarriedError("a length of time worked out from a quantity")
    inner = text if not isinstance(found, Number) or found.atom else f"({text})"
    return f"{inner} * 1 {_TIME_UNITS[unit]}"


def _wait_template(item: Keys, steps: list[Step], job: Job) -> None:
    _wait(truth_of(item["wait_template"], job), item, steps, job)


def _wait_for_trigger(item: Keys, steps: list[Step], job: Job) -> None:
    found = triggers_of(item["wait_for_trigger"], item.at("wait_for_trigger"), job)
    if not found:
        raise NotCarriedError("a wait for nothing")
    awaited: object = found[0] if len(found) == 1 else found
    if len(found) > 1 and all(_is_states(one) for one in found):
        awaited = {"any": found}
    _wait(awaited, item, steps, job)


def _is_states(item: States) -> bool:
    return not {"pressed", "press", "at", "called", "message", "every", "started", "for"} & set(
        item
    )


def _wait(awaited: object, item: Keys, steps: list[Step], job: Job) -> None:
    if awaited is True:
        return
    if awaited is False:
        raise NotCarriedError("a wait for what never comes about")
    step: Step = {"wait": awaited}
    if item.get("timeout") is not None:
        with job.at(item.at("timeout")):
            length = _length(item["timeout"], job)
        if length:
            step["at most"] = length
            if item.get("continue_on_timeout", True) is False:
                step["otherwise"] = "stop"
    steps.append(step)


def _choose(item: Keys, steps: list[Step], job: Job) -> None:
    branches: list[tuple[Truth, list[Step]]] = []
    for option, place in placed(item["choose"], item.at("choose")):
        if not isinstance(option, Keys):
            raise NotCarriedError("a choice that is no mapping", place)
        if option.get("enabled", True) is False:
            continue
        conditions = option.get("conditions", option.get("condition"))
        truth = truth_of_all(conditions, option.at("conditions"), job)
        sequence = read_actions(option.get("sequence"), option.at("sequence"), job)
        branches.append((truth, sequence))
    default = read_actions(item.get("default"), item.at("default"), job)
    steps += _chain(branches, default)


def _chain(branches: list[tuple[Truth, list[Step]]], default: list[Step]) -> list[Step]:
    whole = default
    for truth, sequence in reversed(branches):
        if truth is True:
            whole = sequence
        elif truth is not False:
            whole = _either_way(truth, sequence, whole)
    return whole


def _either_way(truth: States, then: list[Step], other: list[Step]) -> list[Step]:
    if not then and not other:
        return []
    if not then:
        opposite = negated(truth)
        return [{"if": opposite, "then": other}]
    step: Step = {"if": truth, "then": then}
    return [step | ({"else": other} if other else {})]


def _if(item: Keys, steps: list[Step], job: Job) -> None:
    truth = truth_of_all(item["if"], item.at("if"), job)
    then = read_actions(item.get("then"), item.at("then"), job)
    other = read_actions(item.get("else"), item.at("else"), job)
    steps += _chain([(truth, then)], other)


def _repeat(item: Keys, steps: list[Step], job: Job) -> None:
    repeat = item["repeat"]
    if not isinstance(repeat, Keys):
        raise NotCarriedError("a repeat that is no mapping")
    if "for_each" in repeat:
        _for_each(repeat, steps, job)
    elif "count" in repeat:
        _counted(repeat, steps, job)
    elif key := next((key for key in ("while", "until") if key in repeat), ""):
        truth = truth_of_all(repeat[key], repeat.at(key), job)
        if isinstance(truth, bool):
            raise NotCarriedError(f"a repeat {key} what is always {truth}".lower())
        inner = read_actions(repeat.get("sequence"), repeat.at("sequence"), job)
        steps += [{"repeat": {key: truth}, "steps": inner}] if inner else []
    else:
        raise NotCarriedError("a repeat without count, while, until or for_each")


def _counted(repeat: Keys, steps: list[Step], job: Job) -> None:
    count = plain_of(repeat["count"], job)
    try:
        times = int(float(str(count)))
    except (ValueError, OverflowError) as error:
        raise NotCarriedError(f'"{count}" times') from error
    sequence = repeat.get("sequence")
    if _speaks_of(sequence, "repeat.index"):
        _unrolled([{"repeat.index": n + 1} for n in range(_bounded(times))], repeat, steps, job)
        return
    inner = read_actions(sequence, repeat.at("sequence"), job)
    if inner and times > 0:
        steps.append({"repeat": times, "steps": inner})


def _speaks_of(value: object, what: str) -> bool:
    if isinstance(value, dict):
        return any(_speaks_of(inner, what) for inner in value.values())
    if isinstance(value, list):
        return any(_speaks_of(inner, what) for inner in value)
    return isinstance(value, str) and what in value


def _bounded(times: int) -> int:
    if times > MAX_UNROLLED:
        raise NotCarriedError(f"a repeat of {times} times that counts")
    return max(times, 0)


def _for_each(repeat: Keys, steps: list[Step], job: Job) -> None:
    items = repeat["for_each"]
    listed = list(items) if isinstance(items, Items) else plain_of(items, job)
    if not isinstance(listed, list):
        raise NotCarriedError("a repeat over what is worked out")
    _bounded(len(listed))
    rounds: list[dict[str, object]] = [
        {"repeat.item": one, "repeat.index": number + 1} for number, one in enumerate(listed)
    ]
    _unrolled(rounds, repeat, steps, job)


def _unrolled(rounds: list[dict[str, object]], repeat: Keys, steps: list[Step], job: Job) -> None:
    for one in rounds:
        with job.knowing(one):
            steps += read_actions(repeat.get("sequence"), repeat.at("sequence"), job)


def _parallel(item: Keys, steps: list[Step], job: Job) -> None:
    ways: list[list[Step]] = []
    for way, place in placed(item["parallel"], item.at("parallel")):
        inner = way["sequence"] if isinstance(way, Keys) and "sequence" in way else way
        found = read_actions(inner, place, job)
        ways += [found] if found else []
    quick = all(set(step) <= {"claims", "do"} for way in ways for step in way)
    if len(ways) > 1 and not quick:
        steps.append({"together": ways})
    else:
        steps += [step for way in ways for step in way]


def _nested(item: Keys, steps: list[Step], job: Job) -> None:
    steps += read_actions(item["sequence"], item.at("sequence"), job)


def _stop(item: Keys, steps: list[Step], job: Job) -> None:
    steps.append({"stop": text_of(item["stop"], job) or "done"})


def _event(item: Keys, steps: list[Step], job: Job) -> None:
    kind = plain(item["event"])
    listening = job.library.listening.get(kind, [])
    if not listening:
        raise NotCarriedError(f'the event "{kind}", which nothing here listens to')
    steps += [{"begin": scene} for scene in listening if scene != job.name]


def _scene(item: Keys, steps: list[Step], job: Job) -> None:
    steps += call_steps("scene.turn_on", _with_entity(item, item["scene"]), job, read_actions)


def _with_entity(item: Keys, entity: object) -> Keys:
    call = Keys(item.place)
    call.put("entity_id", entity, item.place)
    return call


def _call(item: Keys, steps: list[Step], job: Job) -> None:
    key = next(k for k in ("action", "service", "service_template") if k in item)
    for truth, service in _cases(item[key], job):
        found = call_steps(service, item, job, read_actions)
        if truth is True:
            _put_together(steps, found)
        elif truth is not False:
            steps.append({"if": truth, "then": found})


def _put_together(steps: list[Step], more: list[Step]) -> None:
    """Add steps; claims and deeds that follow each other become one step."""
    for step in more:
        steps.append(step)
        if len(steps) < 2:
            continue
        (before, now), *_ = list(pairwise(steps))[-1:]
        for key in ("claims", "do"):
            first, second = before.get(key), now.get(key)
            if (
                isinstance(first, dict)
                and isinstance(second, dict)
                and before.get("over") == now.get("over")
                and not set(first) & set(second)
            ):
                first |= second
                steps.pop()
                break


def _cases(service: object, job: Job) -> list[tuple[Truth, str]]:
    """Return the services that a (templated) name may mean, each with when."""
    if isinstance(service, Input):
        raise NotCarriedError(f"the input {service} has no value")
    if not is_template(service):
        return [(True, plain(service))]
    return Evaluator(job).cases(plain(service))


def _device(item: Keys, steps: list[Step], job: Job) -> None:
    domain, kind = plain(item.get("domain")), plain(item.get("type"))
    if (domain, kind) == ("mobile_app", "notify"):
        steps += call_steps("notify.notify", _message(item), job, read_actions)
        return
    entity, word = device_word(item, job)
    service = _DEVICE_ACTIONS.get((domain, kind)) or _DEVICE_ACTIONS.get(("", kind))
    if service is None:
        raise NotCarriedError(f'the device action "{kind}" ({domain})')
    name = service.format(domain=domain)
    call = Keys(item.place)
    data = Keys(item.place)
    target = entity or f"{domain}.{word.replace(' ', '_')}"
    call.put("entity_id", target, item.place)
    for key, ours in _DEVICE_DATA.items():
        if item.get(key) is not None:
            data.put(ours.get(domain, ours[""]), item[key], item.at(key))
    if kind in {"brightness_increase", "brightness_decrease"}:
        data.put("brightness_step_pct", 10 if kind.endswith("increase") else -10, item.place)
    call.put("data", data, item.place)
    _put_together(steps, call_steps(name, call, job, read_actions))


def _message(item: Keys) -> Keys:
    call, data = Keys(item.place), Keys(item.place)
    for key in ("title", "message"):
        if key in item:
            data.put(key, item[key], item.at(key))
    call.put("data", data, item.place)
    return call


_DEVICE_ACTIONS: Mapping[tuple[str, str], str] = {
    ("", "turn_on"): "{domain}.turn_on",
    ("", "turn_off"): "{domain}.turn_off",
    ("", "toggle"): "{domain}.toggle",
    ("light", "brightness_increase"): "light.turn_on",
    ("light", "brightness_decrease"): "light.turn_on",
    ("cover", "open"): "cover.open_cover",
    ("cover", "close"): "cover.close_cover",
    ("cover", "stop"): "cover.stop_cover",
    ("cover", "set_position"): "cover.set_cover_position",
    ("cover", "set_tilt_position"): "cover.set_cover_tilt_position",
    ("lock", "lock"): "lock.lock",
    ("lock", "unlock"): "lock.unlock",
    ("lock", "open"): "lock.open",
    ("climate", "set_hvac_mode"): "climate.set_hvac_mode",
    ("climate", "set_preset_mode"): "climate.set_preset_mode",
    ("vacuum", "clean"): "vacuum.start",
    ("vacuum", "dock"): "vacuum.return_to_base",
    ("number", "set_value"): "number.set_value",
    ("input_number", "set_value"): "input_number.set_value",
    ("select", "select_option"): "select.select_option",
    ("humidifier", "set_humidity"): "humidifier.set_humidity",
    ("button", "press"): "button.press",
    ("alarm_control_panel", "arm_away"): "alarm_control_panel.alarm_arm_away",
    ("alarm_control_panel", "arm_home"): "alarm_control_panel.alarm_arm_home",
    ("alarm_control_panel", "arm_night"): "alarm_control_panel.alarm_arm_night",
    ("alarm_control_panel", "disarm"): "alarm_control_panel.alarm_disarm",
}
_DEVICE_DATA: Mapping[str, Mapping[str, str]] = {
    "brightness_pct": {"": "brightness_pct"},
    "position": {"": "position", "cover": "position"},
    "hvac_mode": {"": "hvac_mode"},
    "preset_mode": {"": "preset_mode"},
    "value": {"": "value"},
    "option": {"": "option"},
    "humidity": {"": "humidity"},
}


def _answer(item: Keys, steps: list[Step], job: Job) -> None:
    text = text_of(item["set_conversation_response"], job)
    steps += [{"tell": text}] if text else []


_KINDS: Mapping[str, Callable[[Keys, list[Step], Job], None]] = {
    "action": _call,
    "service": _call,
    "service_template": _call,
    "delay": _delay,
    "wait_template": _wait_template,
    "wait_for_trigger": _wait_for_trigger,
    "choose": _choose,
    "if": _if,
    "repeat": _repeat,
    "parallel": _parallel,
    "sequence": _nested,
    "stop": _stop,
    "set_conversation_response": _answer,
    "event": _event,
    "scene": _scene,
    "device_id": _device,
}
