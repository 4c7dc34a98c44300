"""A component while it is read: its builder says what there is, the draft makes the part of it.

What of a component is not understood becomes a trouble, and the rest of it is carried.
"""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from drivers.mqtt.availability.options import reach
from drivers.mqtt.codec import Codec
from drivers.mqtt.discovery.announcement import Component
from drivers.mqtt.discovery.options import Options
from drivers.mqtt.errors import DiscoveryError, TemplateError
from drivers.mqtt.part import Joint, Listener, Part, Publish, Reader, Splitter, Writer
from drivers.mqtt.payload import MISSING, Missing, Payload, rendered
from hubd.model.device import Action, DeviceType, Endpoint, Property, Signal, Trouble
from hubd.model.ids import EndpointId, slug
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS, SIGNALS, typical


class Draft:
    """One component: its options, and what was found in it so far."""

    def __init__(self, component: Component) -> None:
        self.options = Options(component.options)
        self._component = component
        self._where = f"{component.kind} {component.key}"
        self._properties: list[Property] = []
        self._actions: list[Action] = []
        self._signals: list[Signal] = []
        self._readers: list[Reader] = []
        self._splitters: list[Splitter] = []
        self._listeners: list[Listener] = []
        self._writers: dict[str, Writer] = {}
        self._doers: dict[str, Writer] = {}
        self._joint: Joint | None = None
        self._troubles: list[Trouble] = []
        self.group = ""
        self.optimistic = self.options.flag("optimistic")
        self._qos = max(1, min(2, int(self.options.number("qos", 1))))
        self._retain = self.options.flag("retain")

    def property(
        self,
        name: str,
        codec: Codec,
        *,
        state: str = "",
        state_template: str = "",
        command: str = "",
        command_template: str = "",
        variable: str = "value",
        shape: Mapping[str, object] | None = None,
    ) -> bool:
        """Add a property whose topics and templates are the options of these names.

        `shape` refines the vocabulary's property. Returns whether the component has it at all.
        """
        try:
            source = self.options.topic(state) if state else ""
            target = self.options.target(command) if command else ""
            read = self.options.template(state_template) if source and state_template else None
            variables = {variable, "value"}
            fill = (
                self.options.template(command_template, variables)
                if target and command_template
                else None
            )
        except (DiscoveryError, TemplateError) as error:
            self.trouble(error.what)
            return False
        if not source and not target:
            return False
        assumed = bool(target) and (self.optimistic or not source)
        self.add(name, writable=bool(target), assumed=assumed, shape=shape)
        if source:
            self._readers.append(Reader(source, name, _reading(read, codec)))
        if target:
            make = self._writing(target, fill, codec, variable)
            self._writers[name] = Writer(make, assumed)
        return True

    def add(
        self,
        name: str,
        *,
        writable: bool = False,
        assumed: bool = False,
        shape: Mapping[str, object] | None = None,
    ) -> None:
        """Describe a property, as the vocabulary has it but for `shape`."""
        prop = typical(name, writable=writable, assumed=assumed)
        self._properties.append(replace(prop, **shape) if shape else prop)

    def has(self, name: str) -> bool:
        """Say whether the property was added."""
        return any(p.name == name for p in self._properties)

    def reads(self, topic: str, name: str, read: Callable[[Payload], Value | Missing]) -> None:
        """Read a described property from `topic`."""
        self._readers.append(Reader(topic, name, read))

    def splits(self, topic: str, read: Callable[[Payload], Sequence[tuple[str, Value]]]) -> None:
        """Read several described properties from each message of `topic`."""
        self._splitters.append(Splitter(topic, read))

    def writes(self, name: str, write: Callable[[Value], Publish]) -> None:
        """Write a described property."""
        assumed = any(p.assumed for p in self._properties if p.name == name)
        self._writers[name] = Writer(write, assumed)

    def writer(self, name: str) -> Callable[[Value], Publish] | None:
        """Return what writes a property so far, or None."""
        writer = self._writers.get(name)
        return None if writer is None else writer.write

    def watch(self, name: str, seen: Callable[[Value], None]) -> None:
        """Show `seen` each value of a property that its reader reads."""
        for place, reader in enumerate(self._readers):
            if reader.name == name:
                self._readers[place] = replace(reader, read=_watched(reader.read, seen))

    def writes_jointly(self, joint: Joint) -> None:
        """Write several described properties by one message."""
        self._joint = joint
        for name in joint.names:
            self.writes(name, lambda value, name=name: joint.write({name: value}))  # type: ignore[misc]

    def action(self, name: str, command: str, payload: str, *, command_template: str = "") -> None:
        """Add an action that publishes `payload` to the topic of the option `command`."""
        try:
            topic = self.options.target(command)
            fill = self.options.template(command_template, {"value"}) if command_template else None
        except (DiscoveryError, TemplateError) as error:
            self.trouble(error.what)
            return
        if topic:
            said = rendered(fill(Payload(b"", {"value": payload}))) if fill else payload
            message = self.message(topic, said)
            self.does(Action(name, ACTIONS.get(name, "")), lambda _argument: message)

    def does(self, action: Action, write: Callable[[Value], Publish]) -> None:
        """Add an action that publishes what `write` makes of its argument."""
        self._actions.append(action)
        self._doers[action.name] = Writer(write)

    def signal(
        self,
        name: str,
        topic: str,
        read: Callable[[Payload], str | None],
        choices: tuple[str, ...] = (),
    ) -> None:
        """Add a momentary event that messages of `topic` tell."""
        self._signals.append(Signal(name, choices, SIGNALS.get(name, "")))
        self._listeners.append(Listener(topic, name, read))

    def message(self, topic: str, payload: str | bytes) -> Publish:
        """Return a message with the component's own quality of service and retain flag."""
        data = payload if isinstance(payload, bytes) else payload.encode()
        return Publish(topic, data, self._qos, self._retain)

    def trouble(self, reason: str) -> None:
        """Note what of this component is not carried, and why."""
        self._troubles.append(Trouble(self._where, reason))

    def source(self, template: str) -> Callable[[Payload], object] | None:
        """Return the template of that option, or None; what is wrong with it is a trouble."""
        try:
            return self.options.template(template)
        except (DiscoveryError, TemplateError) as error:
            self.trouble(error.what)
            return None

    def record(self, template: str, plain: str) -> Callable[[Payload], Mapping[str, object]]:
        """Return what reads a message as a JSON object; one that is none is its field `plain`.

        `template` is the option whose template is applied first.
        """
        source = self.source(template)

        def read(payload: Payload) -> Mapping[str, object]:
            said: object = payload.text if source is None else source(payload)
            if isinstance(said, str) and said.lstrip().startswith("{"):
                said = payload.json if source is None else Payload(said.encode()).json
            return said if isinstance(said, dict) else {plain: said}

        return read

    def part(self, kind: DeviceType) -> Part:
        """Return the component as it was drawn up. Raises DiscoveryError or TemplateError."""
        if not (self._properties or self._actions or self._signals) and not self._troubles:
            raise DiscoveryError("has no topic that its component needs")
        where = reach(self.options)
        return Part(
            endpoint=Endpoint(
                EndpointId(self.group or slug(self._component.key)),
                kind,
                "" if self.group else self._name(),
                tuple(self._properties),
                tuple(self._actions),
                tuple(self._signals),
            ),
            readers=tuple(self._readers),
            splitters=tuple(self._splitters),
            listeners=tuple(self._listeners),
            writers=self._writers,
            actions=self._doers,
            joint=self._joint,
            reach=where,
            reach_key=self._reach_key() if where else "",
            expire_after_s=self.options.maybe_number("expire_after") or None,
            off_delay_s=self.options.maybe_number("off_delay") or None,
            group=self.group,
            category=self.options.text("entity_category"),
            enabled=self.options.flag("enabled_by_default", default=True),
            troubles=tuple(self._troubles),
        )

    def _name(self) -> str:
        """Return the component's name; "" if it is the device itself (`name: null`)."""
        if "name" in self._component.options:
            return self.options.text("name")
        return self.options.text("device_class").replace("_", " ").capitalize()

    def _reach_key(self) -> str:
        return repr(sorted((k, v) for k, v in self._component.options.items() if "availab" in k))

    def _writing(
        self,
        topic: str,
        fill: Callable[[Payload], object] | None,
        codec: Codec,
        variable: str,
    ) -> Callable[[Value], Publish]:
        encode, qos, retain = codec.write, self._qos, self._retain
        if fill is None:
            return lambda value: Publish(topic, rendered(encode(value)).encode(), qos, retain)
        evaluate = fill

        def write(value: Value) -> Publish:
            said = encode(value)
            scope = Payload(b"", {"value": said, variable: said})
            return Publish(topic, rendered(evaluate(scope)).encode(), qos, retain)

        return write


def _watched(
    read: Callable[[Payload], Value | Missing], seen: Callable[[Value], None]
) -> Callable[[Payload], Value | Missing]:
    def watched(payload: Payload) -> Value | Missing:
        value = read(payload)
        if value is not MISSING:
            seen(value)
        return value

    return watched


def _reading(
    source: Callable[[Payload], object] | None, codec: Codec
) -> Callable[[Payload], Value | Missing]:
    decode = codec.read
    if source is None:
        return lambda payload: decode(payload.text)
    evaluate = source
    return lambda payload: decode(evaluate(payload))
