"""Whether the documents of scenes and blueprints that are written are right."""

from hubd.documents import DocumentError, Problem, parse
from scenes.blueprint import check_scene, is_blueprint, read_blueprint
from scenes.homeassistant.writing import data_text


def check(document: dict[str, object]) -> list[Problem]:
    """Return what is wrong in `document`."""
    text = data_text(document)
    try:
        if is_blueprint(text):
            read_blueprint(text, "scene", "blueprint")
            return []
        for parsed in parse(text, "scene"):
            check_scene(parsed)
    except DocumentError as error:
        return list(error.problems)
    return []
