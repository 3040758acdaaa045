"""A gh command for tests: it keeps comments, issues and labels in a file beside it, and knows only how the workflows call it.

`install` copies this file into a directory as `gh`.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

STATE = Path(__file__).resolve().with_name("gh.json")
OF_THE_ISSUES, OF_A_COMMENT = "repos/owner/repository/issues/7/comments", "repos/owner/repository/issues/comments/"


def install(directory: Path) -> None:
    """Puts the command into a directory, for PATH."""
    command = directory / "gh"
    command.write_text(f"#!{sys.executable}\n{Path(__file__).read_text(encoding='utf-8')}", encoding="utf-8")
    command.chmod(0o755)


def state_of(directory: Path) -> dict[str, Any]:
    """What it keeps: `comments` of the pull request by id, `issues` with label, title and texts, `labels`."""
    path = directory / "gh.json"
    empty: dict[str, Any] = {"comments": {}, "issues": [], "labels": []}
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else empty


def _value(words: list[str], option: str) -> str:
    return words[words.index(option) + 1]


def _api(state: dict[str, Any], words: list[str]) -> str:
    if "--jq" in words:
        if OF_THE_ISSUES not in words:
            raise SystemExit(f"gh: {words}")
        return "\n".join(state["comments"])
    body = _value(words, "--raw-field").removeprefix("body=")
    (place,) = (word for word in words if word.startswith("repos/"))
    if _value(words, "--method") == "PATCH":
        state["comments"][place.removeprefix(OF_A_COMMENT)] = body
    else:
        state["comments"][str(len(state["comments"]) + 1)] = body
    return ""


def _issue(state: dict[str, Any], words: list[str]) -> str:
    verb, *rest = words
    if verb == "list":
        found = [number for number, issue in enumerate(state["issues"], start=1) if issue["label"] == _value(rest, "--label")]
        return "".join(map(str, found[:1]))
    if verb == "comment":
        state["issues"][int(rest[0]) - 1]["texts"].append(_value(rest, "--body"))
    elif verb == "create":
        if _value(rest, "--label") not in state["labels"]:
            raise SystemExit("gh: no such label")
        state["issues"].append({"label": _value(rest, "--label"), "title": _value(rest, "--title"), "texts": [_value(rest, "--body")]})
    return ""


def _main() -> None:
    if os.environ.get("GH_REPO") != "owner/repository" or not os.environ.get("GH_TOKEN"):
        raise SystemExit("gh: no repository or no token")
    state = state_of(STATE.parent)
    subject, *words = sys.argv[1:]
    if subject == "label":
        state["labels"].append(words[1])
        said = ""
    else:
        said = {"api": _api, "issue": _issue}[subject](state, words)
    STATE.write_text(json.dumps(state), encoding="utf-8")
    print(said)  # noqa: T201 - a command's output


if __name__ == "__main__":
    _main()
