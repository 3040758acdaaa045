"""The CDK application: `cdk synth`, `cdk diff` and `cdk deploy --all` run this file."""

import atexit
import gc
import os
import signal
import sys
from datetime import UTC, date, datetime
from types import FrameType


def _interrupted(_: int, __: FrameType | None) -> None:
    """Ends at once: between Python and Node.js, an exception would print a traceback of each."""
    os.write(2, b"Interrupted.\n")
    os._exit(130)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, _interrupted)

from tradingbot_infra.config import support
from tradingbot_infra.config.context import chooser_of, environment_of, overrides_of, read_context
from tradingbot_infra.config.errors import ConfigError
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.node import use_pinned_node


def main(today: date) -> int:
    """Synthesizes the environment that the context names. Returns 1 if a pack finds a violation, 2 if a setting is wrong.

    Prints a warning to stderr for each version that has reached, or soon reaches, its end of support; the assembly stays the same.
    """
    try:
        context = read_context(os.environ)
        config = load_config(environment_of(context, os.environ), overrides_of(context), chosen_by=chooser_of(context))
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the message is for the person at the CDK CLI
        return 2
    for end in (*support.newer(config), *support.ending(config, today)):
        print(f"warning: {config.environment}: {end}", file=sys.stderr)  # noqa: T201 - likewise
    use_pinned_node()
    # The process ends with the synthesis: garbage collection until then costs a fifteenth of it and frees nothing that is needed.
    gc.disable()
    # Imported here because it loads the CDK, which takes seconds: a mistyped setting is reported without them.
    from tradingbot_infra.application import build_application, inspect, new_app, synthesizes

    app = new_app()
    build_application(app, config)
    return 0 if synthesizes(app, inspect(app, config)) else 1


class _Ending:
    """Ends the process without finalizing the CDK's Python objects one by one, which costs half a second.

    Registered first, so it runs last, when Node.js has ended and every file is written.
    """

    code = 1

    def __call__(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(self.code)


if __name__ == "__main__":
    ending = _Ending()
    atexit.register(ending)
    ending.code = main(datetime.now(UTC).date())
