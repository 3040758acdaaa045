"""Builds the stacks of one environment in deployment order, and has the packs judge them. app.py and every test build through here."""

from importlib import import_module
from pathlib import Path

import aws_cdk as cdk

from tradingbot_infra.compliance.exception import active
from tradingbot_infra.compliance.inspection import Inspection
from tradingbot_infra.compliance.ledger import LEDGER
from tradingbot_infra.compliance.packs import register_packs
from tradingbot_infra.config.context import feature_flags
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.stacks.base_stack import BaseStack
from tradingbot_infra.stacks.exports import Exports
from tradingbot_infra.templates import Assembly


def new_app(outdir: str | None = None) -> cdk.App:
    """An app with the feature flags of cdk.json, whether or not the CDK CLI started it.

    Without version reporting and stack traces: they name the machine's Python and paths, and an assembly is to be the same
    everywhere, to the byte.
    """
    context = feature_flags() | {"aws:cdk:disable-creation-stack-traces": True}
    return cdk.App(context=context, analytics_reporting=False, stack_traces=False, outdir=outdir)


def build_application(app: cdk.App, config: EnvironmentConfig) -> None:
    """The stacks of design/stacks.py in their order: each gets what the ones before it export."""
    exports = Exports()
    for place in config.stacks:
        exports.add(_stack_class(place).build(app, place, config=config, exports=exports).exports)


def _stack_class(place: PlacedStack) -> type[BaseStack]:
    found = getattr(import_module(place.module), place.id)
    if not (isinstance(found, type) and issubclass(found, BaseStack)):
        raise TypeError(f"{place.module}.{place.id} is no BaseStack")
    return found


def inspect(app: cdk.App, config: EnvironmentConfig) -> Inspection:
    """Has every pack judge the app when it is synthesized. Only what the ledger excepts for these settings may fail."""
    return register_packs(app, active(LEDGER, config), config)


def synthesizes(app: cdk.App, inspection: Inspection) -> bool:
    """Synthesizes an app that is inspected: false if the CDK raises for a violation, which it reports on stderr.

    It raises only where no CDK CLI reads its report. Raises RuntimeError for anything else.
    """
    try:
        app.synth()
    except RuntimeError:
        if not inspection.fails:
            raise
        return False
    return True


def synthesize(config: EnvironmentConfig, directory: Path) -> Assembly:
    """The templates of an environment, written to a directory and read back: what the CDK CLI would deploy."""
    app = new_app(outdir=str(directory))
    build_application(app, config)
    app.synth()
    return Assembly.read(directory, config)


def synthesize_and_inspect(config: EnvironmentConfig, directory: Path) -> Inspection:
    """As `synthesize`, judged by every pack; the inspection reports violations, and none raises."""
    app = new_app(outdir=str(directory))
    build_application(app, config)
    inspection = inspect(app, config)
    synthesizes(app, inspection)
    return inspection
