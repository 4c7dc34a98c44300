"""Safety rules as a person would say them."""

from scenes.phrases import deed as verb
from scenes.quantities import format_duration
from scenes.safety.language import ANYONE, ROLES, Rule, Whose

_CALLED = {
    Whose.PREDICTION: "a prediction",
    Whose.PLAN: "a plan",
    Whose.SCENE: "a scene",
    Whose.PERSON: "a person",
    Whose.HAND: "a hand at the device",
    Whose.OWNER: "an owner",
    Whose.RESIDENT: "a resident",
    Whose.CHILD: "a child",
    Whose.GUEST: "a guest",
}


def rule_words(rule: Rule) -> str:
    """Return what `rule` says, without its reason."""
    if rule.at_most is not None:
        limit = rule.at_most
        lasts, of = format_duration(limit.for_), format_duration(limit.of)
        return f"{limit.target.phrase} {limit.word} for at most {lasts} of any {of}"
    if rule.older is not None:
        return f"nothing{_by(rule)} acts on data older than {format_duration(rule.older)}"
    if rule.no_more is not None:
        of = rule.of.phrase if rule.of is not None else "each device"
        often = f"{rule.no_more.commands} commands per {format_duration(rule.no_more.per)}"
        return f"no more than {often} of {of}"
    never = [bar.words for bar in rule.never]
    never += [f"{deed.target.phrase} told to {verb(deed.names[0], None)}" for deed in rule.never_do]
    said = f"never {' or '.join(never)}{_by(rule)}"
    if rule.over:
        said += f" over the hand of {people_words(rule.over)}"
    if rule.confirm:
        article = "an" if rule.confirm == "owner" else "a"
        within = format_duration(rule.within)
        said += f", unless {article} {rule.confirm} confirms it within {within}"
    return said


def _by(rule: Rule) -> str:
    return f" by {people_words(rule.by)}" if rule.by != ANYONE else ""


def people_words(whose: frozenset[Whose]) -> str:
    """Return whose wishes are meant: "a prediction or a plan"."""
    left = whose - ROLES if whose >= ROLES | {Whose.PERSON} else whose
    return " or ".join(_CALLED[who] for who in Whose if who in left)
