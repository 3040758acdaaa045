"""The four stacks of one environment, wired in deployment order. app.py and every test build through here."""

from dataclasses import dataclass
from pathlib import Path

import aws_cdk as cdk

from tradingbot_infra.compliance.exceptions import active
from tradingbot_infra.compliance.inspection import Inspection
from tradingbot_infra.compliance.ledger import LEDGER
from tradingbot_infra.compliance.packs import register_packs
from tradingbot_infra.config.context import feature_flags
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import flat
from tradingbot_infra.stacks.data_stack import DataStack, DataStackProps
from tradingbot_infra.stacks.monitoring_stack import MonitoringStack, MonitoringStackProps
from tradingbot_infra.stacks.network_stack import NetworkStack
from tradingbot_infra.stacks.service_stack import ServiceStack, ServiceStackProps
from tradingbot_infra.templates import Assembly


@dataclass(frozen=True, kw_only=True)
class TradingBotApplication:
    """The stacks of one environment."""

    network: NetworkStack
    data: DataStack
    service: ServiceStack
    monitoring: MonitoringStack


def new_app(outdir: str | None = None) -> cdk.App:
    """An app with the feature flags of cdk.json, whether or not the CDK CLI started it.

    Without version reporting and stack traces: they name the machine's Python and paths, and an assembly is to be the same
    everywhere, to the byte.
    """
    context = feature_flags() | {"aws:cdk:disable-creation-stack-traces": True}
    return cdk.App(context=context, analytics_reporting=False, stack_traces=False, outdir=outdir)


def build_application(app: cdk.App, config: EnvironmentConfig) -> TradingBotApplication:
    """Network, then data, then service, then monitoring: each gets what the ones before it export."""
    network = NetworkStack(app, "NetworkStack", config=config)
    data = DataStack(app, "DataStack", props=DataStackProps(config=config, network=network.exports))
    service = ServiceStack(app, "ServiceStack", props=ServiceStackProps(config=config, network=network.exports, data=data.exports))
    monitoring = MonitoringStack(
        app,
        "MonitoringStack",
        props=MonitoringStackProps(config=config, network=network.exports, data=data.exports, service=service.exports),
    )
    return TradingBotApplication(network=network, data=data, service=service, monitoring=monitoring)


def inspect(app: cdk.App, config: EnvironmentConfig) -> Inspection:
    """Has every pack judge the app when it is synthesized. Only what the ledger excepts for these settings may fail."""
    return register_packs(app, active(LEDGER, config.environment, flat(config)))


def synthesizes(app: cdk.App, inspection: Inspection) -> bool:
    """Synthesizes an app that is inspected: false when the CDK raises for a violation, which it has told on stderr.

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
    return Assembly.read(directory)


def synthesize_and_inspect(config: EnvironmentConfig, directory: Path) -> Inspection:
    """As `synthesize`, judged by every pack; a violation is told by the inspection and ends nothing."""
    app = new_app(outdir=str(directory))
    build_application(app, config)
    inspection = inspect(app, config)
    synthesizes(app, inspection)
    return inspection
