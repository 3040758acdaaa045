"""The page around a report: one style and one script, both allowed by their digests, and nothing else."""

import base64
import hashlib
import re
from html import unescape
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from tradingbot_infra.reporting.page import render_page

TEMPLATE = """{% extends "shell.html.jinja" %}
{% block title %}{{ name }}{% endblock %}
{% block body %}<p>{{ name | loud }}</p>{% endblock %}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A report's templates."""
    (tmp_path / "page.html.jinja").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "page.css").write_text("p { color: red; }\n", encoding="utf-8")
    return tmp_path


def page_of(folder: Path, name: str = "Report") -> str:
    return render_page(folder, filters={"loud": str.upper}, name=name)


def policy_of(page: str) -> str:
    (found,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    return unescape(found)


def digest(source: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


def test_the_style_is_the_shared_one_and_the_reports_own(folder: Path) -> None:
    page = page_of(folder)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style.startswith(":root {")
    assert style.endswith("p { color: red; }\n")
    assert policy_of(page) == f"default-src 'none'; style-src '{digest(style)}'; base-uri 'none'; form-action 'none'"
    assert "<script" not in page


def test_a_script_is_allowed_by_its_digest(folder: Path) -> None:
    (folder / "page.js").write_text("const answer = 1 < 2;\n", encoding="utf-8")
    page = page_of(folder)
    assert "<script>const answer = 1 < 2;\n</script>" in page
    assert f"script-src '{digest('const answer = 1 < 2;' + chr(10))}'" in policy_of(page)


def test_values_are_escaped(folder: Path) -> None:
    page = page_of(folder, "<b>")
    assert "<title>&lt;b&gt;</title>" in page
    assert "<p>&lt;B&gt;</p>" in page


def test_a_value_that_the_template_does_not_get_is_an_error(folder: Path) -> None:
    with pytest.raises(UndefinedError, match="'name' is undefined"):
        render_page(folder, filters={"loud": str.upper})
