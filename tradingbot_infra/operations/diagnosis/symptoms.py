"""The four symptoms of the document's troubleshooting chapter, in its order, and others beside them."""

from collections.abc import Mapping
from types import MappingProxyType

from tradingbot_infra.operations.diagnosis.account_silent import ACCOUNT_SILENT
from tradingbot_infra.operations.diagnosis.alb_503 import ALB_503
from tradingbot_infra.operations.diagnosis.api_403 import API_403
from tradingbot_infra.operations.diagnosis.api_502 import API_502
from tradingbot_infra.operations.diagnosis.cannot_stop import CANNOT_STOP
from tradingbot_infra.operations.diagnosis.database import DATABASE
from tradingbot_infra.operations.diagnosis.exchange_unreachable import EXCHANGE_UNREACHABLE
from tradingbot_infra.operations.diagnosis.finding import SymptomName
from tradingbot_infra.operations.diagnosis.high_cost import HIGH_COST
from tradingbot_infra.operations.diagnosis.slow import SLOW
from tradingbot_infra.operations.diagnosis.slow_start import SLOW_START
from tradingbot_infra.operations.diagnosis.strategy_silent import STRATEGY_SILENT
from tradingbot_infra.operations.diagnosis.tasks_pending import TASKS_PENDING
from tradingbot_infra.operations.diagnosis.tree import Symptom

SYMPTOMS: Mapping[SymptomName, Symptom] = MappingProxyType(
    {
        each.name: each
        for each in (
            TASKS_PENDING,
            SLOW_START,
            CANNOT_STOP,
            API_502,
            ALB_503,
            API_403,
            DATABASE,
            EXCHANGE_UNREACHABLE,
            HIGH_COST,
            ACCOUNT_SILENT,
            STRATEGY_SILENT,
            SLOW,
        )
    }
)
