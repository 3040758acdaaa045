"""A report as one HTML page that needs nothing else: no script, style, font or picture from anywhere, and none is allowed."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_HERE = Path(__file__).parent

Filters = Mapping[str, Callable[..., Any]]


def render_page(folder: Path, *, filters: Filters, **values: object) -> str:
    """The page of the report in a folder: its page.html.jinja in shell.html.jinja, its page.css after shell.css, its page.js if any.

    The same values give the same page.
    """
    style = _text(_HERE / "shell.css") + _text(folder / "page.css")
    script = _text(folder / "page.js")
    environment = _environment(folder)
    environment.filters.update(filters)
    return environment.get_template("page.html.jinja").render(style=style, script=script, policy=_policy(style, script), **values)


@cache
def _environment(folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader([folder, _HERE]), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _policy(style: str, script: str) -> str:
    """The content security policy: only this style and this script, by their digests."""
    scripts = f"script-src '{_digest(script)}'; " if script else ""
    return f"default-src 'none'; style-src '{_digest(style)}'; {scripts}base-uri 'none'; form-action 'none'"


def _digest(source: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
