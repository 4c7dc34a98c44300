"""The JSON Schema (2020-12) of scenes and blueprints, for editors: drawn from the models."""

from functools import cache
from typing import Any, override

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from scenes.blueprint import Head, Use
from scenes.language import States, Trigger
from scenes.scene import Scene
from scenes.senses import MEASURES, SENSES

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _WithoutDefaults(GenerateJsonSchema):
    """Leaves defaults out: those of the models are no text that a person could write."""

    @override
    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


@cache
def scene_schema() -> dict[str, Any]:
    """Return the JSON Schema of a document: a scene, a use of a blueprint, or a blueprint.

    What the check of a scene accepts it accepts. What only the check can tell (that units fit,
    that an expression is right, that nothing ends a claim) it does not.
    """
    names, whole = models_json_schema(
        [(model, "validation") for model in (Scene, Use, Head, States, Trigger)],
        schema_generator=_WithoutDefaults,
    )
    definitions: dict[str, Any] = whole["$defs"]
    of = {model: definitions[shape["$ref"].split("/")[-1]] for (model, _), shape in names.items()}
    for model in (States, Trigger):
        _describe(of[model]["properties"])
    # The rest of a blueprint is a scene with inputs anywhere, which only its trial can check.
    of[Head]["additionalProperties"] = True
    of[Head]["properties"] |= {
        key: {"description": about.get("description", about.get("title", key))}
        for key, about in of[Scene]["properties"].items()
        if key not in of[Head]["properties"]
    }
    return {
        "$schema": _DIALECT,
        "title": "A scene of hubd",
        "type": "object",
        "if": {"required": ["blueprint"]},
        "then": names[Head, "validation"],
        "else": {
            "if": {"required": ["from"]},
            "then": names[Use, "validation"],
            "else": names[Scene, "validation"],
        },
        "$defs": definitions,
    }


def _describe(properties: dict[str, Any]) -> None:
    """Say of each state what it is."""
    for key, sense in SENSES.items():
        began = sense.began.format(device="a device of it", place="the place")
        properties[key] = {**properties[key], "description": f"comes about when {began}"}
    for key, measure in MEASURES.items():
        said = f"the {measure.title} passes a limit in {measure.unit}"
        properties[key] = {**properties[key], "description": said}
