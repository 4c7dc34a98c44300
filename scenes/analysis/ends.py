"""Ends that never come, that hold already as the scene begins, or that it brings about itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from hubd.model.ids import PropertyId
from hubd.model.instant import DAY_US, MINUTE_US, SECOND_US
from scenes.analysis.facts import End, Part, SceneFacts
from scenes.analysis.findings import Finding, Kind, Moment
from scenes.analysis.loops import begins
from scenes.analysis.overlap import Ground
from scenes.analysis.physics import Influence
from scenes.analysis.reasons import Reason, atoms_of, possible, why_never
from scenes.analysis.search import Scenario, Wait, play
from scenes.analysis.spots import Spots
from scenes.analysis.stage import Stage
from scenes.analysis.timeline import opening, told
from scenes.binding import Scope, bind_states
from scenes.quantities import format_duration

_SOON_US = MINUTE_US
_MOST_PLAYS = 4


class Ends:
    """Looks at the ends of one scene after the other."""

    def __init__(
        self, ground: Ground, dense: Ground, physics: Sequence[Influence], spots: Spots
    ) -> None:
        self._ground = ground
        self._dense = dense
        self._physics = physics
        self._spots = spots

    def findings(
        self,
        scene: SceneFacts,
        moved: Mapping[PropertyId, tuple[PropertyId, ...]],
        known: frozenset[int],
    ) -> Iterator[Finding]:
        """Yield what is wrong with the ends of `scene`; not those of `known` numbers."""
        parts = [part for part in scene.parts if part.wishes and self._begins(part)]
        if not parts or not scene.said.until:
            return
        for number in range(len(scene.said.until)):
            if number in known:
                continue
            found = (
                self._never(scene, parts, number)
                or self._held_already(scene, parts, number, moved)
                or self._too_late(scene, parts, number)
            )
            if found is not None:
                yield found
                return
        undone = self._undone(scene, parts, moved)
        if undone is not None:
            yield undone

    def _begins(self, part: Part) -> bool:
        return any(possible(self._ground, [part.begins_with(s)]) for s in part.starts)

    def _never(self, scene: SceneFacts, parts: Sequence[Part], number: int) -> Finding | None:
        """Find an item of `until` that never comes; alone, it leaves the scene without an end."""
        reasons = [self._why_never(part, number) for part in parts]
        others = len(scene.said.until or ()) > 1 or scene.said.for_ is not None
        if others and not all(reasons):
            return None
        for part, reason in zip(parts, reasons, strict=True):
            if reason is None:
                continue
            for stage in self._plays(part, Wait(DAY_US)):
                if not stage.fired(scene) or (not others and not stage.claims(scene)):
                    continue
                where = _where(part, self._ground)
                if others:
                    message = f'This never ends "{scene.name}"{where}: {reason.text}.'
                    verdict = "This has not ended it."
                    kind = Kind.DEAD
                else:
                    message = f'Nothing ever ends "{scene.name}"{where}: {reason.text}.'
                    verdict = "A day later it still stands."
                    kind = Kind.ENDLESS
                return self._finding(kind, scene, reason.loc, message, stage, verdict, reason.hint)
        return None

    def _why_never(self, part: Part, number: int) -> Reason | None:
        end = part.ends[number]
        loc = ("until", number)
        if end.words is None or end.at:
            return None
        if end.words.pressed and not end.presses:
            named = ", ".join(end.words.pressed)
            hint = "Name a button, and a press that it knows."
            return Reason(f"{named} cannot be pressed so", (*loc, "pressed"), hint)
        atoms = list(atoms_of(end.words, loc, part.scope, self._ground))
        reason = why_never(atoms, self._ground)
        if reason is None or end.state is None:
            return reason
        return None if possible(self._dense, [self._dense.boxes(end.state)]) else reason

    def _held_already(
        self,
        scene: SceneFacts,
        parts: Sequence[Part],
        number: int,
        moved: Mapping[PropertyId, tuple[PropertyId, ...]],
    ) -> Finding | None:
        """Find an item of `until` that holds whenever the scene begins, and by no doing of it."""
        for part in parts:
            end = part.ends[number]
            if end.state is None or end.for_us or end.presses:
                continue
            if _touched(part, moved) & set(end.state.keys):
                continue
            if self._dense_too(part, lambda p: self._contradicts(p, number, holds=False)):
                for stage in self._plays(part, Wait(0)):
                    if not stage.fired(scene) or not _holds(stage, part, end):
                        continue
                    self._stir(stage, end)
                    ended = not stage.claims(scene)
                    message = (
                        f'What ends "{scene.name}" holds already whenever it begins'
                        f"{_where(part, self._ground)}."
                    )
                    verdict = (
                        "So it ends as soon as that is told anew, and not before."
                        if ended
                        else "So that never ends it."
                    )
                    hint = 'Name what is to come after the beginning, or write "for:".'
                    loc = ("until", number)
                    return self._finding(Kind.ENDLESS, scene, loc, message, stage, verdict, hint)
        return None

    def _too_late(self, scene: SceneFacts, parts: Sequence[Part], number: int) -> Finding | None:
        """Find an item of `until` whose own time is longer than the scene may stand."""
        longest_us = scene.said.for_
        if longest_us is None:
            return None
        for part in parts:
            end = part.ends[number]
            if end.state is None or end.for_us < longest_us or not end.for_us:
                continue
            if not all(start.becomes for start in part.starts):
                continue
            if self._dense_too(part, lambda p: self._contradicts(p, number, holds=True)):
                for stage in self._plays(part, Wait(end.for_us)):
                    if stage.claims(scene) or not stage.let_go(scene):
                        continue
                    message = (
                        f'This never ends "{scene.name}": it stands for '
                        f"{format_duration(longest_us)} at most, and this takes "
                        f"{format_duration(end.for_us)}."
                    )
                    hint = 'Make the "for:" of the scene longer, or leave one of the two away.'
                    loc = ("until", number, "for")
                    return self._finding(
                        Kind.DEAD, scene, loc, message, stage, "It is over before.", hint
                    )
        return None

    def _contradicts(self, part: Part, number: int, *, holds: bool) -> bool:
        """Say whether the end, as far as it `holds`, is never so as the scene begins."""
        end, ground = part.ends[number], part.scene.ground
        if end.state is None:
            return False
        boxes = ground.boxes(end.state, holds=holds)
        return not any(possible(ground, [part.beginnings(start), boxes]) for start in part.starts)

    def _dense_too(self, part: Part, asked: Callable[[Part], bool]) -> bool:
        if not asked(part):
            return False
        scene = SceneFacts(part.scene.revised, part.scene.program, self._dense)
        return all(asked(p) for p in scene.parts if p.here == part.here)

    def _undone(
        self,
        scene: SceneFacts,
        parts: Sequence[Part],
        moved: Mapping[PropertyId, tuple[PropertyId, ...]],
    ) -> Finding | None:
        """Find an end that the scene brings about itself within a minute."""
        for part in parts:
            touched = _touched(part, moved)
            ends = [e for e in part.ends if e.state is not None and touched & set(e.state.keys)]
            if not ends or (scene.said.for_ or DAY_US) <= _SOON_US:
                continue
            for stage in self._plays(part, Wait(_SOON_US)):
                gone = stage.let_go(scene)
                if len(stage.fired(scene)) != 1 or not gone or stage.claims(scene):
                    continue
                took = format_duration(max(gone[0].at_us - stage.fired(scene)[0].at_us, 1000))
                message = (
                    f'"{scene.name}" ends itself {took} after it begins: what it does brings '
                    "about what ends it, and all is as before."
                )
                hint = 'End it by something that it does not change itself, or by "for:".'
                loc = ("until", ends[0].number)
                return self._finding(Kind.ENDLESS, scene, loc, message, stage, "It is over.", hint)
        return None

    def _plays(self, part: Part, wait: Wait) -> Iterator[Stage]:
        scenarios: Iterator[Scenario] = (
            scenario for start in part.starts for scenario in begins(part, start, self._ground, 1.0)
        )
        for scenario in islice(scenarios, _MOST_PLAYS):
            yield play(scenario.then(wait), (part.scene,), self._physics)

    def _stir(self, stage: Stage, end: End) -> None:
        """Let what `end` reads be told anew, a little differently or back and forth."""
        keys = end.state.keys if end.state is not None else ()
        if not keys:
            stage.wait(DAY_US)
        for key in keys:
            prop = PropertyId(key)
            value = stage.value(prop)
            if isinstance(value, bool):
                stage.wait(SECOND_US)
                stage.set(prop, not value)
                stage.wait(SECOND_US)
                stage.set(prop, value)
            elif isinstance(value, int | float):
                stage.wait(SECOND_US)
                stage.set(prop, value + 0.1)
        stage.wait(MINUTE_US)

    def _finding(
        self,
        kind: Kind,
        scene: SceneFacts,
        loc: tuple[int | str, ...],
        message: str,
        stage: Stage,
        verdict: str,
        hint: str,
    ) -> Finding:
        spot = self._spots.at(scene, *loc)
        about = {
            prop
            for part in scene.parts
            for prop in part.reads | set(part.wishes)
            if prop in stage.core.state.shadows
        }
        lines = (
            Moment(0, opening(stage.start_us, stage.home)),
            *told(stage, {PropertyId(p) for p in about}, {scene.id: scene.name}),
            Moment(stage.now_us - stage.start_us, verdict),
        )
        return Finding(kind, (scene.id,), spot.path, spot.line, message, lines, hint)


def _touched(part: Part, moved: Mapping[PropertyId, tuple[PropertyId, ...]]) -> frozenset[str]:
    """Return what `part` changes, directly or through the room."""
    return frozenset(p for prop in part.wishes for p in (prop, *moved.get(prop, ())))


def _holds(stage: Stage, part: Part, end: End) -> bool:
    if end.words is None:
        return False
    state = bind_states(end.words, Scope(stage.home, part.here))
    return state is not None and state.holds(stage.core.view)


def _where(part: Part, ground: Ground) -> str:
    return f" in {ground.home.areas[part.here].name}" if part.here is not None else ""
