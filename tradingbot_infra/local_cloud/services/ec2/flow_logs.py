"""Flow logs of VPCs, which show what load balancers and targets send each other: the only traffic that the local cloud sees.

Sources: VPC User Guide, "Flow log records", "Publish flow logs to CloudWatch Logs"; EC2 API Reference, CreateFlowLogs, FlowLog.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud import background, clock
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.load_balancing.flows import Flow, Traffic, counted
from tradingbot_infra.local_cloud.ministack import scopes
from tradingbot_infra.local_cloud.services.operation import Call

_DEFAULT_INTERVAL_SECONDS = 600
_DELIVERY_SECONDS = 300.0
"""How long after a capture window its records arrive: "typically about 5 minutes"."""
_ACCESS_ERROR = {"DeliverLogsStatus": "FAILED", "DeliverLogsErrorMessage": "Access error"}
_ACTIONS = ["logs:CreateLogStream", "logs:PutLogEvents"]
_TCP = 6

_Record = dict[str, Any]

_given: dict[str, _Record] = scopes.by_account_and_region()
"""What ministack does not keep of a flow log."""
_deliveries: dict[str, _Record] = scopes.by_account_and_region()


async def create(call: Call) -> _Record:
    """CreateFlowLogs, which begins to count."""
    answer = await call.as_asked()
    names = ("DeliverLogsPermissionArn", "LogFormat", "LogGroupName")
    kept = {name: call.parameters[name] for name in names if name in call.parameters}
    interval = call.parameters.get("MaxAggregationInterval", _DEFAULT_INTERVAL_SECONDS)
    for flow_log_id in answer["FlowLogIds"]:
        _given[flow_log_id] = {**kept, "MaxAggregationInterval": interval, "ResourceType": call.parameters["ResourceType"]}
        background.spawn(_keep_delivering(flow_log_id, background.from_here(call.ask)))
    return answer


async def describe(call: Call) -> _Record:
    """DescribeFlowLogs, with how delivery went."""
    answer = await call.as_asked()
    for flow_log in answer["FlowLogs"]:
        kept = {name: value for name, value in _given.get(flow_log["FlowLogId"], {}).items() if name != "ResourceType"}
        flow_log.update({**kept, **_deliveries.get(flow_log["FlowLogId"], {})})
    return answer


async def _keep_delivering(flow_log_id: str, ask: Ask) -> None:
    with counted() as window:
        while found := (await ask("ec2", "DescribeFlowLogs", FlowLogIds=[flow_log_id]))["FlowLogs"]:
            await clock.sleep(float(found[0]["MaxAggregationInterval"]))
            taken, ours = window.taken(), await _balancers(found[0]["ResourceId"], ask)
            flows = {flow: traffic for flow, traffic in taken.items() if {flow.source, flow.destination} & ours}
            if flows and _is_written(found[0]):
                background.keep(_deliver(found[0], flows, ask))


def _is_written(flow_log: Mapping[str, Any]) -> bool:
    """Other resources, destinations and formats get no records, and nothing here is rejected."""
    watched = _given[flow_log["FlowLogId"]]["ResourceType"], flow_log["LogDestinationType"]
    return watched == ("VPC", "cloud-watch-logs") and "LogFormat" not in flow_log and flow_log["TrafficType"] != "REJECT"


async def _balancers(vpc: str, ask: Ask) -> set[str]:
    """The addresses of a VPC's load balancers."""
    every = (await ask("elbv2", "DescribeLoadBalancers"))["LoadBalancers"]
    return {one["DNSName"].partition(":")[0] for one in every if one.get("VpcId") == vpc}


async def _deliver(flow_log: Mapping[str, Any], flows: Mapping[Flow, Traffic], ask: Ask) -> None:
    await clock.sleep(_DELIVERY_SECONDS)
    group = _group(flow_log)
    streams: dict[str, list[_Record]] = {}
    for flow, traffic in sorted(flows.items(), key=lambda one: one[1].start):
        for address in (flow.source, flow.destination):
            interface = _interface(flow_log["ResourceId"], address)
            event = {"timestamp": int(traffic.start) * 1000, "message": _record(interface, flow, traffic)}
            streams.setdefault(f"{interface}-{flow_log['TrafficType'].lower()}", []).append(event)
    try:
        await _require_rights(flow_log, group, ask)
        for stream, events in streams.items():
            await _put(group, stream, events, ask)
    except LocalApiError:
        _deliveries[flow_log["FlowLogId"]] = _ACCESS_ERROR
    else:
        _deliveries[flow_log["FlowLogId"]] = {"DeliverLogsStatus": "SUCCESS"}


async def _require_rights(flow_log: Mapping[str, Any], group: str, ask: Ask) -> None:
    role = flow_log.get("DeliverLogsPermissionArn")
    if role:
        arn = scopes.arn("logs", f"log-group:{group}:log-stream:any")
        asked = {"PolicySourceArn": role, "ActionNames": _ACTIONS, "ResourceArns": [arn]}
        answer = await ask("iam", "SimulatePrincipalPolicy", **asked)
        if any(each["EvalDecision"] != "allowed" for each in answer["EvaluationResults"]):
            raise LocalApiError("AccessDeniedException", f"{role} may not write to {group}")


async def _put(group: str, stream: str, events: list[_Record], ask: Ask) -> None:
    try:
        await ask("logs", "CreateLogStream", logGroupName=group, logStreamName=stream)
    except LocalApiError as error:
        if error.code != "ResourceAlreadyExistsException":
            raise
    await ask("logs", "PutLogEvents", logGroupName=group, logStreamName=stream, logEvents=events)


def _record(interface: str, flow: Flow, traffic: Traffic) -> str:
    """One record in the default format; `-` stands for what is not known."""
    account, _ = scopes.current()
    ends = f"{flow.source} {flow.destination} {flow.source_port} {flow.destination_port}"
    numbers = f"{traffic.packets or '-'} {traffic.bytes or '-'} {int(traffic.start)} {int(traffic.end)}"
    return f"2 {account} {interface} {ends} {_TCP} {numbers} ACCEPT OK"


def _interface(vpc: str, address: str) -> str:
    """The id of a network interface, which nothing else in the local cloud has."""
    return f"eni-{hashlib.sha256(f'{vpc} {address}'.encode()).hexdigest()[:17]}"


def _group(flow_log: Mapping[str, Any]) -> str:
    """The name of the log group, also where its ARN is given."""
    destination = str(flow_log["LogDestination"])
    return destination.split(":")[6] if destination.startswith("arn:") else destination


OPERATIONS = {"CreateFlowLogs": create, "DescribeFlowLogs": describe}
