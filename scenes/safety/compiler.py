"""From the text of safety rules to what the core keeps to."""

from collections.abc import Mapping
from pathlib import Path

from hubd.core.holding import SAFETY
from hubd.core.home import Home
from hubd.core.listening import Program
from hubd.core.safety import Rules
from hubd.documents import DocumentError, Parsed, Problem, parse
from hubd.model.events import SafetyRevised
from hubd.model.ids import SceneId
from scenes.safety.envelope import HomeEnvelope, Named
from scenes.safety.language import SafetyRules
from scenes.safety.limits import Limit

DEFAULTS = Path(__file__).with_name("defaults.yaml").read_text("utf-8")
"""The rules that hubd comes with: good for any home that has written none."""


class CompiledRules:
    """Rules that can be bound to a home."""

    def __init__(self, said: SafetyRules) -> None:
        self.said = said
        self.named = named(said)

    @property
    def programs(self) -> Mapping[SceneId, Program]:
        """The rules that watch how long something is so."""
        return {
            SceneId(f"{SAFETY}{rule.id}"): Limit(rule.id, rule.why, rule.said.at_most)
            for rule in self.named
            if rule.said.at_most is not None
        }

    def bind(self, home: Home) -> HomeEnvelope:
        """Return what the rules are in `home`."""
        return HomeEnvelope(self.named, self.said.risks, home)


def named(said: SafetyRules) -> tuple[Named, ...]:
    """Return the rules, each with an id and a reason."""
    return tuple(Named.of(rule, number) for number, rule in enumerate(said.rules, start=1))


def compile_rules(revised: SafetyRevised) -> Rules:
    """Return the rules of a text. Where that cannot be understood, those that hubd comes with."""
    try:
        return CompiledRules(read_rules(revised.source, revised.path))
    except DocumentError:
        return CompiledRules(read_rules(DEFAULTS, "defaults.yaml"))


def read_rules(text: str, path: str = "safety.yaml") -> SafetyRules:
    """Return the rules that `text` says. Raises DocumentError with all that is wrong."""
    document = _document(text, path)
    return document.check(SafetyRules) if document is not None else SafetyRules()


def check_rules(text: str, path: str) -> list[Problem]:
    """Return all that is wrong with the rules of `text`."""
    try:
        read_rules(text, path)
    except DocumentError as error:
        return list(error.problems)
    return []


def _document(text: str, path: str) -> Parsed | None:
    documents = parse(text, path)
    if len(documents) > 1:
        raise DocumentError([Problem(path, 1, 1, "one document belongs here")])
    return documents[0] if documents else None
