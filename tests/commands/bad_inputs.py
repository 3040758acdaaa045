"""Bad inputs of every command, made from the options that it has, and those that somebody thought of."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from tradingbot_infra.__main__ import app

ROOT = typer.main.get_command(app)


_EXAMPLES: dict[tuple[str, ...], str] = {("open",): "api"}
"""What a command takes as its argument, where it takes only some words."""


@dataclass(frozen=True)
class Bad:
    """Words that a command cannot take, and how it ends. `names` is what its line must have in it."""

    words: tuple[str, ...]
    codes: tuple[int, ...] = (2,)
    names: str = ""
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The words and variables, as a person would type them."""
        return " ".join(
            [*(f"{name}={value}" for name, value in self.variables.items()), *(repr(word)[1:-1] or "''" for word in self.words)]
        )


@dataclass(frozen=True)
class Verb:
    """A command with the words that call it."""

    words: tuple[str, ...]
    command: TyperCommand | TyperGroup

    def options(self) -> dict[str, Any]:
        """Its options by their first long name, without those of every command."""
        found = {next(name for name in option.opts if name.startswith("--")): option for option in self._of(TyperOption)}
        return {name: option for name, option in found.items() if option.name not in ("help", "version")}

    def arguments(self) -> list[Any]:
        """What it takes without an option."""
        return [argument for argument in self._of(TyperArgument) if argument.name]

    def call(self, *further: str, without: str = "") -> tuple[str, ...]:
        """The command with everything that it needs, but for one option, and then further words."""
        given = (without, *further)
        needed = [name for name, option in self.options().items() if option.required and name not in given]
        options = [word for name in needed for word in (name, "staging" if name == "--env" else "1")]
        return (*self.words, *(_EXAMPLES.get(self.words, "x") for argument in self.arguments() if argument.required), *options, *further)

    @property
    def passes_on(self) -> bool:
        """Whether options that it does not know are for the CDK CLI."""
        return bool(self.command.context_settings.get("ignore_unknown_options"))

    def _of(self, kind: type) -> list[Any]:
        return [parameter for parameter in self.command.params if isinstance(parameter, kind)]


def _verbs(group: TyperGroup, *above: str) -> Iterator[Verb]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            if command.invoke_without_command:
                yield Verb((*above, name), command)
            yield from _verbs(command, *above, name)
        elif isinstance(command, TyperCommand):
            yield Verb((*above, name), command)


assert isinstance(ROOT, TyperGroup)
VERBS = tuple(_verbs(ROOT))

_ENVIRONMENTS = ("", "prod", "Production", "production ", "account", "../staging", "stag\ning", "--json", "*")
_SETTINGS = (
    "foo",
    "=x",
    "foo=",
    "",
    " =1",
    "env=staging",
    "nat_gateways=",
    "nat_gateways=-1",
    "min_tasks=many",
    "secret_key=x",
    "TASK_CPU=256",
    "nat-gateways=1",
    "task_cpu=5\n12",
)
_LOOK_FIRST_AT_THEIR_ARGUMENTS = {("cost", "diff"), ("compliance", "explain")}


def generated() -> Iterator[Bad]:
    """For each command, every kind of bad input that its options allow."""
    for verb in VERBS:
        options = verb.options()
        yield from _unknown(verb)
        if "--env" in options:
            yield from _environments(verb, options["--env"])
        if "--context" in options:
            codes = (1, 2) if verb.words in _LOOK_FIRST_AT_THEIR_ARGUMENTS else (2,)
            yield from (Bad(verb.call("-c", setting), codes) for setting in _SETTINGS)
        if "--local" in options:
            yield from _accounts(verb)
        for name, option in options.items():
            yield from _values(verb, name, option)


def _unknown(verb: Verb) -> Iterator[Bad]:
    if verb.passes_on:
        return
    yield Bad(verb.call("--no-such-option"), names="--no-such-option")
    if not any(argument.nargs == -1 for argument in verb.arguments()):
        yield Bad(verb.call(*["surplus"] * (1 + len(verb.arguments()))))


def _environments(verb: Verb, option: Any) -> Iterator[Bad]:
    for environment in _ENVIRONMENTS:
        yield Bad(verb.call("--env", environment, without="--env"), (1, 2) if verb.words in _LOOK_FIRST_AT_THEIR_ARGUMENTS else (2,))
    yield Bad(verb.call("--env", without="--env"), names="--env")
    if option.required:
        yield Bad(verb.call(without="--env"), names="--env", variables={"TRADINGBOT_ENV": "staging"})
    elif option.envvar:
        yield Bad(verb.call(), names="TRADINGBOT_ENV", variables={"TRADINGBOT_ENV": "prod"})


def _accounts(verb: Verb) -> Iterator[Bad]:
    # A command may look at its own arguments before it asks AWS.
    yield Bad(verb.call("--local", "--profile", "desk"), (1,), "--profile")
    yield Bad(verb.call("--state-directory", "somewhere"), (1,), "--state-directory")
    yield Bad(verb.call("--local", "--state-directory", "absent"), (1, 3))
    yield Bad(verb.call("--local", "--state-directory", "file"), names="--state-directory")
    yield Bad(verb.call("--local", "--state-directory", ""), names="--state-directory")
    yield Bad(verb.call("--profile", "no-such-profile"), (1, 3))
    yield Bad(verb.call(), (1, 3), variables={"AWS_ENDPOINT_URL": "not a url"})
    yield Bad(verb.call(), (1, 3), variables={"AWS_ENDPOINT_URL": "http://127.0.0.1:99999"})


def _values(verb: Verb, name: str, option: Any) -> Iterator[Bad]:
    if option.is_flag:
        yield Bad(verb.call(f"{name}=x"), names=name)
        return
    yield Bad(verb.call(name, without=name), names=name)
    if isinstance(option.bare_type, type) and issubclass(option.bare_type, int | float | Enum):
        yield from (Bad(verb.call(name, value, without=name), names=name) for value in ("", "x", "1e", "٣x"))


ACCOUNT = ("--env", "staging", "--local", "--state-directory", "absent")
"""No command reaches anything here."""

WRITTEN = (
    Bad(("stauts",), names="status"),
    Bad(("secrets", "psuh"), names="push"),
    Bad(("--no-such-option",), names="--no-such-option"),
    Bad(("",), names="''"),
    Bad(("STATUS",), names="STATUS"),
    Bad(("status", "--ENV", "staging"), names="--ENV"),
    Bad(("status", "-e", "staging"), names="-e"),
    Bad(("status", "--env=prod"), names="did you mean production?"),
    Bad(("status", "--env", "ha"), names="did you mean high-availability?"),
    Bad(("status", "--env", "stage"), names="did you mean staging?"),
    Bad(("status", "--env", "dev"), names="did you mean development?"),
    Bad(
        ("deploy", "--env", "staging", "-c", "deployment_strategy=blue-green", "--", "--revert-drift"),
        (1,),
        names="--revert-drift: would send traffic to the target group without tasks",
    ),
    Bad(("status", "-c", "nat_gateway=1"), names="nat_gateways"),
    Bad(("status", "-c", "database_url=postgres://user:word@host"), names="a secret is never a setting"),
    Bad(("status", "-c", "redis_appendonly=yes"), names="ElastiCache refuses it"),
    Bad(("status", "-c", "alarm_emails=nobody"), names="alarm_emails"),
    Bad(("status", "-c", "vpc_cidr=10.0.0.0/33"), names="vpc_cidr"),
    Bad(("status", "-c", "task_cpu=256", "-c", "task_memory_mib=99999"), names="task_memory_mib"),
    Bad(("status", "-c", "min_tasks=9", "-c", "max_tasks=1"), names="max_tasks"),
    Bad(("status", "-c", "image_tag=latest"), names="image_tag"),
    Bad(("status", "-c", "db_engine_version=14"), names="db_engine_version"),
    Bad(("status", "-c", "redis_parameters={broken"), names="redis_parameters"),
    Bad(("status", "-c", "log_retention_days=8"), names="log_retention_days"),
    Bad(("status", "-c", "certificate_arn=x"), names="certificate_arn"),
    Bad(("status", "-c", "region=nowhere-1"), names="region"),
    Bad(("status", "-c", "nat_gateways=" + "9" * 5000), names="nat_gateways"),
    Bad(("status", "-c", "min_tasks=٣x"), names="min_tasks"),
    Bad(("doctor", "rain", *ACCOUNT), names="SYMPTOM=rain"),
    Bad(("doctor", "", *ACCOUNT), names="SYMPTOM=''"),
    Bad(("doctor", "rain\nsnow", *ACCOUNT), names="SYMPTOM="),
    Bad(("outputs", "--name", "", *ACCOUNT), (1, 3)),
    Bad(("egress", "--write", "absent/egress.json", *ACCOUNT), (1,), "absent/egress.json"),
    Bad(("egress", "--write", "folder", *ACCOUNT), (1,), "folder"),
    Bad(("egress", "--write", "", *ACCOUNT), (1, 2)),
    Bad(("egress", "--write", "file/below", *ACCOUNT), (1,), "file"),
    *(
        Bad(("logs", "--since", since, *ACCOUNT), (1,))
        for since in ("", "yesterday", "10", "-1h", "1.5h", "1y", "9" * 400 + "d", "10m\n", "1 h", "h", "0x1h", "٣h")
    ),
    Bad(("logs", "--errors", "--filter", "x", *ACCOUNT), (1,), "--errors and --filter"),
    Bad(("logs", "--task", "x", "--source", "waf", *ACCOUNT), (1,), "--task and --source"),
    *(Bad(("logs", option, "", *ACCOUNT), (1,), f"{option} ''") for option in ("--order", "--trace", "--task")),
    Bad(("logs", "--order", "a b", *ACCOUNT), (1,), "--order"),
    Bad(("logs", "--order", "", "--errors", *ACCOUNT), (1,), "--trace, --order, --filter and --errors"),
    Bad(("scale", "--tasks", "1", "--reset", *ACCOUNT), (1,), "--tasks and --reset"),
    Bad(("scale", "--tasks", "-1", *ACCOUNT), (1,), "--tasks -1"),
    Bad(("scale", "--tasks", "99", *ACCOUNT), (1,), "--tasks 99"),
    Bad(("scale", "--tasks", "9" * 400, *ACCOUNT), (1,), "--tasks"),
    Bad(("scale", "--now", *ACCOUNT), (1,), "--now"),
    Bad(("scale", "--now", "--tasks", "2", *ACCOUNT), (1,), "--now"),
    Bad(("scale", "--tasks", "0", *ACCOUNT), (1,), "--yes"),
    Bad(("secrets", "push", *ACCOUNT), (1,), "--from FILE"),
    Bad(("secrets", "push", "--from", "", *ACCOUNT), (1, 2)),
    Bad(("secrets", "push", "--from", "absent", *ACCOUNT), (1,), "absent"),
    Bad(("secrets", "push", "--from", "folder", *ACCOUNT), (1,), "folder"),
    Bad(("secrets", "push", "--from", "file/below", *ACCOUNT), (1,), "file/below"),
    Bad(("secrets", "push", "--from", "/dev/zero", *ACCOUNT), (1,), "/dev/zero"),
    Bad(("secrets", "push", "--from", "/dev/null", *ACCOUNT), (1,), "No value is given"),
    Bad(("secrets", "push", "--from", "file", "--from-environment", *ACCOUNT), (1,), "--from and --from-environment"),
    Bad(("secrets", "push", "--from-environment", *ACCOUNT), (1,), "No value is given"),
    Bad(("secrets", "push", "--from-environment", *ACCOUNT), (1,), "secret-key", {"SECRET_KEY": "short"}),
    Bad(("secrets", "push", "--from-environment", "--only", "secretkey", *ACCOUNT), (1,), "secret-key"),
    Bad(("secrets", "push", "--from-environment", "--only", "", *ACCOUNT), (1,), "''"),
    Bad(("secrets", "push", "--from-environment", "--replace", "database-url", *ACCOUNT), (1,), "database-url"),
    Bad(("secrets", "push", "--from-environment", "--replace", "a\nb", *ACCOUNT), (1,)),
    Bad(("secrets", "generate", "--replace", "openai-api-key", *ACCOUNT), (1,), "openai-api-key"),
    Bad(("secrets", "generate", "--replace", "", *ACCOUNT), (1,), "''"),
    Bad(("secrets", "delete", *ACCOUNT), (1,), "--all"),
    Bad(("secrets", "delete", "--all", "secret-key", *ACCOUNT), (1,), "--all"),
    Bad(("secrets", "delete", "", *ACCOUNT), (1,), "''"),
    Bad(("secrets", "restore", *ACCOUNT), (1,), "--all"),
    Bad(("secrets", "restore", "absent", *ACCOUNT), (1,), "absent"),
    Bad(("image", "push", "app", "--tag", "latest", *ACCOUNT), (1,), "latest"),
    Bad(("image", "push", "app", "--tag", "", *ACCOUNT), (1,), "--tag"),
    Bad(("image", "push", "app", "--tag", "a b", *ACCOUNT), (1,), "--tag"),
    Bad(("image", "push", "app", "--tag", "v1\n", *ACCOUNT), (1,), "--tag"),
    Bad(("image", "push", "app", "--tag", "x" * 400, *ACCOUNT), (1,), "--tag"),
    Bad(("image", "push", "folder", "--tag", "v1", *ACCOUNT), (1,), "folder"),
    Bad(("image", "push", "file", "--tag", "v1", *ACCOUNT), (1,), "file"),
    Bad(("image", "push", "./absent", "--tag", "v1", *ACCOUNT), (1,), "./absent"),
    Bad(("cost", "--prices", "free"), names="--prices"),
    Bad(("cost", "--compare", "prod"), names="did you mean production?"),
    Bad(("cost", "--html", "absent/page.html"), (1,), "absent"),
    Bad(("cost", "--html", "folder"), (1,), "folder"),
    Bad(("cost", "--html", "page.html", "--json"), (1,), "--json and --html"),
    Bad(("cost", "--env", "staging", "diff", "folder", "folder"), (1,), "cost diff"),
    Bad(("cost", "diff", "absent", "folder"), (1,), "absent"),
    Bad(("cost", "diff", "folder", "folder"), (1,), "folder"),
    Bad(("cost", "diff", "file", "file"), (1,), "file"),
    Bad(("cost", "diff", "", ""), (1,)),
    Bad(("cost", "diff", "folder", "folder", "-c", "nat_gateways=1"), (1,), "nat_gateways"),
    Bad(("cost", "refresh", "--profile", "no-such-profile"), (3,), "no-such-profile"),
    Bad(("cost", "refresh"), (3,), "not a url", {"AWS_ENDPOINT_URL": "not a url"}),
    Bad(("compliance", "--since", "absent"), (1,), "absent"),
    Bad(("compliance", "--since", "folder"), (1,), "folder"),
    Bad(("compliance", "--since", "file"), (1,), "file"),
    Bad(("compliance", "--fail-on", "rain"), names="--fail-on"),
    Bad(("compliance", "explain", "CIS-99.99"), (1, 2), "CIS-99.99"),
    Bad(("compliance", "explain", ""), (1, 2), "''"),
    Bad(("compliance", "mutate", "--count", "0"), names="--count"),
    Bad(("compliance", "mutate", "--floor", "101"), names="--floor"),
    Bad(("up", "--port", "80"), names="--port"),
    Bad(("up", "--port", "99999"), names="--port"),
    Bad(("up", "--time-scale", "0"), names="--time-scale"),
    Bad(("up", "--time-scale", "nan"), (1, 2)),
    *(Bad(("up", "--image", image), (1,), "--image") for image in ("", "=", "v1", "v1=", "=folder", "v1=folder", "v1='", "v1=  ")),
    Bad(("up", "-c", "env=staging"), names="env=staging"),
    Bad(("up", "-c"), names="-c"),
    Bad(("down", "-c", "foo"), names="foo"),
)
"""One after the other, with the line that it ends with. `folder` is an empty directory, `file` a file with text; nothing else exists."""

EVERY = tuple({bad.id: bad for bad in (*generated(), *WRITTEN)}.values())
