"""What pages share: style sheets under lasting names, headers, and templates that escape."""

import subprocess
import sys
from pathlib import Path

import jinja2
import pytest
from werkzeug.wrappers import Response

from shared.web import assets, pages

NAMES = ["nhsuk.css", "signpost.css", "signpost.svg"]
BASE = {"organisation": "A Made-up Trust", "service": "A service", "skip": "Skip", "footer": "The end"}


def body(name: str) -> str:
    response = assets.respond(assets.url(name).removeprefix("assets/"))
    assert response is not None
    return response.get_data(as_text=True)


@pytest.mark.parametrize("name", NAMES)
def test_an_asset_may_be_kept_for_ever(name: str) -> None:
    response = assets.respond(assets.url(name).removeprefix("assets/"))
    assert response is not None
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.mimetype == {".css": "text/css", ".svg": "image/svg+xml"}[Path(name).suffix]


@pytest.mark.parametrize("name", NAMES)
def test_the_name_changes_with_the_content(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = assets.url(name)
    changed = {one: body(one).encode() + b" " for one in NAMES}
    monkeypatch.setattr(assets, "_contents", lambda: changed)
    assert assets.url(name) != before
    assert assets.url(name).startswith(f"assets/{Path(name).stem}-")


def test_the_style_sheet_fetches_nothing() -> None:
    for name in NAMES:
        text = body(name).replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not [word for word in ("@font-face", "@import", "http:", "https:", "url(", "sourceMapp") if word in text]
    assert ".nhsuk-button{" in body("nhsuk.css")
    assert len(body("nhsuk.css")) > 150_000


@pytest.mark.parametrize("path", ["", "nhsuk.css", "../assets.py", "nhsuk-0000000000000000.css", "/etc/hosts"])
def test_nothing_else_is_served(path: str) -> None:
    assert assets.respond(path) is None


def test_an_unknown_asset_has_no_address() -> None:
    with pytest.raises(KeyError):
        assets.url("other.css")


def test_a_missing_style_sheet_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "_PACKAGE", "not_installed_anywhere")
    with pytest.raises(FileNotFoundError, match=r"nhsuk-frontend-10\.4\.2\.min\.css"):
        assets._nhsuk()


def test_the_package_of_the_style_sheet_is_never_run() -> None:
    code = "import sys; from shared.web import assets as a; a.url('nhsuk.css'); print(a._PACKAGE in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False\n"


def test_the_headers_leave_what_is_already_set() -> None:
    response = pages.headers(Response("", headers={"Referrer-Policy": "same-origin"}))
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert "Cache-Control" not in response.headers


def test_what_is_said_is_escaped_and_a_missing_word_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{{ words.one }} {{ name }}")
    (tmp_path / "gap.html").write_text("{{ words.two }}")
    templates = pages.environment(tmp_path, words={"one": "<b>"})
    assert templates.get_template("page.html").render(name="\"'<script>") == "&lt;b&gt; &#34;&#39;&lt;script&gt;"
    with pytest.raises(jinja2.UndefinedError):
        templates.get_template("gap.html").render()


def test_the_base_page_has_its_landmarks() -> None:
    html = pages.environment(words={"base": BASE}).get_template("base.html").render(root="/mounted")
    assert html.index('href="#maincontent"') < html.index("<header") < html.index("<main") < html.index("<footer")
    assert 'id="maincontent"' in html
    assert html.count("/mounted/assets/") == 3
    for word in BASE.values():
        assert word in html
