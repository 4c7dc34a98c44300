"""Automations, scripts and scenes of Home Assistant as documents of scenes."""

from collections.abc import Mapping

from msgspec import Struct, field

from scenes.homeassistant.actions import read_actions
from scenes.homeassistant.blueprints import used
from scenes.homeassistant.conditions import read_conditions
from scenes.homeassistant.durations import lasting
from scenes.homeassistant.job import Fact, Job
from scenes.homeassistant.left import Left, NotCarriedError
from scenes.homeassistant.library import Library, paused_word, script_called
from scenes.homeassistant.marked import Keys, Place, plain
from scenes.homeassistant.states import Truth, every
from scenes.homeassistant.static import read_scene
from scenes.homeassistant.steps import Step, have_claims, split
from scenes.homeassistant.triggers import read_triggers

type Document = dict[str, object]

FURTHER_NOTICE = "further notice"
MAX_SPLIT = 40


class Outcome(Struct):
    """What became of one automation, script or scene.

    `off` says of each document whether the hub is not to take it up as it stands.
    """

    name: str
    place: Place
    documents: list[tuple[Document, bool]] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def carried(self) -> bool:
        """Say whether all of it was carried."""
        return not self.left


def automation(
    node: Keys, place: Place, name: str, library: Library, blueprints: Mapping[str, Keys]
) -> Outcome:
    """Return what an automation becomes: one scene, or one for each thing that sets it off."""
    outcome = Outcome(name, place)
    try:
        whole = used(node, "automation", blueprints) if "use_blueprint" in node else node
    except NotCarriedError as error:
        outcome.left.append(Left(*(error.place or place), name, error.reason))
        return outcome
    job, document = _translated(whole, place, name, library, None)
    several = len({fact.entity for fact in job.facts}) > 1 or len(job.facts) > 1
    if job.needs_one and several and len(job.facts) <= MAX_SPLIT:
        jobs = [_translated(whole, place, name, library, n) for n in range(len(job.facts))]
        if all(not one.left for one, _ in jobs):
            for one, said in jobs:
                said["scene"] = f"{name}: {library.names.word(one.facts[0].entity)}"
                outcome.documents.append((said, _is_off(one, whole)))
                outcome.notes += [note for note in one.notes if note not in outcome.notes]
            return outcome
    outcome.left = sorted(set(job.left))
    outcome.notes = job.notes
    if {"claims", "do", "then"} & set(document):
        outcome.documents.append((document, _is_off(job, whole)))
    elif not outcome.left:
        outcome.left.append(Left(*place, name, "nothing that it does matters here"))
    return outcome


def _is_off(job: Job, node: Keys) -> bool:
    if node.get("initial_state") is False:
        job.note("it was switched off")
        return True
    return job.unsafe


def _translated(
    node: Keys, place: Place, name: str, library: Library, only: int | None
) -> tuple[Job, Document]:
    job = Job(name, place, library)
    for key in ("trigger_variables", "variables"):
        variables = node.get(key)
        job.scope |= variables if isinstance(variables, Keys) else {}
    triggers = "triggers" if "triggers" in node else "trigger"
    read_triggers(node.get(triggers), node.at(triggers), job)
    if not job.facts and not job.left:
        job.note("nothing sets it off: a person or another scene begins it")
    if only is not None:
        job.facts = job.facts[only : only + 1]
    conditions = "conditions" if "conditions" in node else "condition"
    job.asks_first = True
    truth, whole = read_conditions(node.get(conditions), node.at(conditions), job)
    job.asks_first = False
    job.unsafe = job.unsafe or not whole
    actions = next((key for key in ("actions", "action", "sequence") if key in node), "actions")
    steps = read_actions(node.get(actions), node.at(actions), job)
    truth, steps = _raised(truth, steps)
    return job, _document(job, node, truth, steps)


def _raised(truth: Truth, steps: list[Step]) -> tuple[Truth, list[Step]]:
    """Return the conditions and steps with a condition that all steps stand behind at the top."""
    while len(steps) == 1 and set(steps[0]) == {"if", "then"}:
        inner, then = steps[0]["if"], steps[0]["then"]
        if not isinstance(inner, dict) or not isinstance(then, list):
            break
        truth, steps = every([truth, inner]), then
    return truth, steps


def _document(job: Job, node: Keys, truth: Truth, steps: list[Step]) -> Document:
    document: Document = {"scene": job.name}
    said = node.get("description")
    if isinstance(said, str) and said.strip():
        document["description"] = " ".join(said.split())
    entity = next((e for e, n in job.library.automations.items() if n == job.name), "")
    if entity in job.library.paused:
        truth = every([{"off": paused_word(job.name)}, truth])
    if truth is False:
        job.leave(NotCarriedError("what it asks for never holds"))
        return document
    when = [fact.item for fact in job.facts if not fact.replaced]
    if when:
        document["when"] = when[0] if len(when) == 1 else when
    if truth is not True:
        document["if"] = truth["all"] if set(truth) == {"all"} else truth
    if job.cooldown_s > 0:
        steps = [*steps, {"wait": lasting(job.cooldown_s)}]
    _put_steps(document, steps, asks=truth is not True)
    _put_runs(document, node, job)
    _drop_ids(document, job.facts)
    return document


def _put_steps(document: Document, steps: list[Step], *, asks: bool) -> None:
    claims, deeds, rest = split(steps)
    if asks and claims is not None:
        # A scene that stands is only prolonged and does not ask again; steps ask each time.
        claims, deeds, rest = None, None, steps
    if claims is not None:
        document["claims"] = claims
    if deeds is not None:
        document["do"] = deeds
    if rest:
        document["then"] = rest
    if claims is not None or have_claims(rest):
        document["until"] = FURTHER_NOTICE


def _put_runs(document: Document, node: Keys, job: Job) -> None:
    mode = plain(node.get("mode", "single"))
    if "then" not in document or job.cooldown_s > 0:
        return
    most = node.get("max")
    if mode in {"queued", "parallel"} and isinstance(most, int) and most > 0:
        document["runs"] = {mode: most}
    elif mode in {"restart", "queued", "parallel"}:
        document["runs"] = mode


def _drop_ids(document: Document, facts: list[Fact]) -> None:
    """Drop the ids that nothing asks for."""
    asked = set(_asked(document))
    for fact in facts:
        if fact.item.get("id") not in asked:
            fact.item.pop("id", None)


def _asked(value: object) -> list[object]:
    if isinstance(value, dict):
        own = [value["by"]] if isinstance(value.get("by"), str) else []
        return own + [found for inner in value.values() for found in _asked(inner)]
    return [f for inner in value for f in _asked(inner)] if isinstance(value, list) else []


def script(entity: str, node: Keys, library: Library, blueprints: Mapping[str, Keys]) -> Outcome:
    """Return what a script becomes: a scene that is begun."""
    name = script_called(entity, node)
    outcome = Outcome(name, node.place)
    try:
        whole = used(node, "script", blueprints) if "use_blueprint" in node else node
    except NotCarriedError as error:
        outcome.left.append(Left(*(error.place or node.place), name, error.reason))
        return outcome
    job = Job(name, node.place, library)
    job.fields = frozenset(_fields(whole))
    for key, about in _fields(whole).items():
        if isinstance(about, Keys) and "default" in about:
            job.scope[key] = about["default"]
    variables = whole.get("variables")
    job.scope |= variables if isinstance(variables, Keys) else {}
    steps = read_actions(whole.get("sequence"), whole.at("sequence"), job)
    truth, steps = _raised(every([]), steps)
    document = _document(job, whole, truth, steps)
    if {"claims", "do", "then"} & set(document):
        outcome.documents.append((document, job.unsafe))
    elif not job.left:
        job.leave(NotCarriedError("nothing that it does matters here"))
    outcome.left, outcome.notes = sorted(set(job.left)), job.notes
    return outcome


def _fields(node: Keys) -> Keys:
    fields = node.get("fields")
    return fields if isinstance(fields, Keys) else Keys(node.place)


def static_scene(node: Keys, place: Place, name: str, library: Library) -> Outcome:
    """Return what a scene becomes: claims that stand until further notice."""
    job = Job(name, place, library)
    claims = read_scene(node, job)
    outcome = Outcome(name, place, left=sorted(set(job.left)), notes=job.notes)
    if claims:
        document: Document = {"scene": name, "claims": claims, "until": FURTHER_NOTICE}
        outcome.documents.append((document, False))
    elif not outcome.left:
        outcome.left.append(Left(*place, name, "a scene without things in it"))
    return outcome
