"""An environment's templates for its price: synthesized, and for possible savings judged by every pack of `compliance`."""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from tradingbot_infra.commands.console import print_step
from tradingbot_infra.commands.options import context_arguments, load_settings
from tradingbot_infra.config.errors import ConfigError
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import as_text
from tradingbot_infra.cost.estimate import Prices, estimate
from tradingbot_infra.cost.savings import Alternative
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.templates import Assembly
from tradingbot_infra.wording import plural

if TYPE_CHECKING:
    from tradingbot_infra.compliance.inspection import Inspection

_NAMED = 4
"""How many settings a line of progress names."""


def synthesized(config: EnvironmentConfig) -> Assembly:
    """The templates of an environment."""
    print_step(f"Synthesizing {config.environment}")
    use_pinned_node()
    # Imported this late because it loads the CDK, which takes seconds and a mistyped option does not need.
    from tradingbot_infra.application import synthesize

    with tempfile.TemporaryDirectory() as directory:
        return synthesize(config, Path(directory))


def judged(config: EnvironmentConfig, prices: Prices, what: str) -> Alternative:
    """The estimate of an environment, and the controls that would end its deployment in an error."""
    print_step(f"Synthesizing and judging {what}")
    use_pinned_node()
    # Imported this late for the same reason.
    from tradingbot_infra.application import synthesize_and_inspect

    with tempfile.TemporaryDirectory() as directory:
        with findings_held_back():
            inspection = synthesize_and_inspect(config, Path(directory))
        refused_by = tuple(dict.fromkeys(_refusals(inspection)))
        return Alternative(inspection.assembly, estimate(inspection.assembly, config.usage, prices), refused_by)


def laid_over(environment: str, arguments: Sequence[str], settings: Mapping[str, object], prices: Prices) -> Alternative:
    """The environment with settings laid over those of `-c`; without an estimate where they do not go together."""
    pairs = [f"{name}={as_text(value)}" for name, value in settings.items()]
    try:
        config = load_settings(environment, [*arguments, *context_arguments(pairs)])
    except ConfigError as error:
        return Alternative(None, None, tuple(f"{problem.key}: {problem.wrong}" for problem in error.problems))
    return judged(config, prices, f"{environment} with {_named(pairs)}")


def _named(pairs: Sequence[str]) -> str:
    """Settings in a line, the first ones: a plan has a dozen."""
    more = len(pairs) - _NAMED
    return ", ".join(pairs) if more <= 0 else f"{', '.join(pairs[:_NAMED])} and {plural(more, 'more setting')}"


@contextmanager
def findings_held_back() -> Iterator[None]:
    """Keeps what the CDK prints of findings off stderr, because each scenario names its controls; an error prints it after all."""
    held = BytesIO()
    writer = TextIOWrapper(held, encoding="utf-8", write_through=True)
    try:
        with redirect_stderr(writer):
            yield
    except BaseException:
        sys.stderr.write(held.getvalue().decode(errors="replace"))
        raise
    finally:
        writer.detach()


def _refusals(inspection: "Inspection") -> Iterator[str]:
    """The controls of each cause, or its rules where no control names them; then exceptions of the ledger that no longer hold."""
    from tradingbot_infra.compliance.block import controls_of
    from tradingbot_infra.compliance.cause import causes

    for cause in causes(inspection.missing, inspection.evaluation):
        yield from tuple(controls_of(cause)) or cause.rules
    yield from (f"ledger entry {stale.exception.id}" for stale in inspection.stale)
