"""The scenes of the home: their folder, what in it is broken, and when each fired."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

from hubd.documents import DocumentError, Problem
from hubd.hub import Hub
from hubd.model.events import Event, Fired, SceneRevised
from hubd.model.ids import SceneId
from scenes.calendars import revise_calendars
from scenes.compiler import read_scene
from scenes.folder import read_folder, revise, watch_folder

_log = logging.getLogger(__name__)


class Scenery:
    """Keeps the scenes as the folder has them; a broken file leaves its scenes as they were."""

    def __init__(self, hub: Hub, folder: Path) -> None:
        self.problems: tuple[Problem, ...] = ()
        self.warnings: tuple[Problem, ...] = ()
        self.last_fired_us: dict[SceneId, int] = {}
        self._titles: dict[str, str] = {}
        self._hub = hub
        self.folder = folder
        hub.watch(self.note)

    def note(self, events: Iterable[Event]) -> None:
        """Take note of the scenes that fired among `events`."""
        for event in events:
            if type(event.what) is Fired:
                self.last_fired_us[event.what.scene] = event.at_us

    def title(self, scene: SceneRevised) -> str:
        """Return what a scene's text calls it; its id where that cannot be understood."""
        title = self._titles.get(scene.source)
        if title is None:
            try:
                title = read_scene(scene.source, scene.path, scene.blueprint).scene
            except DocumentError:
                title = scene.scene
            self._titles[scene.source] = title
        return title

    async def refresh(self) -> None:
        """Take the folder as it is now; returns when the changes are durable."""
        await self._take(await asyncio.to_thread(read_folder, self.folder))

    async def follow(self) -> None:
        """Take the folder's changes as they come, for ever."""
        async for files in watch_folder(self.folder):
            await self._take(files)

    async def _take(self, files: dict[str, str]) -> None:
        state = self._hub.core.state
        calendars = await asyncio.to_thread(revise_calendars, state.home.calendars, files)
        revision = revise(state.scenes, files)
        events = [*calendars.events, *revision.events]
        if events:
            await self._hub.configure(events, "scenes")
            _log.info("%d scenes and calendars revised", len(events))
        for warning in revision.warnings:
            if warning not in self.warnings:
                _log.warning("%s", warning)
        self.warnings = tuple(revision.warnings)
        self._tell([*revision.problems, *calendars.problems])

    def _tell(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            if problem not in self.problems:
                _log.error("%s", problem)
        self.problems = tuple(problems)
