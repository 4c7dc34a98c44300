"""Calls of actions: to things, to people, to other scenes, to scripts, timers and MQTT."""

from collections.abc import Callable

from scenes.homeassistant.durations import seconds
from scenes.homeassistant.effects import Call
from scenes.homeassistant.evaluator import Evaluator
from scenes.homeassistant.job import Job
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.library import paused_word
from scenes.homeassistant.marked import Input, Keys, Place, plain, words
from scenes.homeassistant.messages import is_message, tell
from scenes.homeassistant.services import effect, is_known
from scenes.homeassistant.static import claims_of
from scenes.homeassistant.steps import Step, add_effects
from scenes.homeassistant.targets import targets_of
from scenes.homeassistant.templates import plain_of, value_of
from scenes.homeassistant.values import Lit

type Reader = Callable[[object, Place, Job], list[Step]]
"""What reads a sequence: `actions.read_actions`."""

MAX_INLINED = 4
"""How deep scripts may call scripts with values of their own."""

_NEEDLESS = {
    "homeassistant.update_entity": "the hub always reads its devices by itself",
    "logbook.log": "the hub keeps a log of all that happens",
    "system_log.write": "the hub keeps a log of all that happens",
    "persistent_notification.dismiss": "messages are not taken back",
    "persistent_notification.dismiss_all": "messages are not taken back",
}
_OUTSIDE = frozenset(
    {"shell_command", "rest_command", "python_script", "pyscript", "command_line", "hassio"}
)


def call_steps(service: str, action: Keys, job: Job, read: Reader) -> list[Step]:  # noqa: PLR0911 - one case a kind
    """Return the steps that a call becomes. Raises NotCarriedError."""
    domain, _, name = service.strip().casefold().partition(".")
    data = _data(action)
    if service in _NEEDLESS:
        job.note(f"{service} is left away: {_NEEDLESS[service]}")
        return []
    if is_message(domain, name):
        return tell(domain, name, action, data, job)
    match domain:
        case "script":
            return _script(name, action, data, job, read)
        case "scene":
            return _scene(name, action, data, job)
        case "automation":
            return _automation(name, action, job)
        case "timer":
            return _timer(name, action, data, job)
        case "mqtt" if name == "publish":
            return [{"send": _message(data, job)}]
        case _ if domain in _OUTSIDE:
            raise NotCarriedError(f"{service} runs what is outside of the home")
    if not is_known(domain, name):
        raise NotCarriedError(f"the action {service} has no counterpart here")
    call = Call(domain, name, data, job)
    steps: list[Step] = []
    meant = targets_of(action, domain, job)
    add_effects(steps, [(one, effect(call, one)) for one in meant], call.over)
    return steps


def _data(action: Keys) -> Keys:
    """Return the data of a call; the old kinds of it are put together."""
    whole = Keys(action.place)
    for key in ("data", "data_template", "service_data"):
        inner = action.get(key)
        if isinstance(inner, Input):
            raise NotCarriedError(f"the input {inner} has no value")
        if isinstance(inner, Keys):
            for word, value in inner.items():
                whole.put(word, value, inner.at(word))
    return whole


def _script(name: str, action: Keys, data: Keys, job: Job, read: Reader) -> list[Step]:
    if name in {"turn_on", "toggle", "turn_off"}:
        entities = [job.names.entity(word) for word in _entities(action)]
        variables = data.get("variables")
        values = variables if isinstance(variables, Keys) else Keys(action.place)
    else:
        entities, values = [f"script.{name}"], data
    if not entities:
        raise NotCarriedError("a script that is not named")
    if name == "turn_off":
        return [{"end": job.library.scene(entity)} for entity in entities]
    steps: list[Step] = []
    for entity in entities:
        scene = job.library.scene(entity)
        script = job.library.scripts[entity]
        if values or (name not in {"turn_on", "toggle"} and _lasts(script.get("sequence"))):
            steps += _inlined(script, values, job, read)
        else:
            steps.append({"begin": scene})
    return steps


def _inlined(script: Keys, values: Keys, job: Job, read: Reader) -> list[Step]:
    if job.inlined >= MAX_INLINED:
        raise NotCarriedError("scripts that call scripts that call scripts")
    known: dict[str, object] = {}
    fields = script.get("fields")
    for key, about in fields.items() if isinstance(fields, Keys) else ():
        if isinstance(about, Keys) and "default" in about:
            known[key] = about["default"]
    variables = script.get("variables")
    known |= variables if isinstance(variables, Keys) else {}
    known |= {key: job.frozen(value) for key, value in values.items() if key != "entity_id"}
    job.inlined += 1
    try:
        with job.knowing(known):
            return read(script.get("sequence"), script.at("sequence"), job)
    finally:
        job.inlined -= 1


def _lasts(value: object) -> bool:
    """Say whether a sequence takes time."""
    if isinstance(value, dict):
        timed = {"delay", "wait_template", "wait_for_trigger"} & set(value)
        return bool(timed) or any(_lasts(inner) for inner in value.values())
    return isinstance(value, list) and any(_lasts(inner) for inner in value)


def _entities(action: Keys) -> list[str]:
    found: list[str] = []
    for inner in (action, action.get("target"), action.get("data")):
        if isinstance(inner, Keys):
            found += words(inner.get("entity_id"))
    return list(dict.fromkeys(found))


def _scene(name: str, action: Keys, data: Keys, job: Job) -> list[Step]:
    if name == "turn_on":
        steps: list[Step] = []
        if data.get("transition") is not None:
            job.note("a scene is begun without a transition of its own")
        for word in _entities(action):
            entity = str(plain_of(word, job)).casefold()
            if entity in job.snapshots:
                steps.append({"let go": job.snapshots[entity]})
            else:
                steps.append({"begin": job.library.scene(job.names.entity(entity))})
        if not steps:
            raise NotCarriedError("a scene that is not named")
        return steps
    if name == "create":
        kept = [job.names.entity(word) for word in words(data.get("snapshot_entities"))]
        phrases = [job.names.word(m) for entity in kept for m in job.names.members(entity)]
        if not phrases:
            raise NotCarriedError("a scene that is made while it runs")
        job.snapshots[f"scene.{plain(data.get('scene_id'))}"] = list(dict.fromkeys(phrases))
        return []
    if name == "apply":
        entities = data.get("entities")
        if isinstance(entities, Keys):
            return [{"claims": claims_of(entities, job)}]
    raise NotCarriedError(f"the action scene.{name} has no counterpart here")


def _automation(name: str, action: Keys, job: Job) -> list[Step]:
    library = job.library
    steps: list[Step] = []
    for word in _entities(action):
        entity = job.names.entity(str(plain_of(word, job)))
        scene = library.scene(entity)
        if name == "trigger":
            steps.append({"begin": scene})
            continue
        wish = {"turn_off": "on", "turn_on": "off", "toggle": "toggle"}.get(name)
        if wish is None:
            raise NotCarriedError(f"the action automation.{name} has no counterpart here")
        library.paused.add(entity)
        steps.append({"claims": {paused_word(scene): wish}})
    if not steps:
        raise NotCarriedError("an automation that is not named")
    return steps


def _timer(name: str, action: Keys, data: Keys, job: Job) -> list[Step]:
    steps: list[Step] = []
    for word in _entities(action):
        timer = job.library.timer(job.names.entity(str(plain_of(word, job))))
        match name:
            case "start" | "change":
                given = data.get("duration")
                if given is None and timer.own_s <= 0 and not timer.started_s:
                    raise NotCarriedError("a timer whose duration nothing says")
                length_s = _length(given, timer.own_s, job)
                if length_s not in timer.started_s:
                    timer.started_s.append(length_s)
                steps.append({"begin": timer.scene(length_s)})
            case "cancel" | "finish":
                steps += [{"end": timer.scene(s)} for s in timer.lengths_s()]
                state = "idle" if name == "cancel" else "finished"
                steps.append({"claims": {timer.word: {"option": state}}})
            case _:
                raise NotCarriedError(f"the action timer.{name} has no counterpart here")
    if not steps:
        raise NotCarriedError("a timer that is not named")
    return steps


def _length(given: object, own_s: float, job: Job) -> float:
    if given is None:
        return own_s
    length_s = seconds(given if isinstance(given, Keys) else plain_of(given, job))
    if length_s <= 0:
        raise NotCarriedError("a timer of no duration")
    return length_s


def _message(data: Keys, job: Job) -> Step:
    topic = plain_of(data.get("topic"), job)
    payload = data.get("payload", data.get("payload_template"))
    message: Step = {"topic": plain(topic), "payload": ""}
    if isinstance(payload, dict | list):
        raise NotCarriedError("a payload that is no text", data.at("payload"))
    if payload is not None:
        value = value_of(payload, job)
        is_plain = isinstance(value, Lit)
        message["payload"] = (
            plain(value.value)
            if isinstance(value, Lit)
            else f"= {Evaluator(job).expression(value)}"
        )
        del is_plain
    if data.get("retain") is True:
        message["retain"] = True
    return message
