"""The server's virtual environment: never the hub's, where a client may bring the same packages."""

import asyncio
import hashlib
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections import deque
from collections.abc import Callable
from pathlib import Path

from drivers.matter.managed.errors import MatterServerError

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_DONE = ".installed"
_STEP_S = 900.0
"""Of a slow network and a slow machine it takes some minutes."""


def environment(folder: Path) -> Path:
    """Return the folder of the environment: another one for each version of what is in it."""
    mark = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return folder / f"server-{version}-{mark}"


def python(folder: Path) -> Path:
    """Return the Python of the environment."""
    return environment(folder) / "bin" / "python"


def is_installed(folder: Path) -> bool:
    """Say whether the server is there, whole."""
    return (environment(folder) / _DONE).is_file()


async def install(folder: Path, said: Callable[[str], None]) -> Path:
    """Install the server if it is not there, and return its Python; `said` is told how it goes.

    What is installed is named by version and hash. Raises MatterServerError.
    """
    home = environment(folder)
    if is_installed(folder):
        return python(folder)
    await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
    said("making a virtual environment for the Matter server…")
    base = getattr(sys, "_base_executable", "") or sys.executable
    await _step(said, base, "-m", "venv", "--clear", str(home))
    said("installing the Matter server (250 MB, some minutes on a slow machine)…")
    await _step(
        said,
        *(str(python(folder)), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"),
        *("--progress-bar", "off", "--require-hashes", "-r", str(REQUIREMENTS)),
    )
    await asyncio.to_thread(_settle, folder, home)
    said("the Matter server is installed")
    return python(folder)


def _settle(folder: Path, home: Path) -> None:
    """Note that the environment is whole, and remove those of former versions."""
    (home / _DONE).touch()
    for former in folder.glob("server-*"):
        if former != home:
            shutil.rmtree(former, ignore_errors=True)


async def _step(said: Callable[[str], None], *command: str) -> None:
    """Run a command to its end; tell which package it is at. Raises MatterServerError."""
    last: deque[str] = deque(maxlen=5)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            env={k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}},
        )
    except OSError as error:
        raise MatterServerError(f"{command[0]} cannot be run: {error.strerror}") from error
    try:
        async with asyncio.timeout(_STEP_S):
            while process.stdout is not None and (raw := await process.stdout.readline()):
                line = raw.decode(errors="replace").strip()
                last.append(line)
                if line.startswith("Collecting "):
                    said(line.split(";")[0].split("==")[0].lower())
            code = await process.wait()
    except TimeoutError as error:
        raise MatterServerError(f"the installation took longer than {_STEP_S:g} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code:
        words = " | ".join(line for line in last if line)[-600:]
        raise MatterServerError(
            f"the Matter server can't be installed (exit code {code}): {words}",
            mend="It needs a network to PyPI, and Python's venv (apt-get install python3-venv)",
        )
