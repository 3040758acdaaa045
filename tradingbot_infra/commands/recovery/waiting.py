"""How the commands wait for RDS: a line for each new status."""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.console import print_warning, stderr

if TYPE_CHECKING:
    from tradingbot_infra.operations.recovery.beside import Copy

_POLL_SECONDS = 10.0
_LOCAL_POLL_SECONDS = 0.2


def watched(account: Account, looks: "Callable[[Callable[[], None]], Iterator[Copy]]", *, on_interrupt: str) -> None:
    """Looks until there is nothing to wait for. Ctrl-C ends the waiting only, and says so."""
    seconds = _LOCAL_POLL_SECONDS if account.session.local else _POLL_SECONDS
    begun, last = time.monotonic(), ""
    try:
        for copy in looks(lambda: time.sleep(seconds)):
            if copy.status != last:
                stderr.print(f"    {int(time.monotonic() - begun):>4} s  {copy.identifier} is {copy.status}", markup=False)
            last = copy.status
    except KeyboardInterrupt:
        print_warning(on_interrupt)
        raise
