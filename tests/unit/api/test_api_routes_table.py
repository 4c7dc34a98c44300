"""The table of routes: complete, with a right for each, and the OpenAPI document drawn from it."""

from pathlib import Path

import msgspec
import pytest
from api_home import CoreHome
from openapi_spec_validator import OpenAPIV31SpecValidator
from prometheus_client import CollectorRegistry
from sqlalchemy import create_engine

from hubd.api.openapi import document
from hubd.api.route import Access, Route
from hubd.api.server import Server
from hubd.api.settings import ApiSettings
from hubd.api.table import API, PANEL, ROUTES
from hubd.guard.guard import Guard
from hubd.guard.permission import Permission


def _server(tmp_path: Path) -> Server:
    home = CoreHome()
    guard = Guard(create_engine(f"sqlite:///{tmp_path / 'guard.db'}"), lambda: home.view.home)
    return Server(home, guard, ApiSettings(port=0), CollectorRegistry())


async def test_every_address_that_is_served_is_declared_in_the_table(tmp_path: Path) -> None:
    served = {
        (route.method, route.resource.canonical if route.resource is not None else "")
        for route in _server(tmp_path).app.router.routes()
    }
    declared = {(r.method, r.path.replace(":.*", "")) for r in ROUTES}
    assert served == declared


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.path}")
def test_every_route_declares_what_it_needs(route: Route) -> None:
    assert isinstance(route.access, Permission | Access)


def test_only_coming_in_and_the_panel_s_files_are_open() -> None:
    opened = {(r.method, r.path) for r in ROUTES if r.access is Access.OPEN}
    assert opened == {
        ("GET", "/api/hello"),
        ("POST", "/api/owner"),
        ("POST", "/api/session"),
        ("GET", PANEL.path),
    }


def test_routes_for_whomever_is_signed_in_show_only_themselves() -> None:
    routes = {(r.method, r.path) for r in ROUTES if r.access is Access.SIGNED_IN}
    assert routes == {
        ("GET", "/api/me"),
        ("PUT", "/api/me/password"),
        ("DELETE", "/api/session"),
        ("GET", "/api/openapi.json"),
    }


def test_no_two_routes_share_an_address() -> None:
    assert len({(r.method, r.path) for r in ROUTES}) == len(ROUTES)


def test_the_panel_matches_everything_and_so_comes_last() -> None:
    assert ROUTES[-1] is PANEL


def test_the_openapi_document_is_valid() -> None:
    OpenAPIV31SpecValidator(msgspec.json.decode(msgspec.json.encode(document(API)))).validate()


def test_the_openapi_document_names_every_route_with_its_right() -> None:
    paths = document(API)["paths"]
    assert isinstance(paths, dict)
    for route in API:
        operation = paths[route.path][route.method.lower()]
        if isinstance(route.access, Permission):
            assert operation["x-permission"] == route.access.value
        assert (operation["security"] == []) == (route.access is Access.OPEN)
        assert ("requestBody" in operation) == (route.body is not None)
