"""A log group that is declared, encrypted and expires. Groups that a service makes by itself are none of these."""

from types import MappingProxyType

from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.config.model import RetentionConfig
from tradingbot_infra.constructs.stateful import keep_or_destroy, pin

RETENTION = MappingProxyType(
    {
        1: logs.RetentionDays.ONE_DAY,
        3: logs.RetentionDays.THREE_DAYS,
        5: logs.RetentionDays.FIVE_DAYS,
        7: logs.RetentionDays.ONE_WEEK,
        14: logs.RetentionDays.TWO_WEEKS,
        30: logs.RetentionDays.ONE_MONTH,
        60: logs.RetentionDays.TWO_MONTHS,
        90: logs.RetentionDays.THREE_MONTHS,
        120: logs.RetentionDays.FOUR_MONTHS,
        150: logs.RetentionDays.FIVE_MONTHS,
        180: logs.RetentionDays.SIX_MONTHS,
        365: logs.RetentionDays.ONE_YEAR,
        400: logs.RetentionDays.THIRTEEN_MONTHS,
        545: logs.RetentionDays.EIGHTEEN_MONTHS,
        731: logs.RetentionDays.TWO_YEARS,
        1096: logs.RetentionDays.THREE_YEARS,
        1827: logs.RetentionDays.FIVE_YEARS,
        2192: logs.RetentionDays.SIX_YEARS,
        2557: logs.RetentionDays.SEVEN_YEARS,
        2922: logs.RetentionDays.EIGHT_YEARS,
        3288: logs.RetentionDays.NINE_YEARS,
        3653: logs.RetentionDays.TEN_YEARS,
    }
)
"""The CDK's name for each period, in days."""


class LogGroup(logs.LogGroup):
    """A log group under a customer managed key, with the environment's retention."""

    def __init__(self, scope: Construct, logical_id: str, *, name: str, key: kms.IKey, retention: RetentionConfig) -> None:
        super().__init__(
            scope,
            logical_id,
            log_group_name=name,
            encryption_key=key,
            retention=RETENTION[retention.log_retention_days],
            removal_policy=keep_or_destroy(retention),
        )
        pin(self, logical_id)
