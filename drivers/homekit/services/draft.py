"""A service while it is read: its builder says what there is, the draft makes a function of it."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from drivers.homekit.database import Characteristic, Scalar, Service
from drivers.homekit.function import Function, Listener, Reader, State, Writer
from drivers.homekit.values import Make, Silent
from hubd.model.device import Action, DeviceType, Endpoint, Property, Signal, Trouble
from hubd.model.ids import EndpointId
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS, SIGNALS, typical


class Draft:
    """One endpoint of a service, and what was found for it so far.

    `used` are the characteristics that mean something already, of all drafts of the service.
    """

    def __init__(self, service: Service, used: set[int]) -> None:
        self.service = service
        self.type = DeviceType.GENERIC
        self.troubles: list[Trouble] = []
        self._used = used
        self._properties: list[Property] = []
        self._actions: list[Action] = []
        self._signals: list[Signal] = []
        self._readers: list[Reader] = []
        self._listeners: list[Listener] = []
        self._writers: dict[str, Writer] = {}
        self._doers: dict[str, Writer] = {}

    def take(self, kind: str) -> Characteristic | None:
        """Return the characteristic of that kind, which counts as carried from now on; or None."""
        found = self.service.find(kind)
        if found:
            self._used.add(found.iid)
        return found

    def has(self, name: str) -> bool:
        """Say whether the property was added."""
        return any(p.name == name for p in self._properties)

    def property(
        self,
        name: str,
        make: Make,
        told: str,
        target: str = "",
        *,
        reads: Make | None = None,
        shape: Mapping[str, object] | None = None,
    ) -> bool:
        """Add a property that `told` tells and `target` (by default the same) takes.

        `reads` is how `told` is read where it says it in other words than `target`. Returns whether
        the service has it at all.
        """
        return self.bind(name, make, self.take(told), self.take(target or told), reads, shape)

    def bind(
        self,
        name: str,
        make: Make,
        told: Characteristic | None,
        target: Characteristic | None,
        reads: Make | None = None,
        shape: Mapping[str, object] | None = None,
    ) -> bool:
        """Add a property of these characteristics; returns whether it can be read or written."""
        source = told if told and told.readable else None
        sink = target if target and target.writable else None
        if (source is None and sink is None) or self.has(name):
            return False
        said: dict[str, object] = {}
        if source:
            codec = (reads or make)(source)
            said |= codec.shape
            self._readers.append(Reader(name, (source.iid,), _reading(codec.read, source.iid)))
        if sink:
            codec = make(sink)
            said = {**said, **codec.shape, **_both(said, codec.shape)}
            self._writers[name] = Writer(_writing(codec.write, sink.iid))
        self._add(name, {**said, **(shape or {})}, writable=sink is not None, told=bool(source))
        return True

    def computed(
        self,
        name: str,
        kinds: tuple[str, ...],
        read: Callable[[Mapping[str, Scalar]], Value | Silent],
        write: Callable[[Value, Mapping[str, Scalar]], Mapping[str, Scalar]] | None = None,
        shape: Mapping[str, object] | None = None,
        *,
        late: bool = False,
    ) -> None:
        """Add a property that several characteristics tell together, given by their kinds.

        Kinds that the service has not are told as None. What `write` says for these is left out.
        `late`: `write` looks at the state.
        """
        found = {kind: c.iid for kind in kinds if (c := self.take(kind))}

        def by_kind(state: State) -> Mapping[str, Scalar]:
            return {kind: state.get(found[kind]) if kind in found else None for kind in kinds}

        self._readers.append(
            Reader(name, tuple(found.values()), lambda state: read(by_kind(state)))
        )
        if write:
            ask = write

            def written(value: Value, state: State) -> Mapping[int, Scalar]:
                asked = ask(value, by_kind(state))
                return {found[kind]: said for kind, said in asked.items() if kind in found}

            self._writers[name] = Writer(written, late)
        self._add(name, shape or {}, writable=write is not None, told=True)

    def signal(self, name: str, kind: str, words: Mapping[int, str]) -> None:
        """Add a momentary event that a characteristic tells as one of a few numbers."""
        found = self.take(kind)
        if found is None:
            return
        allowed = tuple(w for n, w in words.items() if not found.values or n in found.values)

        def read(said: Scalar) -> str | None:
            return words.get(int(said)) if isinstance(said, int | float) else None

        self._signals.append(Signal(name, allowed, SIGNALS.get(name, "")))
        self._listeners.append(Listener(name, found.iid, read))

    def action(self, name: str, kind: str, value: Scalar) -> None:
        """Add an action that writes `value`."""
        found = self.take(kind)
        if found and found.writable:
            iid = found.iid
            self._actions.append(Action(name, ACTIONS.get(name, "")))
            self._doers[name] = Writer(lambda _value, _state: {iid: value})

    def trouble(self, reason: str) -> None:
        """Note what of the service is not carried, and why."""
        self.troubles.append(Trouble(f"service {self.service.iid}", reason))

    def function(self, endpoint: EndpointId, name: str) -> Function | None:
        """Return what was drafted, as that endpoint; None if nothing was."""
        if not (self._properties or self._actions or self._signals):
            return None
        return Function(
            Endpoint(
                endpoint,
                self.type,
                name,
                tuple(self._properties),
                tuple(self._actions),
                tuple(self._signals),
            ),
            tuple(self._readers),
            tuple(self._listeners),
            self._writers,
            self._doers,
        )

    def _add(self, name: str, shape: Mapping[str, object], *, writable: bool, told: bool) -> None:
        prop = typical(name, writable=writable, assumed=writable and not told)
        step = shape.get("step")
        if isinstance(step, float) and step / 2 > prop.tolerance and writable:
            shape = {"tolerance": round(step / 2, 4), **shape}
        self._properties.append(replace(prop, **shape))


def _both(read: Mapping[str, object], written: Mapping[str, object]) -> Mapping[str, object]:
    """Return the choices of a property that may be told more than it can be set to."""
    told, taken = read.get("choices"), written.get("choices")
    if isinstance(told, tuple) and isinstance(taken, tuple):
        return {"choices": tuple(dict.fromkeys((*taken, *told)))}
    return {}


def _reading(
    read: Callable[[Scalar], Value | Silent], iid: int
) -> Callable[[State], Value | Silent]:
    return lambda state: read(state.get(iid))


def _writing(
    write: Callable[[Value], Scalar], iid: int
) -> Callable[[Value, State], Mapping[int, Scalar]]:
    return lambda value, _state: {iid: write(value)}
