"""The OpenAPI 3.1 document, drawn from the routes, the pydantic requests and the answers' types."""

import re
from collections.abc import Iterable
from http import HTTPStatus

import msgspec
from pydantic.json_schema import models_json_schema

from hubd.api.documents import ErrorDocument, Message
from hubd.api.requests import Resume
from hubd.api.route import Access, Route

type Json = dict[str, object]

_REFERENCE = "#/components/schemas/{name}"
_ERRORS = {
    HTTPStatus.UNAUTHORIZED: "Not signed in",
    HTTPStatus.FORBIDDEN: "Without the right",
    HTTPStatus.NOT_FOUND: "It names something that is not there",
    HTTPStatus.UNPROCESSABLE_ENTITY: "It says something that can't be",
}


def document(routes: Iterable[Route]) -> Json:
    """Return the OpenAPI document of `routes`."""
    routes = [r for r in routes if "*" not in r.path]
    answers = [r.answer for r in routes if r.answer is not None and not isinstance(r.answer, str)]
    drawn, schemas = msgspec.json.schema_components(
        [*answers, ErrorDocument, Message.__value__], ref_template=_REFERENCE
    )
    schema_of = dict(zip((repr(a) for a in answers), drawn, strict=False))
    models = [m for r in routes for m in (r.body, r.query) if m is not None] + [Resume]
    _, definitions = models_json_schema(
        [(m, "validation") for m in dict.fromkeys(models)],
        ref_template=_REFERENCE.format(name="{model}"),
    )
    requests: dict[str, Json] = definitions["$defs"]
    paths: dict[str, Json] = {}
    for route in routes:
        operation = _operation(route, requests, schema_of)
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "The local API of a hubd home", "version": "1"},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {**schemas, **requests},
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "hubd_session"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(route: Route, requests: dict[str, Json], schema_of: dict[str, Json]) -> Json:
    is_open = route.access is Access.OPEN
    operation: Json = {
        "operationId": route.handler.__name__,
        "summary": route.summary,
        "security": [] if is_open else [{"session": []}, {"token": []}],
        "parameters": [*_in_path(route), *_in_query(route, requests)],
        "responses": {
            str(route.status.value): _success(route, schema_of),
            **{
                str(status.value): {"description": words, "content": _json(ErrorDocument.__name__)}
                for status, words in _ERRORS.items()
            },
        },
    }
    if not isinstance(route.access, Access):
        operation["x-permission"] = route.access.value
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": _json(route.body.__name__)}
    return operation


def _success(route: Route, schema_of: dict[str, Json]) -> Json:
    if route.answer is None:
        return {"description": route.summary}
    if isinstance(route.answer, str):
        return {
            "description": route.summary,
            "content": {route.answer: {"schema": {"type": "string"}}},
        }
    return {
        "description": route.summary,
        "content": {"application/json": {"schema": schema_of[repr(route.answer)]}},
    }


def _in_path(route: Route) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]


def _in_query(route: Route, requests: dict[str, Json]) -> list[Json]:
    if route.query is None:
        return []
    schema = requests[route.query.__name__]
    return [
        {
            "name": name,
            "in": "query",
            "required": field.is_required(),
            "schema": _properties(schema)[name],
        }
        for name, field in route.query.model_fields.items()
    ]


def _properties(schema: Json) -> dict[str, object]:
    properties = schema["properties"]
    return properties if isinstance(properties, dict) else {}


def _json(name: str) -> Json:
    return {"application/json": {"schema": {"$ref": _REFERENCE.format(name=name)}}}
