"""Templates as expressions and states of ours. What has no counterpart is named."""

from scenes.homeassistant import jinja
from scenes.homeassistant.evaluator import Evaluator
from scenes.homeassistant.jinja import Expr, If, Out, Part, Raw, Set
from scenes.homeassistant.job import Job
from scenes.homeassistant.left import NotCarriedError, UndecidedError
from scenes.homeassistant.marked import Secret, plain
from scenes.homeassistant.states import Truth, either, every, negated, quoted
from scenes.homeassistant.values import Holds, Lit, Number, Told, Val, Words

_YES = frozenset({"true", "yes", "on", "enable", "1"})


def value_of(text: object, job: Job, *, deciding: bool = False, unitless: bool = False) -> Val:
    """Return what a value (a template, or plain) is. Raises NotCarriedError.

    If `deciding`, it is to hang on no condition: UndecidedError says on which it does. If
    `unitless`, its numbers are without their units.
    """
    if isinstance(text, Secret):
        raise NotCarriedError(f"the secret {text}")
    if not jinja.is_template(text):
        return Lit(text)
    evaluator = Evaluator(job, deciding=deciding, unitless=unitless)
    return _value(_without_blanks(jinja.parse(str(text))), evaluator)


def truth_of(text: object, job: Job) -> Truth:
    """Return what a template says as states. Raises NotCarriedError."""
    if isinstance(text, bool):
        return text
    if not jinja.is_template(text):
        return str(text).strip().casefold() in _YES
    evaluator = Evaluator(job)
    return _truth(_without_blanks(jinja.parse(str(text))), evaluator)


def text_of(text: object, job: Job) -> str:
    """Return what is to be said: a text with expressions in braces. Raises NotCarriedError."""
    if isinstance(text, Secret):
        raise NotCarriedError(f"the secret {text}")
    if not jinja.is_template(text):
        return _escaped(plain(text))
    evaluator = Evaluator(job)
    return " ".join(_said(jinja.parse(str(text)), evaluator).split())


def plain_of(text: object, job: Job) -> object:
    """Return the constant that `text` is. Raises NotCarriedError if it is worked out."""
    value = value_of(text, job, deciding=True)
    if not isinstance(value, Lit):
        raise NotCarriedError("a value that is worked out while it runs")
    if isinstance(value.value, tuple):
        return [inner.value for inner in value.value if isinstance(inner, Lit)]
    return value.value


def words_of(text: object, job: Job) -> str:
    """Return a value that is a word: the word, or `= ` and an expression."""
    value = value_of(text, job)
    if isinstance(value, Lit):
        return plain(value.value)
    return f"= {Evaluator(job).expression(value)}"


def _without_blanks(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part for part in parts if not (isinstance(part, Raw) and not part.text.strip()))


def _value(parts: tuple[Part, ...], evaluator: Evaluator) -> Val:
    outs: list[Part] = []
    for part in parts:
        if isinstance(part, Set):
            evaluator.remember(part.name, part.value)
        else:
            outs.append(part)
    if not outs:
        return Lit("")
    if len(outs) > 1:
        raise NotCarriedError("a template that puts several pieces together")
    match outs[0]:
        case Out(of):
            return evaluator.value(of)
        case Raw(text):
            return Lit(_constant(text.strip()))
        case If(branches):
            return _chosen(branches, evaluator)
    raise NotCarriedError("this template")


def _constant(text: str) -> object:
    low = text.casefold()
    if low in {"true", "false"}:
        return low == "true"
    try:
        return float(text)
    except ValueError:
        return text


def _chosen(branches: tuple[tuple[Expr, tuple[Part, ...]], ...], evaluator: Evaluator) -> Val:
    chosen = [
        (evaluator.truth(condition), _value(_without_blanks(body), evaluator))
        for condition, body in branches
    ]
    if chosen[-1][0] is not True:
        chosen.append((True, Lit("")))
    whole = chosen.pop()[1]
    while chosen:
        condition, value = chosen.pop()
        whole = evaluator.choice(condition, value, whole)
    return whole


def _truth(parts: tuple[Part, ...], evaluator: Evaluator) -> Truth:
    whole: Truth = False
    for part in parts:
        match part:
            case Set(name, value):
                evaluator.remember(name, value)
            case Out(of):
                return evaluator.truth(of)
            case Raw(text):
                return text.strip().casefold() in _YES
            case If(branches):
                before: list[Truth] = []
                ways: list[Truth] = []
                for condition, body in branches:
                    met = evaluator.truth(condition)
                    inner = _truth(_without_blanks(body), evaluator)
                    ways.append(every([*before, met, inner]))
                    before.append(negated(met))
                return either(ways)
    return whole


def _said(parts: tuple[Part, ...], evaluator: Evaluator) -> str:
    pieces = []
    unit = ""
    for part in parts:
        match part:
            case Raw(text):
                pieces.append(_escaped(_without_unit(text, unit)))
            case Set(name, value):
                evaluator.remember(name, value)
            case Out(of):
                found = evaluator.value(of)
                pieces.append(_spoken(found, evaluator))
                unit = evaluator.unit(found)
                continue
            case If(branches):
                pieces.append(_said_by_case(branches, evaluator))
        unit = ""
    return "".join(pieces)


def _without_unit(text: str, unit: str) -> str:
    """Return what follows a value without its unit, which is said with it anyway."""
    if not unit:
        return text
    bare = text.lstrip()
    for known in (unit, unit.removeprefix("°"), "°", "percent", "degrees", "lux", "watts"):
        if bare.startswith(known):
            following = bare[len(known) :]
            if not following[:1].isalpha():
                return following
    return text


def _said_by_case(branches: tuple[tuple[Expr, tuple[Part, ...]], ...], evaluator: Evaluator) -> str:
    whole = '""'
    for condition, body in reversed(branches):
        met = evaluator.decided(condition)
        if met is False:
            continue
        said_so = " ".join(_said(body, evaluator).split())
        if met is True:
            whole = said_so
        elif "{" in said_so or (whole != '""' and not whole.startswith(('"', "'", "if("))):
            raise UndecidedError(met)
        else:
            whole = f"if({evaluator.asked(met)}, {quoted(said_so)}, {_quoted(whole)})"
    return f"{{{whole}}}" if whole.startswith("if(") else "" if whole == '""' else whole


def _quoted(whole: str) -> str:
    return whole if whole.startswith(("if(", '""')) else quoted(whole)


def _spoken(value: Val, evaluator: Evaluator) -> str:
    match value:
        case Lit(inner):
            return _escaped(plain(inner))
        case Told(facts, "entity_id"):
            return _escaped(evaluator.word(facts))
        case Number(text) | Words(text):
            return f"{{{text}}}"
        case Holds():
            return f"{{{evaluator.expression(value)}}}"
        case _:
            return f"{{{evaluator.expression(value)}}}"


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
