"""What a Shelly can do, as parts: the same for both generations, but for where values come from."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from drivers.kit.errors import MalformedError, RefusedError
from drivers.mqtt.dialect import Piece
from drivers.mqtt.errors import UnreadableError, UnwritableError
from drivers.mqtt.part import Joint, Listener, Part, Publish, Reach, Reader, Writer
from drivers.mqtt.payload import MISSING, Missing, Payload
from drivers.shelly.function import Call, Field, Function, Wish
from hubd.model.device import Trouble
from hubd.model.value import Value

type Say = Callable[[Call], Publish]
"""Makes the message of a call. Raises UnwritableError."""
type Source = tuple[str, Callable[[Payload], object | Missing]]
"""A topic, and what finds a value in its messages; MISSING where one says nothing of it."""
type Hear = tuple[str, Callable[[Payload], str | None]]

ONLINE: Mapping[str, bool | Missing] = {"true": True, "false": False}


def reach(topic: str) -> Reach:
    """Return that a device is reached while `topic` says `true`."""
    return Reach(((topic, lambda payload: ONLINE.get(payload.text.strip(), MISSING)),), "latest")


class Maker:
    """Makes the parts of one device."""

    def __init__(
        self,
        device: str,
        say: Say,
        sources: Callable[[Field], Iterable[Source]],
        hears: Callable[[str, Mapping[str, str]], Iterable[Hear]],
        *,
        online: str = "",
        expire_after_s: float | None = None,
    ) -> None:
        """Make it.

        `sources`: where a field's value comes from. `hears`: where a component's presses come
        from, given its words for them. `online` is the topic that says whether it is there.
        """
        self._device = device
        self._say = say
        self._sources = sources
        self._hears = hears
        self._online = online
        self._expire_after_s = expire_after_s

    def pieces(
        self, functions: Sequence[Function], troubles: Sequence[Trouble] = ()
    ) -> tuple[Piece, ...]:
        """Return the pieces of functions, and of what is not carried."""
        made = [
            Piece(f"shelly/{self._device}/{f.endpoint.id}", f.endpoint.id, "shelly", self._part(f))
            for f in functions
        ]
        made += [Piece(f"shelly/{self._device}/!{t.where}", t.where, "shelly", t) for t in troubles]
        return tuple(made)

    def _part(self, function: Function) -> Part:
        known: dict[str, Value] = {}
        readers = [
            Reader(topic, field.name, _reading(field, find, known))
            for field in function.fields
            for topic, find in self._sources(field)
        ]
        listeners = [
            Listener(topic, heard.signal, listen)
            for heard in function.heard
            for topic, listen in self._hears(heard.component, heard.words)
        ]
        names = [p.name for p in function.endpoint.properties if p.writable]
        fades = frozenset(p.name for p in function.endpoint.properties if p.transition)
        writers, joint = self._writing(function, names, known, fades=fades)
        return Part(
            endpoint=function.endpoint,
            readers=tuple(readers),
            listeners=tuple(listeners),
            writers=writers,
            actions={
                name: Writer(lambda value, act=act: self._say(act(value)))  # type: ignore[misc]
                for name, act in function.actions.items()
            },
            joint=joint,
            reach=reach(self._online) if self._online else None,
            reach_key=self._online,
            expire_after_s=self._expire_after_s,
        )

    def _writing(
        self,
        function: Function,
        names: Sequence[str],
        known: Mapping[str, Value],
        *,
        fades: frozenset[str],
    ) -> tuple[Mapping[str, Writer], Joint | None]:
        """Return what sets each property, and what sets several in one message."""
        write = function.write
        if write is None or not names:
            return {}, None

        def say(values: Mapping[str, Value], over_s: float = 0.0) -> Publish:
            try:
                return self._say(write(Wish(values, known, over_s)))
            except RefusedError as error:
                raise UnwritableError(error.what, mend=error.mend) from error

        def fade(values: Mapping[str, Value], over_s: float) -> Publish:
            return say(values, over_s if fades.issuperset(values) else 0.0)

        writers = {
            name: Writer(lambda value, name=name: say({name: value}))  # type: ignore[misc]
            for name in names
        }
        return writers, Joint(frozenset(names), say, fade if fades else None)


def _reading(
    field: Field, find: Callable[[Payload], object | Missing], known: dict[str, Value]
) -> Callable[[Payload], Value | Missing]:
    def read(payload: Payload) -> Value | Missing:
        said = find(payload)
        if said is MISSING:
            return MISSING
        try:
            value = known[field.name] = field.read(said)
        except MalformedError as error:
            where = ".".join((field.component, *field.path))
            raise UnreadableError(f"{where} {error.what}") from error
        return value

    return read
