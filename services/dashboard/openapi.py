"""The OpenAPI 3.1 document of the API, made from the same table as its routes."""

from collections.abc import Mapping
from typing import Any

import msgspec

from services.dashboard.api import COMMANDS, ENDPOINTS, Command, Endpoint, Problem

_MOMENT = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}
_PARAMS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "family": ("Only this family.", {"enum": ["ceasefire", "siege", "ultimatum"]}),
    "country": ("Only this country (ISO 3166 alpha-2).", {"type": "string", "pattern": "^[A-Za-z]{2}$"}),
    "group": ("Only this part of the board.", {"enum": ["in force", "threatened", "offered", "over"]}),
    "words": ("Only those whose name or headline holds this.", {"type": "string", "maxLength": 200}),
    "since": ("Not before this time (ISO 8601; UTC where no offset is given).", _MOMENT),
    "until": ("Not after this time.", _MOMENT),
    "at": ("The time asked about.", _MOMENT),
    "limit": ("At most so many.", {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}),
    "after": ("The mark that the page before gave.", {"type": "string"}),
    "q": ("Words; in quotes for a phrase.", {"type": "string", "maxLength": 200}),
}
_REQUIRED = frozenset({"at"})


def document(version: str) -> Mapping[str, object]:
    """Return the document."""
    types = [one.gives for one in ENDPOINTS]
    answers, components = msgspec.json.schema_components([*types, Problem], ref_template="#/components/schemas/{name}")
    problem = answers[-1]
    paths: dict[str, object] = {
        one.path: {"get": _get(one, answer, problem)} for one, answer in zip(ENDPOINTS, answers, strict=False)
    }
    paths |= {one.path: {"post": _post(one, problem)} for one in COMMANDS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tocsin",
            "version": version,
            "description": "What the dashboard shows. Commands need the session's CSRF token in X-CSRF-Token.",
        },
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {"schemas": components},
    }


def _get(one: Endpoint, answer: object, problem: object) -> Mapping[str, object]:
    parameters: list[object] = [_param(name) for name in one.params]
    errors: dict[str, object] = {"400": _problem("A parameter is wrong.", problem)} if one.params else {}
    if "{id}" in one.path:
        parameters.append({"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}})
        errors["404"] = _problem("There is none with this id.", problem)
    return {
        "summary": one.summary,
        "operationId": _name("get", one.path),
        "parameters": parameters,
        "responses": {"200": _body("The answer.", answer), **errors},
    }


def _post(one: Command, problem: object) -> Mapping[str, object]:
    properties = {name.removesuffix("?"): schema for name, schema in one.fields.items()}
    required = [name for name in one.fields if not name.endswith("?")]
    body = {"type": "object", "properties": properties, "required": required}
    token = {"name": "X-CSRF-Token", "in": "header", "required": True, "schema": {"type": "string"}}
    return {
        "summary": one.summary,
        "operationId": _name("post", one.path),
        "parameters": [token],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": _body("It was appended to the log.", {"type": "object", "properties": {"ok": {"const": True}}}),
            "400": _problem("A field is wrong.", problem),
            "403": _problem("The token is wrong, or the role may not change anything.", problem),
            "404": _problem("There is none with this id.", problem),
            "415": _problem("The body is no JSON.", problem),
        },
    }


def _param(name: str) -> Mapping[str, object]:
    about, schema = _PARAMS[name]
    return {"name": name, "in": "query", "description": about, "schema": schema, "required": name in _REQUIRED}


def _body(about: str, schema: object) -> Mapping[str, Any]:
    return {"description": about, "content": {"application/json": {"schema": schema}}}


def _problem(about: str, schema: object) -> Mapping[str, Any]:
    return _body(about, schema)


def _name(method: str, path: str) -> str:
    return method + "".join(part.strip("{}").title().replace("-", "") for part in path.split("/"))
