"""Asking "what if": the past lived twice at once, each time by a process of its own."""

import asyncio
import gc
import multiprocessing
import os
import threading
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor

from msgspec import Struct

from hubd.core.home import Home
from hubd.model.errors import HubError
from hubd.model.events import SceneRevised
from hubd.model.ids import SceneId
from hubd.store.reading import LogReader
from hubd.whatif.answer import Told, answer
from hubd.whatif.picture import picture
from hubd.whatif.run import Run
from hubd.whatif.tally import Tally
from scenes.compiler import compile_scene
from scenes.folder import revise
from scenes.safety.compiler import compile_rules

_NICE = 10


class BrokenScenesError(HubError):
    """The scenes to try can't be understood."""

    code = "broken_scenes"


class NothingLivedError(HubError):
    """The log has nothing of the time that was asked about."""

    code = "nothing_lived"


class Question(Struct, frozen=True):
    """Which log (a URL), with which scenes (text by path), from when until before when.

    `to_us` 0 is the log's end.
    """

    url: str
    files: Mapping[str, str]
    from_us: int = 0
    to_us: int = 0


class Lived(Struct, frozen=True):
    """What a run came to, and the home as it was at its end."""

    tally: Tally
    home: Home


def what_if(question: Question) -> Told:
    """Live the past by its own scenes and by others, and compare.

    Takes as long as both runs, on a core each. Raises BrokenScenesError, NothingLivedError,
    StoreError.
    """
    scenes = _scenes(question.files)
    # Of what has threads, as a hub has, no fork is safe; a command has none, and starts sooner so.
    way = "spawn" if threading.active_count() > 1 or os.name != "posix" else "fork"
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(way)) as pool:
        other = pool.submit(lived, question, scenes)
        before = lived(question, None)
        after = other.result()
    if not before.tally.events:
        what = "The log has nothing of that time"
        raise NothingLivedError(what, mend="Ask about a time at which the hub ran")
    told = answer(before.tally, after.tally, before.home)
    return Told(told, picture(told, before.tally, after.tally, before.home.place))


async def beside(question: Question) -> Told:
    """Return `what_if` of `question`, lived beside this process and after it: a hub goes first."""
    loop = asyncio.get_running_loop()
    workers = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=workers, initializer=_step_back)
    try:
        return await loop.run_in_executor(pool, what_if, question)
    finally:
        pool.shutdown(wait=False)  # to wait would hold the loop


def _step_back() -> None:
    os.nice(_NICE)


def lived(question: Question, scenes: Mapping[SceneId, SceneRevised] | None) -> Lived:
    """Return what the past comes to with `scenes`; with the log's own if None."""
    collecting = gc.isenabled()
    gc.disable()  # what a run makes holds no cycles, and looking for them costs a sixth of it
    try:
        run = Run(compile_scene, scenes, rules=compile_rules)
        with LogReader.open(question.url) as reader:
            to = {"to_us": question.to_us} if question.to_us else {}
            tally = run.over(reader.read(), question.from_us, **to)
        return Lived(tally, run.home)
    finally:
        if collecting:
            gc.enable()


def _scenes(files: Mapping[str, str]) -> dict[SceneId, SceneRevised]:
    revision = revise({}, files)
    if revision.problems:
        raise BrokenScenesError(
            "\n".join(str(problem) for problem in revision.problems),
            mend="Correct it, and ask again",
        )
    return {e.scene: e for e in revision.events if isinstance(e, SceneRevised)}
