"""Groups of commands that have one for whoever names none: `alarms --env production` is `alarms list --env production`."""

from typing import Any

from typer.core import TyperGroup


def default_command(name: str) -> type[TyperGroup]:
    """A group that puts this command in front of options; --help stays the group's own."""

    class Group(TyperGroup):
        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            own = {option for parameter in self.get_params(ctx) for option in parameter.opts}
            if args and args[0].startswith("-") and args[0] not in own:
                args = [name, *args]
            return super().parse_args(ctx, args)

    return Group
