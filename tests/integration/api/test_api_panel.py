"""The panel's files: served with their caching, never from outside of their folder."""

from pathlib import Path

import pytest
from api_serving import Served

from hubd.api import panel


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built panel."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>home</title>")
    (folder / "icon.svg").write_text("<svg/>")
    (folder / "assets" / "main-a1B2_c3D.js").write_text("run()")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    monkeypatch.setattr(panel, "DIST", folder)
    return folder


@pytest.mark.usefixtures("dist")
async def test_the_page_is_asked_for_anew_and_hashed_assets_never(served: Served) -> None:
    for path, caching in (
        ("/", "no-cache"),
        ("/icon.svg", "no-cache"),
        ("/assets/main-a1B2_c3D.js", "public, max-age=31536000, immutable"),
    ):
        async with served.client.get(path) as response:
            assert response.status == 200
            assert response.headers["Cache-Control"] == caching
            tag = response.headers["ETag"]
        async with served.client.get(path, headers={"If-None-Match": tag}) as response:
            assert response.status == 304


@pytest.mark.usefixtures("dist")
async def test_an_address_of_the_panel_s_own_gets_the_page(served: Served) -> None:
    async with served.client.get("/areas/kitchen") as response:
        assert (response.status, await response.text()) == (200, "<title>home</title>")


@pytest.mark.usefixtures("dist")
@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/assets/../../secret.txt",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/link.txt",
        "/a%00b",
        "/" + "x" * 5000,
    ],
)
async def test_nothing_outside_of_the_panel_s_folder_is_served(served: Served, path: str) -> None:
    import yarl

    address = yarl.URL(served.server.url[:-1] + path, encoded=True)
    async with served.client.get(address) as response:
        body = await response.text()
    assert "secret" not in body
    assert "root:" not in body


@pytest.mark.usefixtures("dist")
async def test_an_address_of_the_api_that_is_none_does_not_get_the_page(served: Served) -> None:
    async with served.client.get("/api/nothing") as response:
        assert response.status == 404
        assert response.content_type == "application/json"


async def test_without_a_built_panel_a_page_says_how_to_build_it(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel, "DIST", tmp_path / "none")
    async with served.client.get("/") as response:
        assert response.status == 503
        assert "make panel" in await response.text()
