"""AWS Config: what ministack lets pass and AWS refuses, and the deletions that it does not have. Nothing is recorded or evaluated.

Sources of words: messages that people report, in the issues that the modules name, and the API Reference.
"""

from collections.abc import Mapping

from tradingbot_infra.local_cloud.services.aws_config import channels, recorders, rules
from tradingbot_infra.local_cloud.services.operation import Operation

OPERATIONS: Mapping[str, Operation] = {
    "DeleteConfigurationRecorder": recorders.delete,
    "DeleteDeliveryChannel": channels.delete,
    "PutConfigRule": rules.put,
    "PutConfigurationRecorder": recorders.put,
    "PutDeliveryChannel": channels.put,
    "StartConfigurationRecorder": recorders.start,
}
"""API name -> the function that answers it."""
