"""What a sense is and where: the words that every home shares."""

from enum import StrEnum

from msgspec import Struct


class AreaType(StrEnum):
    """What an area is for."""

    BEDROOM = "bedroom"
    BATHROOM = "bathroom"
    TOILET = "toilet"
    KITCHEN = "kitchen"
    DINING = "dining"
    LIVING = "living"
    WORK = "work"
    ENTRANCE = "entrance"
    HALL = "hall"
    LAUNDRY = "laundry"
    UNKNOWN = "unknown"


class Thing(StrEnum):
    """What a sense is on."""

    ROOM = "room"
    OUTER_DOOR = "outer_door"
    DOOR = "door"
    BED = "bed"
    SEAT = "seat"
    TABLE = "table"
    TOILET = "toilet"
    SHOWER = "shower"
    BASIN = "basin"
    MEDICINE = "medicine"
    FRIDGE = "fridge"
    CUPBOARD = "cupboard"
    DRAWER = "drawer"
    COOKER = "cooker"
    DISHWASHER = "dishwasher"
    WASHER = "washer"
    LIGHT = "light"
    SCREEN = "screen"
    OTHER = "other"


class Sense(Struct, frozen=True):
    """A sense of a home: `id` is the home's own, everything else is said in shared words.

    `property` is the vocabulary's (hubd/model/vocabulary.py): `occupied`, `open`, `on` or `flow`.
    """

    id: str
    property: str
    thing: Thing
    area: AreaType
    floor: int = 0


AREAS: tuple[tuple[str, AreaType], ...] = (
    ("toilet", AreaType.TOILET),
    ("bathroom", AreaType.BATHROOM),
    ("shower", AreaType.BATHROOM),
    ("sleep", AreaType.BEDROOM),
    ("bed", AreaType.BEDROOM),
    ("kitch", AreaType.KITCHEN),
    ("dining", AreaType.DINING),
    ("living", AreaType.LIVING),
    ("lounge", AreaType.LIVING),
    ("office", AreaType.WORK),
    ("study", AreaType.WORK),
    ("work", AreaType.WORK),
    ("entry", AreaType.ENTRANCE),
    ("entrance", AreaType.ENTRANCE),
    ("foyer", AreaType.ENTRANCE),
    ("front", AreaType.ENTRANCE),
    ("outside", AreaType.ENTRANCE),
    ("hall", AreaType.HALL),
    ("laundry", AreaType.LAUNDRY),
)

THINGS: tuple[tuple[str, Thing], ...] = (
    ("outsidedoor", Thing.OUTER_DOOR),
    ("maindoor", Thing.OUTER_DOOR),
    ("front door", Thing.OUTER_DOOR),
    ("toilet flush", Thing.TOILET),
    ("door", Thing.DOOR),
    ("medicine", Thing.MEDICINE),
    ("dishwasher", Thing.DISHWASHER),
    ("washing machine", Thing.WASHER),
    ("dryer", Thing.WASHER),
    ("shower", Thing.SHOWER),
    ("bath", Thing.SHOWER),
    ("faucet", Thing.BASIN),
    ("basin", Thing.BASIN),
    ("sink", Thing.BASIN),
    ("toilet", Thing.TOILET),
    ("flush", Thing.TOILET),
    ("fridge", Thing.FRIDGE),
    ("refrigerator", Thing.FRIDGE),
    ("freezer", Thing.FRIDGE),
    ("cupboard", Thing.CUPBOARD),
    ("cabinet", Thing.CUPBOARD),
    ("closet", Thing.CUPBOARD),
    ("drawer", Thing.DRAWER),
    ("microwave", Thing.COOKER),
    ("oven", Thing.COOKER),
    ("toaster", Thing.COOKER),
    ("stove", Thing.COOKER),
    ("burner", Thing.COOKER),
    ("cooktop", Thing.COOKER),
    ("coffee", Thing.COOKER),
    ("light", Thing.LIGHT),
    ("lamp", Thing.LIGHT),
    ("tv", Thing.SCREEN),
    ("dvd", Thing.SCREEN),
    ("chair", Thing.SEAT),
    ("seat", Thing.SEAT),
    ("couch", Thing.SEAT),
    ("table", Thing.TABLE),
    ("workarea", Thing.TABLE),
    ("bed", Thing.BED),
)

PROPERTIES: tuple[tuple[str, str], ...] = (
    ("pir", "occupied"),
    ("motion", "occupied"),
    ("pressure", "occupied"),
    ("electric", "on"),
    ("flush", "flow"),
    ("magnetic", "open"),
    ("reed", "open"),
    ("contact", "open"),
)

_BY_THING = {
    Thing.ROOM: "occupied",
    Thing.BED: "occupied",
    Thing.SEAT: "occupied",
    Thing.TOILET: "flow",
    Thing.SHOWER: "flow",
    Thing.BASIN: "flow",
    Thing.COOKER: "on",
    Thing.LIGHT: "on",
    Thing.SCREEN: "on",
    Thing.WASHER: "on",
}


def area_type(*words: str) -> AreaType:
    """Return the area type that the first of the words tells, or UNKNOWN."""
    for word in words:
        lower = word.lower()
        found = [(lower.find(part), kind) for part, kind in AREAS if part in lower]
        if found:
            return min(found)[1]
    return AreaType.UNKNOWN


def thing(words: str, *, otherwise: Thing = Thing.OTHER) -> Thing:
    """Return what the words name: the first that fits in the order of THINGS."""
    lower = words.lower().replace("bathroom", "").replace("bedroom", "")
    return next((kind for part, kind in THINGS if part in lower), otherwise)


def property_of(kind: str, on: Thing) -> str:
    """Return the property that a sensor of that kind ("PIR" …) tells, else the thing's usual."""
    lower = kind.lower()
    told = next((name for part, name in PROPERTIES if part in lower), None)
    return told or _BY_THING.get(on, "open")
