"""Queries of CloudWatch Logs Insights over one log group. They change nothing; AWS bills each gigabyte that they read."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.failures import code_of
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_logs.type_defs import GetQueryResultsResponseTypeDef

MOST = 10_000
"""Rows that a query returns at most (CloudWatch Logs API, StartQuery, limit)."""

_TRIES, _BETWEEN = 60, 1.0
"""How often, and after how many seconds, a query is asked for its answer: one over an hour takes some seconds."""

_WAITING = ("Scheduled", "Running", "Unknown")
"""CloudWatch Logs API, GetQueryResults, status."""

_BUSY = "LimitExceededException"
"""Too many queries run in the account already (CloudWatch Logs User Guide, "CloudWatch Logs quotas")."""

Row = Mapping[str, str]
"""What a query returned, by the name of the field; a field without a value is missing."""


def run_query(
    session: Session, group: str, query: str, *, since: datetime, until: datetime, sleep: Callable[[float], None] = time.sleep
) -> tuple[Row, ...]:
    """The rows of a query over the lines of a time.

    Raises NotAnswered when the group does not exist, when too many queries run, and when it does not end well or in time.
    """
    try:
        started = session.logs.start_query(
            logGroupName=group, startTime=int(since.timestamp()), endTime=int(until.timestamp()), queryString=query
        )
    except session.logs.exceptions.ResourceNotFoundException:
        raise NotAnswered(
            f"{group}: there is no such log group in {session.region}; nothing has written it, or nothing is deployed"
        ) from None
    except session.logs.exceptions.ClientError as error:
        if code_of(error) != _BUSY:
            raise
        raise NotAnswered(f"{group}: too many queries of Logs Insights run in this account now; try again in a minute") from None
    found = _answer(session, started["queryId"], sleep)
    if found["status"] != "Complete":
        raise NotAnswered(f"{group}: Logs Insights did not answer a query; its status is {found['status']}; try again")
    return tuple({each["field"]: each["value"] for each in row} for row in found["results"])


def _answer(session: Session, query: str, sleep: Callable[[float], None]) -> "GetQueryResultsResponseTypeDef":
    found = session.logs.get_query_results(queryId=query)
    for _ in range(_TRIES):
        if found["status"] not in _WAITING:
            break
        sleep(_BETWEEN)
        found = session.logs.get_query_results(queryId=query)
    return found
