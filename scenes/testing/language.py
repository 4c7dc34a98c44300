"""What a test's document may say. docs/scene-tests.md explains it to people."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from msgspec import Struct, structs
from pydantic import BeforeValidator, Field, model_validator

from hubd.documents import Document, DocumentError, Parsed, Problem, parse, wrong
from hubd.homefile import HomeFile, HomeFileDevice
from hubd.model.device import Action, Device, DeviceType, Endpoint, Property, Signal
from hubd.model.events import Adopted, Input
from hubd.model.ids import AreaId, DeviceId, EndpointId
from hubd.model.vocabulary import typical
from hubd.own_devices import as_new, device_of, first_value, the_home
from scenes.testing.typical import (
    DRIVER,
    ONE,
    SETTABLE,
    is_action,
    is_signal,
    typical_device,
    typical_endpoint,
)

SUFFIXES = (".test.yaml", ".test.yml")
"""How the names of files with tests end."""

_READ_ONLY = " (read only)"


class HasProperty(Document):
    """A property that is not quite as its name says: what differs."""

    name: str
    writable: bool | None = None
    minimum: float | None = None
    maximum: float | None = None
    tolerance: float | None = None
    choices: tuple[str, ...] = ()

    def property(self) -> Property:
        """Return the property."""
        usual = typical(self.name)
        return Property(
            name=usual.name,
            type=usual.type,
            writable=self.name in SETTABLE if self.writable is None else self.writable,
            unit=usual.unit,
            minimum=usual.minimum if self.minimum is None else self.minimum,
            maximum=usual.maximum if self.maximum is None else self.maximum,
            choices=self.choices or usual.choices,
            tolerance=usual.tolerance if self.tolerance is None else self.tolerance,
            title=usual.title,
        )


def _has(data: object) -> object:
    """Read names as what they are short for."""
    items = data if isinstance(data, list | tuple) else [data]
    return [_named(item) if isinstance(item, str) else item for item in items]


def _named(text: str) -> dict[str, object]:
    if text.endswith(_READ_ONLY):
        return {"name": text.removesuffix(_READ_ONLY), "writable": False}
    return {"name": text}


Has = Annotated[tuple[HasProperty, ...], BeforeValidator(_has)]
"""Names of properties, actions and momentary events (`Cluster.attribute`)."""


class GivenPart(Document):
    """One function of a device: of a type, with what is typical of it, or with what `has` says."""

    type: DeviceType = DeviceType.GENERIC
    name: str = ""
    has: Has = ()

    def endpoint(self, endpoint: EndpointId) -> Endpoint:
        """Return the function."""
        if not self.has:
            return typical_endpoint(self.type, endpoint, self.name)
        names = [each.name for each in self.has]
        return Endpoint(
            endpoint,
            self.type,
            self.name,
            properties=tuple(
                each.property()
                for each in self.has
                if not is_action(each.name) and not is_signal(each.name)
            ),
            actions=tuple(Action(name) for name in names if is_action(name)),
            signals=tuple(Signal(name) for name in names if is_signal(name)),
        )


class GivenDevice(HomeFileDevice):
    """A device of a test: as in a home file, and where needed what it has, or its parts."""

    has: Has = ()
    parts: dict[str, GivenPart] = Field(default={})

    @model_validator(mode="after")
    def _one_way(self) -> "GivenDevice":
        if self.has and self.parts:
            raise wrong("has: and parts: are two ways to say one thing", "leave one away")
        return self

    def device(self) -> Device:
        """Return the device."""
        kind = self.type or DeviceType.GENERIC
        parts = self.parts or {str(ONE): GivenPart(type=kind, has=self.has)}
        return Device(
            DeviceId(self.id),
            self.name,
            DRIVER,
            tuple(part.endpoint(EndpointId(key)) for key, part in parts.items()),
            AreaId(self.area) if self.area is not None else None,
            self.aliases,
        )


class GivenHome(HomeFile):
    """A home that stands in the test itself."""

    devices: tuple[GivenDevice, ...] = ()


def home_of(home: HomeFile) -> Iterator[Input]:
    """Yield what makes the home that `home` describes, its devices as their types typically are."""
    yield from home.events()
    yield from as_new(the_home())
    for variable in home.variables:
        kept = variable.variable()
        yield from as_new(device_of(kept), first_value(kept))
    for entry in home.devices:
        if isinstance(entry, GivenDevice):
            yield Adopted(entry.device())
            continue
        area = AreaId(entry.area) if entry.area is not None else None
        kind = entry.type or DeviceType.GENERIC
        device = typical_device(DeviceId(entry.id), entry.name, kind, area)
        named = structs.replace(device, driver=DRIVER, aliases=entry.aliases)
        yield Adopted(structs.replace(named, roles=entry.roles))


def _listed(data: object) -> object:
    return data if isinstance(data, list | tuple) else [data]


def _mapping(data: object) -> object:
    if isinstance(data, dict) and data:
        return data
    raise wrong("a step says what happens, or what is expected", "write it as in hall motion: on")


Step = Annotated[dict[str, object], BeforeValidator(_mapping)]
"""What happens at one moment, in the order written, or what is expected then."""


class SceneTest(Document):
    """Given this home, at this time: when this happens, then that is so; and so on."""

    synonyms: ClassVar[dict[str, str]] = {"when": "steps", "name": "test"}

    test: Annotated[str, Field(min_length=1, max_length=200)]
    description: str = ""
    home: str | GivenHome | None = None
    scenes: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    given: dict[str, object] = Field(default={})
    steps: Annotated[tuple[Step, ...], BeforeValidator(_listed), Field(min_length=1)]


class Written(Struct, frozen=True):
    """A test, and the document that it stands in."""

    test: SceneTest
    document: Parsed

    @property
    def line(self) -> int:
        """The line that its name stands in."""
        return self.document.keys.get(("test",), (self.document.line, 1))[0]


def read_tests(text: str, path: str) -> tuple[list[Written], list[Problem]]:
    """Return the tests of one file, and all that is wrong in it."""
    tests: list[Written] = []
    problems: list[Problem] = []
    try:
        documents = parse(text, path)
    except DocumentError as error:
        return [], list(error.problems)
    for document in documents:
        try:
            tests.append(Written(document.check(SceneTest), document))
        except DocumentError as error:
            problems.extend(error.problems)
    return tests, problems
