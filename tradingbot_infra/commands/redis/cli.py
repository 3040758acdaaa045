"""`redis cli`: one command of Redis."""

from typing import Annotated

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Confirm, approve_loss
from tradingbot_infra.commands.console import print_step
from tradingbot_infra.commands.one_off import Timeout, end, run_client


@account_command
def cli(
    account: Account,
    command: Annotated[list[str] | None, typer.Argument(help='Command of Redis, such as "INFO memory".')] = None,
    confirm: Confirm = None,
    timeout: Timeout = "10m",
) -> None:
    """Run one command in redis-cli and print its answer.

    It starts a task with redis-cli, which takes about half a minute on Fargate. FLUSHALL and FLUSHDB ask for the environment's name
    first. An answer that is an error ends with exit code 1.
    """
    from tradingbot_infra.operations.live.logs import period
    from tradingbot_infra.operations.one_off.cache import REDIS_CLI, loses_data, redis_cli
    from tradingbot_infra.operations.one_off.documents import task
    from tradingbot_infra.operations.one_off.place import read_place
    from tradingbot_infra.operations.one_off.words import split_words

    wanted, allowed = split_words(command or [], example='"INFO memory"'), period(timeout)
    place = read_place(account.session, account.config.names)
    container, words = redis_cli(place)
    environment = account.config.environment
    if loses_data(wanted):
        approve_loss(f"{wanted[0].upper()} deletes every key in the Redis of {environment}", environment, confirmed=confirm)
    print_step(f"redis-cli in a task, at the Redis of {environment}")
    document = task(account.config.names, place, container)
    end(run_client(account, place, document, REDIS_CLI, [*words, *wanted], allowed), what="redis-cli")
