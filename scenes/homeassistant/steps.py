"""Steps of scenes as data: put one after another, claims that follow each other put together."""

from scenes.homeassistant.effects import Effect
from scenes.homeassistant.targets import Meant

type Step = dict[str, object]


def add_effects(steps: list[Step], effects: list[tuple[Meant, Effect]], over: str) -> None:
    """Add what a call does to the things it means."""
    claims = {meant.phrase: effect.wish for meant, effect in effects if effect.wish is not None}
    deeds = {meant.phrase: effect.deed for meant, effect in effects if effect.deed is not None}
    if claims:
        last = steps[-1] if steps else {}
        before = last.get("claims")
        alike = str(last.get("over", "")) == over and isinstance(before, dict)
        if isinstance(before, dict) and alike and not set(before) & set(claims):
            before |= claims
        else:
            step: Step = {"claims": claims}
            steps.append(step | ({"over": over} if over else {}))
    if deeds:
        last = steps[-1] if steps else {}
        before = last.get("do")
        if isinstance(before, dict) and not set(before) & set(deeds):
            before |= deeds
        else:
            steps.append({"do": deeds})


def is_constant(claims: object) -> bool:
    """Say whether claims can stand at the top of a scene: no toggle, nothing worked out."""
    if isinstance(claims, dict):
        return all(is_constant(value) for value in claims.values())
    return claims != "toggle" and not (isinstance(claims, str) and claims.startswith("="))


def split(steps: list[Step]) -> tuple[object, object, list[Step]]:
    """Return the claims and the deeds that come first, and the steps that follow them."""
    rest = list(steps)
    claims: object = None
    deeds: object = None
    if rest and set(rest[0]) == {"claims"} and is_constant(rest[0]["claims"]):
        claims = rest.pop(0)["claims"]
    if rest and set(rest[0]) == {"do"}:
        deeds = rest.pop(0)["do"]
    return claims, deeds, rest


def have_claims(steps: object) -> bool:
    """Say whether there are claims in steps, however deep."""
    if isinstance(steps, dict):
        return "claims" in steps or any(have_claims(inner) for inner in steps.values())
    return isinstance(steps, list) and any(have_claims(inner) for inner in steps)
