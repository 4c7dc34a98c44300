"""The quality scale of drivers: rules that anyone can check, from bronze to gold. Pure.

Each rule looks at what a driver's folder has: its manifest, its code, its tests, its page. What a
driver need not keep to, its manifest says under `[exempt]`, with the reason.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from drivers.kit.allowed import Ports, unreadable
from drivers.kit.manifest import Limits, Manifest


class Level(StrEnum):
    """A step of the scale; one is reached where all rules of it and below it are kept."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


class Source(Struct, frozen=True):
    """A driver as its files have it: parsed modules, tests and pages, by path."""

    manifest: Manifest
    folder: Path
    code: Mapping[str, ast.Module]
    tests: Mapping[str, str]
    pages: Mapping[str, str]


class Verdict(Struct, frozen=True):
    """What became of one rule: kept, or why not; `exempt` is the manifest's own reason."""

    rule: str
    level: Level
    kept: bool
    why: str = ""
    exempt: str = ""


class Rule(Struct, frozen=True):
    """One rule: `broken` tells why it is not kept, "" where it is."""

    name: str
    level: Level
    says: str
    broken: Callable[[Source], str]


def _named(source: Source) -> str:
    name, folder = source.manifest.name, source.folder.name
    fits = folder in {name, f"hubd_driver_{name}"}
    return "" if fits else f"the manifest's name is {name}, the folder's {folder}"


def _reach(source: Source) -> str:
    return unreadable(source.manifest.reach)


def _findable(source: Source) -> str:
    it = source.manifest
    leads = it.mdns or it.ssdp or it.seeks or it.reach.topics or it.adds
    return "" if leads else "nothing of [[mdns]], [[ssdp]], seeks, topics or [[adds]] leads to it"


def _page(source: Source) -> str:
    return "" if source.pages else "there is no page (README.md, or docs/drivers/NAME.md)"


def _documented(source: Source) -> str:
    return _first(
        f"{path}:{node.lineno} {node.name} has no docstring"
        for path, node in _public(source)
        if ast.get_docstring(node) is None
    )


def _typed(source: Source) -> str:
    return _first(
        f"{path}:{node.lineno} {node.name} is not annotated"
        for path, tree in source.code.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _is_annotated(node)
    )


def _tested(source: Source) -> str:
    return "" if source.tests else "there are no tests"


def _narrow(source: Source) -> str:
    if _reach(source):
        return "what it reaches cannot be read"
    reach = source.manifest.reach
    for name, ports in (("tcp", reach.tcp), ("udp", reach.udp), ("listens", reach.listens)):
        if Ports(ports).all:
            return f"{name} is every port"
    return "hosts is every host" if "*" in reach.hosts else ""


def _modest(source: Source) -> str:
    wanted, usual = source.manifest.limits, Limits()
    if wanted.memory_mb > usual.memory_mb:
        return f"it wants {wanted.memory_mb} MB, {usual.memory_mb} are usual"
    return "" if wanted.cpu_percent <= usual.cpu_percent else f"it wants {wanted.cpu_percent} % CPU"


def _unblocked(source: Source) -> str:
    blocking = {"time.sleep", "requests", "urllib.request", "http.client", "subprocess"}
    return _first(
        f"{path} uses {name}"
        for path, tree in source.code.items()
        for name in _names(tree)
        if name in blocking or name.split(".")[0] == "requests"
    )


def _loud(source: Source) -> str:
    return _first(
        f"{path}:{node.lineno} swallows every error"
        for path, tree in source.code.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and _swallows(node)
    )


def _fuzzed(source: Source) -> str:
    fuzzed = any("hypothesis" in text for text in source.tests.values())
    return "" if fuzzed else "no test of it uses hypothesis"


def _lived(source: Source) -> str:
    whole = any(
        word in text
        for text in source.tests.values()
        for word in ("at_home(", "drivers.kit.trying")
    )
    return "" if whole else "no test runs it against a peer (drivers.kit.trying)"


def _known(source: Source) -> str:
    told = any("identities" in ast.unparse(tree) for tree in source.code.values())
    return "" if told else "it tells no identities, by which one thing is known over protocols"


RULES: tuple[Rule, ...] = (
    Rule("named", Level.BRONZE, "the folder has the manifest's name", _named),
    Rule("reach", Level.BRONZE, "the manifest's hosts and ports can be read", _reach),
    Rule("findable", Level.BRONZE, "its things can be found", _findable),
    Rule("page", Level.BRONZE, "a page says what it carries and how to adopt it", _page),
    Rule("tested", Level.BRONZE, "it has tests", _tested),
    Rule("documented", Level.SILVER, "what is public has a docstring", _documented),
    Rule("typed", Level.SILVER, "every function is annotated", _typed),
    Rule("narrow", Level.SILVER, "it reaches named ports alone", _narrow),
    Rule("modest", Level.SILVER, "it takes no more than is usual", _modest),
    Rule("unblocked", Level.SILVER, "nothing in it blocks its loop", _unblocked),
    Rule("loud", Level.SILVER, "no error is swallowed", _loud),
    Rule("lived", Level.GOLD, "a test runs it against a peer", _lived),
    Rule("fuzzed", Level.GOLD, "its codecs are fuzzed", _fuzzed),
    Rule("known", Level.GOLD, "it tells by what its things are known elsewhere", _known),
)


def judge(source: Source) -> list[Verdict]:
    """Return what becomes of every rule."""
    verdicts: list[Verdict] = []
    for rule in RULES:
        why = rule.broken(source)
        exempt = source.manifest.exempt.get(rule.name, "") if why else ""
        verdicts.append(Verdict(rule.name, rule.level, not why or bool(exempt), why, exempt))
    return verdicts


def level(verdicts: Iterable[Verdict]) -> Level | None:
    """Return the level that is reached; None below bronze."""
    reached: Level | None = None
    lost = {verdict.level for verdict in verdicts if not verdict.kept}
    for step in Level:
        if step in lost:
            break
        reached = step
    return reached


def _first(reasons: Iterable[str]) -> str:
    """Return the first reason, and how many more there are."""
    found = list(reasons)
    if not found:
        return ""
    return found[0] if len(found) == 1 else f"{found[0]} (and {len(found) - 1} more)"


type _Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _public(source: Source) -> Iterator[tuple[str, _Defined]]:
    """Yield what is defined at the top of a module, or in a public class there, by a public name.

    What fills an inherited interface has its docstring there.
    """
    for path, tree in source.code.items():
        for node in tree.body:
            if isinstance(node, _Defined.__value__) and not node.name.startswith("_"):
                yield path, node
                if isinstance(node, ast.ClassDef) and not node.bases:
                    for inner in node.body:
                        if isinstance(inner, _Defined.__value__) and inner.name[0] != "_":
                            yield path, inner


def _is_annotated(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    told = all(a.annotation is not None or a.arg in {"self", "cls"} for a in arguments)
    return told and node.returns is not None


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(module=str(module)):
                yield module
                yield from (f"{module}.{alias.name}" for alias in node.names)
            case ast.Attribute(value=ast.Name(id=name)):
                yield f"{name}.{node.attr}"


def _swallows(node: ast.ExceptHandler) -> bool:
    every = node.type is None or (
        isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
    )
    return every and all(isinstance(step, ast.Pass | ast.Continue) for step in node.body)
