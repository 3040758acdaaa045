"""The bill is higher than expected: what is spent, what passes NAT, how many tasks run."""

from decimal import Decimal

from tradingbot_infra.design.telemetry import endpoint_services
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed, Normal, SymptomName
from tradingbot_infra.operations.diagnosis.tree import Check, Symptom
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.printed_commands import CdkDeploy, OwnCommand, Step, sentence

_GROWN = Decimal("1.25")
"""A quarter more than in the same days before: months differ in days and weekends by a tenth, prices hardly ever."""

_LEAST_USD = Decimal(5)
"""Less is two per cent of production's bill (DESIGN, "Environments and cost"), and nobody's surprise."""

_MUCH = 2
"""Twice: the settings' assumptions of a month's usage are orders of magnitude, and a few more tasks are what scaling is for."""

_HOURS = 730
_INTERFACE_ENDPOINTS = 4
"""ECR has two, CloudWatch Logs and Secrets Manager one each; that of S3 is free (constructs/vpc_endpoints.py). Telemetry adds its own."""

_SHOWN = 3


def growing_spend(facts: Facts) -> Diagnosed:
    """Cost Explorer by service, this month against the same days of the month before. Its figures are of the whole account."""
    spending = facts.spending
    biggest = ", ".join(f"{service} {cost:.2f}" for service, cost in spending.biggest[:_SHOWN])
    days = f"from {spending.period.start} up to {spending.period.end}"
    seen = f"{spending.total:.2f} USD in the account {days}, most of it {biggest or 'nothing'}"
    grown = [each for each in spending.growths if each.by >= _LEAST_USD and each.now >= each.before * _GROWN]
    if not grown:
        return Normal(seen)
    return Cause(
        id="spending-grown",
        title=f"{grown[0].service} costs {grown[0].by:.2f} USD more than in the same days of the month before",
        certainty=Certainty.LIKELY,
        evidence=(seen, *(f"{each.service}: {each.before:.2f} before, {each.now:.2f} now" for each in grown[:_SHOWN])),
        fix=(
            sentence(OwnCommand("cost", reaches_account=False), " says what each service should cost"),
            "In the console: Billing and Cost Management, Cost Explorer, the service, grouped by usage type",
        ),
    )


def nat_volume(facts: Facts) -> Diagnosed:
    """What passes the NAT gateways, extrapolated to a month, against what the settings assume."""
    if facts.config.network.nat_type == "instance":
        return Normal("NAT instances process it at no charge")
    gib, assumed = Decimal(facts.nat_traffic.gib_a_month), _assumed_gib(facts)
    if gib <= assumed * _MUCH:
        return Normal(f"{gib:.0f} GB a month at last week's rate, {assumed.normalize():f} assumed")
    price = facts.price_of("nat_gateway.gb")
    cost = f", {gib * price:.2f} USD" if price is not None else ""
    return Cause(
        id="nat-traffic",
        title=f"{gib:.0f} GB a month pass the NAT gateways, where {assumed.normalize():f} are assumed",
        certainty=Certainty.LIKELY,
        evidence=(f"CloudWatch, AWS/NATGateway, last week: a month at this rate is {gib:.0f} GB{cost}",),
        fix=(*_keep_off_nat(facts), sentence(OwnCommand("logs --source flow --since 10m"), " shows where it goes")),
    )


def many_tasks(facts: Facts) -> Diagnosed:
    """How many tasks are wanted, against the fewest of the settings: every one costs the same."""
    service, settings, scaling = facts.service, facts.config.scaling, facts.scaling
    held = scaling.now.fewest > settings.min_tasks
    at_most = service.desired >= scaling.now.most > settings.min_tasks
    if not held and not at_most and service.desired < settings.min_tasks * _MUCH:
        return Normal(f"{service.desired} wanted, min_tasks={settings.min_tasks}")
    reset = (sentence(OwnCommand("scale --reset"), f" restores {settings.min_tasks} to {settings.max_tasks} tasks"),) if held else ()
    why = ("; the bounds were changed by hand" if held else "") + ("; more may not run" if at_most else "")
    return Cause(
        id="many-tasks",
        title=f"{service.desired} tasks run, and min_tasks is {settings.min_tasks}{why}",
        certainty=Certainty.CERTAIN if held else Certainty.LIKELY,
        evidence=(
            f"service: {service.desired} wanted, {service.running} running",
            f"Application Auto Scaling: {scaling.now.fewest} to {scaling.now.most} tasks",
            *(f"{each.at:%Y-%m-%d %H:%M} {each.description} {each.status}" for each in scaling.activities[:_SHOWN]),
        ),
        fix=(
            *reset,
            sentence(
                CdkDeploy("service", settings=("autoscaling_target_cpu=80",)),
                f": tasks are added later (now at {settings.autoscaling_target_cpu} % CPU, {settings.autoscaling_target_memory} % memory)",
            ),
            f"Or fewer at most: `-c max_tasks={max(settings.min_tasks, settings.max_tasks // 2)}`",
        ),
    )


def _assumed_gib(facts: Facts) -> Decimal:
    """What the cost estimate lets pass NAT in a month (cost/quantities/nat.py); endpoints take image layers and the log off it."""
    usage = facts.config.usage
    if facts.config.network.enable_vpc_endpoints:
        return usage.expected_nat_gib
    return usage.expected_nat_gib + usage.expected_image_pull_gib + usage.expected_log_gib


def _keep_off_nat(facts: Facts) -> tuple[Step, ...]:
    network = facts.config.network
    if network.enable_vpc_endpoints:
        return ("VPC endpoints exist already: the rest goes to exchanges and other outside APIs",)
    hourly, through_nat = facts.price_of("vpc_endpoint.interface_hour"), facts.price_of("nat_gateway.gb")
    zones = len(network.private_subnet_cidrs)
    deploy = CdkDeploy(settings=("enable_vpc_endpoints=true",))
    if hourly is None or through_nat is None:
        return (deploy,)
    telemetry = facts.config.telemetry
    endpoints = _INTERFACE_ENDPOINTS + len(endpoint_services(traces=telemetry.sends_traces, metrics=telemetry.sends_metrics))
    month = hourly * endpoints * zones * _HOURS
    return (
        deploy,
        (
            f"That costs {month:.2f} USD a month ({endpoints} interface endpoints in {zones} zones; the one of S3, which image "
            f"layers take, is free): it pays off from {month / through_nat:.0f} GB of images, logs and secrets a month"
        ),
    )


HIGH_COST = Symptom(
    SymptomName.HIGH_COST,
    (
        Check("spending by service (Cost Explorer)", growing_spend),
        Check("data through NAT (CloudWatch)", nat_volume),
        Check("number of tasks", many_tasks),
    ),
)
