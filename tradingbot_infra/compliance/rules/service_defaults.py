"""One rule over every type: what AWS would choose with a consequence is chosen in the template (compliance/defaults)."""

from collections.abc import Iterator

from tradingbot_infra.compliance.defaults import Default, must_be_set
from tradingbot_infra.compliance.observe import is_function
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.tristate import TriState, all_of, decided
from tradingbot_infra.templates import Assembly, Resource


@rule(
    "cfn.defaults",
    *must_be_set(),
    title="Nothing with a consequence for security, money or availability is left to a default of AWS",
    fix="Set the property, or accept AWS's default with its reason in compliance/defaults/table.json.",
)
def service_defaults(resource: Resource, _: Assembly) -> Iterator[Observation]:
    for row in must_be_set()[resource.type]:
        values = row.values(resource.properties)
        if values:
            yield _observation(row, values)


def _observation(row: Default, values: list[object]) -> Observation:
    is_set = all_of(_is_set(value) for value in values)
    observed = values[0] if len(values) == 1 else values
    return decided(f"Properties.{row.path}", observed, is_set, f"a value, because AWS's default is: {row.unset}")


def _is_set(value: object) -> TriState:
    return None if is_function(value) else value not in (None, "${AWS::NoValue}")
