"""What is switched, dimmed and coloured. Pure data.

Source: Matter 1.5 application cluster specification.
"""

from collections.abc import Sequence

from drivers.matter.attributes import Cluster, bound, cluster, value
from drivers.matter.codecs import bits, choice, flag, is_in, mireds, moded, number
from drivers.matter.orders import color_x, color_y, hue, invokes, lamp, writes
from drivers.matter.special import level_of, on_as, on_or_muted, switch_on

ON_OFF = cluster(
    6,
    "OnOff",
    value(
        0,
        "onOff",
        on_or_muted(),
        "OnOff.on",
        order=switch_on,
        named=on_as,
    ),
    value(16384, "globalSceneControl", flag()),
    value(16385, "onTime", number(0.1, "s"), order=writes(16385)),
    value(16386, "offWaitTime", number(0.1, "s"), order=writes(16386)),
    value(16387, "startUpOnOff", choice({0: "off", 1: "on", 2: "toggle"}), order=writes(16387)),
)

LEVEL_CONTROL = cluster(
    8,
    "LevelControl",
    value(
        0,
        "currentLevel",
        number(100 / 254, "%", low=0, high=100),
        "LevelControl.level",
        order=lamp(4, "MoveToLevelWithOnOff", "level"),
        named=level_of,
    ),
    value(1, "remainingTime", number(0.1, "s")),
    bound(2, "minLevel"),
    bound(3, "maxLevel"),
    value(4, "currentFrequency", number(unit="Hz")),
    bound(5, "minFrequency"),
    bound(6, "maxFrequency"),
    value(
        15,
        "options",
        bits({0: "execute_if_off", 1: "couple_color_temp_to_level"}),
        order=writes(15),
    ),
    value(16, "onOffTransitionTime", number(0.1, "s"), order=writes(16)),
    value(17, "onLevel", number(100 / 254, "%", low=0, high=100), order=writes(17)),
    value(18, "onTransitionTime", number(0.1, "s"), order=writes(18)),
    value(19, "offTransitionTime", number(0.1, "s"), order=writes(19)),
    value(20, "defaultMoveRate", number(), order=writes(20)),
    value(
        16384, "startUpCurrentLevel", number(100 / 254, "%", low=0, high=100), order=writes(16384)
    ),
)

COLOR_CONTROL = cluster(
    768,
    "ColorControl",
    value(0, "currentHue", number(360 / 254, "°", low=0, high=360), "ColorControl.hue", order=hue),
    value(
        1,
        "currentSaturation",
        number(100 / 254, "%", low=0, high=100),
        "ColorControl.saturation",
        order=lamp(3, "MoveToSaturation", "saturation"),
    ),
    value(2, "remainingTime", number(0.1, "s")),
    value(3, "currentX", number(1 / 65_536, low=0, high=1), "ColorControl.x", order=color_x),
    value(4, "currentY", number(1 / 65_536, low=0, high=1), "ColorControl.y", order=color_y),
    bound(5, "driftCompensation"),
    bound(6, "compensationText"),
    value(
        7,
        "colorTemperatureMireds",
        mireds(),
        "ColorControl.colorTemperature",
        order=lamp(10, "MoveToColorTemperature", "colorTemperatureMireds"),
    ),
    value(
        8,
        "colorMode",
        choice({0: "hs", 1: "xy", 2: "color_temp"}),
        "ColorControl.mode",
        unless=16385,
    ),
    value(15, "options", bits({0: "execute_if_off"}), order=writes(15)),
    bound(16, "numberOfPrimaries"),
    bound(17, "primary1X"),
    bound(18, "primary1Y"),
    bound(19, "primary1Intensity"),
    bound(21, "primary2X"),
    bound(22, "primary2Y"),
    bound(23, "primary2Intensity"),
    bound(25, "primary3X"),
    bound(26, "primary3Y"),
    bound(27, "primary3Intensity"),
    bound(32, "primary4X"),
    bound(33, "primary4Y"),
    bound(34, "primary4Intensity"),
    bound(36, "primary5X"),
    bound(37, "primary5Y"),
    bound(38, "primary5Intensity"),
    bound(40, "primary6X"),
    bound(41, "primary6Y"),
    bound(42, "primary6Intensity"),
    bound(48, "whitePointX"),
    bound(49, "whitePointY"),
    bound(50, "colorPointRx"),
    bound(51, "colorPointRy"),
    bound(52, "colorPointRIntensity"),
    bound(54, "colorPointGx"),
    bound(55, "colorPointGy"),
    bound(56, "colorPointGIntensity"),
    bound(58, "colorPointBx"),
    bound(59, "colorPointBy"),
    bound(60, "colorPointBIntensity"),
    value(16384, "enhancedCurrentHue", number(360 / 65_536, "°", low=0, high=360)),
    value(
        16385,
        "enhancedColorMode",
        choice({0: "hs", 1: "xy", 2: "color_temp", 3: "hs"}),
        "ColorControl.mode",
    ),
    value(16386, "colorLoopActive", is_in(frozenset({1}), frozenset({0}))),
    value(16387, "colorLoopDirection", choice({0: "decrement", 1: "increment"})),
    value(16388, "colorLoopTime", number(unit="s")),
    value(16389, "colorLoopStartEnhancedHue", number(360 / 65_536, "°")),
    value(16390, "colorLoopStoredEnhancedHue", number(360 / 65_536, "°")),
    bound(16394, "colorCapabilities"),
    bound(16395, "colorTempPhysicalMinMireds"),
    bound(16396, "colorTempPhysicalMaxMireds"),
    bound(16397, "coupleColorTempToLevelMinMireds"),
    value(16400, "startUpColorTemperatureMireds", mireds(), order=writes(16400)),
)

MODE_SELECT = cluster(
    80,
    "ModeSelect",
    bound(0, "description"),
    bound(1, "standardNamespace"),
    bound(2, "supportedModes"),
    value(
        3,
        "currentMode",
        moded(2),
        "ModeSelect.mode",
        order=invokes(0, "ChangeToMode", "newMode"),
    ),
    value(4, "startUpMode", moded(2), order=writes(4)),
    value(5, "onMode", moded(2), order=writes(5)),
)

LIGHTING: Sequence[Cluster] = (
    ON_OFF,
    LEVEL_CONTROL,
    COLOR_CONTROL,
    MODE_SELECT,
)
