"""The home as the API sees it (hubd.api.port.HomePort)."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from hubd import bygone
from hubd.api.errors import BusyError, InvalidError, NotFoundError
from hubd.api.finding import Finding
from hubd.api.port import (
    DriverHealth,
    EventQuery,
    Explanation,
    Folded,
    Health,
    SafetyRule,
    SceneState,
    SceneStatus,
    Step,
    Wish,
)
from hubd.api.scene_desk import SceneDesk
from hubd.core.listening import scene_owner
from hubd.core.shadow import Shadow
from hubd.core.view import View
from hubd.desk import Desk
from hubd.documents import DocumentError
from hubd.hub import Hub
from hubd.model.command import Outcome
from hubd.model.events import Configuration, Event, SceneRevised
from hubd.model.ids import NO_EVENT, AreaId, DeviceId, EventId, PropertyId, SceneId
from hubd.scenery import Scenery
from hubd.store.log import device_of
from hubd.store.store import Store
from hubd.whatif import asking
from hubd.whatif.answer import Told
from scenes.compiler import reach
from scenes.explain import describe, explain
from scenes.safety.compiler import DEFAULTS, named, read_rules
from scenes.safety.words import rule_words
from scenes.standing import standing_words
from scenes.whynot import WhyNot

_MOST_SCANNED = 20_000
"""Events looked through for one page of an area's."""


class Outlook:
    """Answers the API's questions from the hub, the store and the scenes."""

    def __init__(
        self, hub: Hub, store: Store, scenery: Scenery, finding: Finding, name: str
    ) -> None:
        self.name = name
        self.finding: Finding = finding
        self.view: View = hub.core.view
        self.desk: SceneDesk = Desk(lambda: self.view.home, scenery.folder, scenery.refresh)
        self._hub = hub
        self._store = store
        self._scenery = scenery
        self._living = asyncio.Lock()
        self._started_s = time.monotonic()

    @property
    def last_event(self) -> EventId:
        """The id of the latest event that was folded; 0 before the first."""
        return EventId(self._hub.core.state.next_id - 1)

    def now_us(self) -> int:
        """Return the home's time."""
        return self._hub.now_us()

    def unreachable_reason(self, device: DeviceId) -> str:
        """Return why `device` is out of reach; empty if it is not, or nobody knows."""
        if self._hub.is_awaited(device):
            return "its driver is starting"
        if not self._hub.is_served(device):
            return "its driver is not there any more"
        return self._hub.core.state.unreachable.get(device, "")

    def heard_us(self, device: DeviceId) -> int | None:
        """Return when `device` said something last; None if it never did."""
        return self._hub.core.heard_us(device)

    def wish(self, what: Wish, source: str) -> EventId:
        """Fold a person's wish."""
        return self._hub.take(what, source)

    async def configure(self, what: Configuration, source: str) -> EventId:
        """Fold a change of configuration; return when it is durable."""
        return (await self._hub.configure([what], source))[0]

    def subscribe(self, folded: Folded) -> Callable[[], None]:
        """Call `folded` after each fold from now on."""
        return self._hub.watch(folded)

    # the log

    async def events(self, query: EventQuery) -> Sequence[Event]:
        """Return events, newest first, also those that are not on the disk yet."""
        await self._store.commit()
        devices = None if query.area is None else frozenset(self._devices_in(query.area))
        return await asyncio.to_thread(lambda: list(self._found(query, devices)))

    def _devices_in(self, area: AreaId) -> Iterator[DeviceId]:
        return (device.id for device in self.view.home.devices_in(area))

    def _found(self, query: EventQuery, devices: frozenset[DeviceId] | None) -> Iterator[Event]:
        events = self._store.read(
            after=query.after,
            before=query.before or None,
            kinds=None if query.kind is None else {query.kind},
            device=query.device,
            newest_first=True,
            limit=query.limit if devices is None else _MOST_SCANNED,
        )
        if devices is None:
            yield from events
            return
        found = 0
        for event in events:
            if device_of(event.what) in devices:
                yield event
                found += 1
                if found == query.limit:
                    return

    def text(self, event: Event) -> str:
        """Return `event` in a person's words."""
        return describe(event, self.view.home)

    async def why(self, of: str) -> Explanation | None:
        """Explain the device, property or event `of`; None if there is none such."""
        shadow = None if of.isdecimal() else self._shadow_of(of)
        if not of.isdecimal() and shadow is None:
            return None
        event_id = shadow.changed_by if shadow is not None else EventId(int(of))
        claims = tuple(standing_words(shadow, self.view.home)) if shadow is not None else ()
        await self._store.commit()
        return await asyncio.to_thread(self._explained, event_id, claims)

    def _shadow_of(self, of: str) -> Shadow | None:
        """Return the shadow of the property `of`, or of what the device of that name does."""
        shadow = self._hub.core.state.shadows.get(PropertyId(of))
        if shadow is not None:
            return shadow
        devices = self.view.home.find_devices(of)
        shadows = [self._hub.core.state.shadows[p] for d in devices for p in d.property_ids()]
        return max(shadows, key=_weight, default=None)

    def _explained(self, event_id: EventId, claims: tuple[str, ...]) -> Explanation | None:
        event = self._store.event(event_id) if event_id != NO_EVENT else None
        if event is None:
            return None
        told = explain(event, self._store.event, self.view.home)
        steps = tuple(Step(s.event, s.at_us, s.kind, s.text) for s in told.steps)
        return Explanation(told.sentence, steps, claims)

    async def why_not(self, scene: SceneId, at_us: int, within_us: int) -> WhyNot | None:
        """Say why `scene` did not begin in the `within_us` before `at_us`; None if none is so."""
        await self._store.commit()
        return await asyncio.to_thread(bygone.why_not, self._store.engine, scene, at_us, within_us)

    async def what_if(self, files: Mapping[str, str], from_us: int, to_us: int) -> Told:
        """Live the past under other scenes, in processes beside the hub's own."""
        if self._living.locked():
            raise BusyError("The past is lived for someone else now", mend="Ask again soon.")
        async with self._living:
            await self._store.commit()
            url = self._store.engine.url.render_as_string(hide_password=False)
            try:
                return await asking.beside(asking.Question(url, dict(files), from_us, to_us))
            except asking.BrokenScenesError as error:
                raise InvalidError(error.what, mend=error.mend) from error
            except asking.NothingLivedError as error:
                raise NotFoundError(error.what, mend=error.mend) from error

    # scenes and health

    def scenes(self) -> Sequence[SceneStatus]:
        """Return all scenes, and the files that hold none that can be understood."""
        state = self._hub.core.state
        broken = {problem.path: str(problem) for problem in reversed(self._scenery.problems)}
        known = [self._status(state.scenes[s], broken) for s in sorted(state.scenes)]
        paths = {scene.path for scene in known}
        lost = [
            SceneStatus(SceneId(path), path, path, SceneState.BROKEN, problem=problem)
            for path, problem in sorted(broken.items())
            if path not in paths
        ]
        return [*known, *lost]

    def _status(self, scene: SceneRevised, broken: dict[str, str]) -> SceneStatus:
        targets = tuple(claim.property for claim in self.view.claims_of(scene_owner(scene.scene)))
        if scene.path in broken:
            state = SceneState.BROKEN
        elif targets:
            state = SceneState.ACTIVE
        elif any(owner == scene.scene for owner, _ in self._hub.core.state.timers):
            state = SceneState.WAITING
        else:
            state = SceneState.IDLE
        return SceneStatus(
            id=scene.scene,
            name=self._scenery.title(scene),
            path=scene.path,
            state=state,
            targets=targets,
            last_fired_us=self._scenery.last_fired_us.get(scene.scene),
            problem=broken.get(scene.path),
        )

    def safety_rules(self) -> Sequence[SafetyRule]:
        """Return the safety rules that the hub keeps to."""
        revised = self._hub.core.state.safety
        if revised is None:
            return ()
        try:
            rules = named(read_rules(revised.source, revised.path))
        except DocumentError:
            rules = named(read_rules(DEFAULTS))
        return [SafetyRule(rule.id, rule_words(rule.said), rule.said.why) for rule in rules]

    def reach(self, scene: SceneId) -> frozenset[PropertyId]:
        """Return what a scene may claim or ask for; nothing if there is none such."""
        revised = self._hub.core.state.scenes.get(scene)
        return reach(revised, self.view.home) if revised is not None else frozenset()

    def health(self) -> Health:
        """Return how the hub is."""
        counts, lag = self._hub.counts, self._store.lag()
        return Health(
            uptime_s=time.monotonic() - self._started_s,
            log_lag_s=lag.group_ms / 1000 if lag.waiting else 0.0,
            last_event=self.last_event,
            counts={
                "events": counts.events,
                "scenes_fired": counts.scenes_fired,
                "commands": counts.commands,
                **{outcome.value: counts.outcomes[outcome] for outcome in Outcome},
                "refused_inputs": counts.refused_inputs.total(),
            },
            drivers=tuple(
                DriverHealth(driver.name, not driver.trouble, driver.trouble)
                for driver in self._hub.drivers
            ),
        )


def _weight(shadow: Shadow) -> tuple[bool, int]:
    """What a person asks about when they name a device: what it does, before what it measures."""
    return shadow.property.writable, shadow.changed_by
