"""What an action is for: entities, devices, areas, floors and labels, as phrases of targets."""

from collections.abc import Iterator

from msgspec import Struct

from scenes.homeassistant.job import Job
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import Input, Items, Keys, plain, words
from scenes.homeassistant.names import KIND_WORDS
from scenes.homeassistant.templates import value_of
from scenes.homeassistant.values import Lit, Told


class Meant(Struct, frozen=True):
    """One thing, or all of a kind at a place: its phrase, its domain, and its entity or ""."""

    phrase: str
    domain: str
    entity: str = ""


def targets_of(action: Keys, domain: str, job: Job) -> list[Meant]:
    """Return what `action` is for. Raises NotCarriedError if it names nothing that is known."""
    found: list[Meant] = []
    for key, value in _named(action):
        for word in _words(value, key, job):
            found += list(_meant(key, word, domain, job))
    if not found:
        raise NotCarriedError("an action that names nothing")
    return list(dict.fromkeys(found))


_KEYS = ("entity_id", "device_id", "area_id", "floor_id", "label_id")


def _named(action: Keys) -> Iterator[tuple[str, object]]:
    for inner in (action, action.get("target"), action.get("data"), action.get("data_template")):
        if isinstance(inner, Input):
            raise NotCarriedError(f"the input {inner} has no value")
        if isinstance(inner, Keys):
            for key in _KEYS:
                if inner.get(key) is not None:
                    yield key, inner[key]


def _words(value: object, key: str, job: Job) -> list[str]:
    if isinstance(value, Items):
        return [word for item in value for word in _words(item, key, job)]
    if isinstance(value, Input):
        raise NotCarriedError(f"the input {value} has no value")
    if not isinstance(value, str) or "{" not in value:
        return words(value)
    found = value_of(value, job, deciding=True)
    match found:
        case Lit(tuple(items)):
            return [plain(item.value) for item in items if isinstance(item, Lit)]
        case Lit(inner):
            return words(inner)
        case Told(facts, "entity_id") if len({fact.entity for fact in facts}) == 1:
            return [facts[0].entity]
    raise NotCarriedError("a template that works out which thing is meant")


def _meant(key: str, word: str, domain: str, job: Job) -> Iterator[Meant]:
    names = job.names
    match key:
        case "entity_id":
            yield from _entity(word, domain, job)
        case "device_id":
            entities = names.entities_of(word, domain)
            if entities:
                yield from (Meant(names.word(e), e.partition(".")[0], e) for e in entities)
            else:
                yield Meant(names.device(word), domain)
        case "label_id":
            entities = [
                entity
                for entity in names.registry.with_label(word)
                if domain in {"homeassistant", entity.partition(".")[0]}
            ]
            if not entities:
                raise NotCarriedError(f'nothing in the folder says what bears the label "{word}"')
            yield from (Meant(names.word(e), e.partition(".")[0], e) for e in entities)
        case _:
            place = names.area(word) if key == "area_id" else names.floor(word)
            yield from _at(place, domain)


def _at(place: str, domain: str) -> Iterator[Meant]:
    if domain == "homeassistant":
        yield from (Meant(f"{place} {KIND_WORDS[d]}", d) for d in ("light", "switch", "fan"))
        return
    kind = KIND_WORDS.get(domain)
    if kind is None:
        raise NotCarriedError(f'there is no word here for all "{domain}" of a place')
    yield Meant(f"{place} {kind}", domain)


def _entity(word: str, domain: str, job: Job) -> Iterator[Meant]:
    if word.casefold() == "all":
        yield from _at("all", domain)
        return
    if word.casefold() == "none":
        return
    entity = job.names.entity(word)
    if entity in {"group.all_lights", "group.all_switches", "group.all_covers"}:
        yield from _at("all", entity.removeprefix("group.all_").removesuffix("s").removesuffix("e"))
        return
    for member in job.names.members(entity):
        own = member.partition(".")[0]
        if domain not in {own, "homeassistant"} and own not in {"group", "input_boolean"}:
            if job.names.is_group(entity):
                continue
            job.note(f"{member} is told to do as a {domain} does")
        yield Meant(job.names.word(member), own if own != "group" else domain, member)
