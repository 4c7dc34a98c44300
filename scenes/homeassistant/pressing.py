"""Presses of buttons and remotes: `sensor.desk_action` becoming `double` = `pressed: desk`."""

import re

from scenes.homeassistant.senses import PRESSED
from scenes.homeassistant.states import States

_ACTION_SENSOR = re.compile(r"sensor\.\w+_(action|click)")
_DECONZ = {"1": "hold", "2": "single", "3": "release", "4": "double", "5": "triple"}
_ALIKE = {
    "remote_button_short_press": "single",
    "button_short_press": "single",
    "short_press": "single",
    "short_release": "single",
    "remote_button_double_press": "double",
    "double_press": "double",
    "remote_button_long_press": "hold",
    "long_press": "hold",
    "initial_press": "press",
    "remote_button_long_release": "release",
    "long_release": "release",
    "toggle": "toggle",
}


def is_pressed(entity: str) -> bool:
    """Say whether the state of `entity` tells of presses and does not last."""
    return entity.partition(".")[0] in PRESSED or bool(_ACTION_SENSOR.fullmatch(entity))


def press_word(kind: str) -> str:
    """Return the kind of press as devices here tell it."""
    return _ALIKE.get(kind, kind)


def pressed_item(word: str, kind: str) -> States:
    """Return what comes about when `word` is pressed so."""
    return {"pressed": word, "press": press_word(kind)} if kind else {"pressed": word}


def deconz_press(code: str) -> str:
    """Return what deCONZ's code for a press (1002: button 1, short) means."""
    if not re.fullmatch(r"\d{4}", code):
        return code
    press = _DECONZ.get(code[3], code[3])
    return press if code[0] == "1" else f"{code[0]} {press}"
