"""The findings of all packs in one synthesis, compared with the ledger."""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

from tradingbot_infra.compliance.evaluation import Evaluation, Finding, evaluate
from tradingbot_infra.compliance.exception import ActiveLedger, Stale
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Assembly


class Inspection:
    """Filled by the packs while the app synthesizes; complete afterwards.

    `directory` gets the assembly that is judged. `public` has the findings of the public packs with each pack's description.
    """

    def __init__(self, ledger: ActiveLedger, config: EnvironmentConfig, directory: Path) -> None:
        self.ledger = ledger
        self.config = config
        self.directory = directory
        self.public: dict[Finding, str] = {}
        self._judging: Future[tuple[Assembly, Evaluation]] | None = None

    def start(self) -> None:
        """Begins to judge in a thread, once: the project's own rules read plain data, while Node.js runs the public packs."""
        if self._judging is None:
            with_one_thread = ThreadPoolExecutor(max_workers=1)
            self._judging = with_one_thread.submit(self._judge)
            with_one_thread.shutdown(wait=False)

    @property
    def assembly(self) -> Assembly:
        """What is judged.

        Raises RuntimeError before the app is synthesized.
        """
        return self._judged[0]

    @property
    def evaluation(self) -> Evaluation:
        """The judgements of the project's own rules.

        Raises RuntimeError before the app is synthesized.
        """
        return self._judged[1]

    @property
    def findings(self) -> frozenset[Finding]:
        """Everything that fails or is not assessed at a resource, accepted or not."""
        return self.evaluation.findings | self.public.keys()

    @property
    def missing(self) -> list[Finding]:
        """What fails and is not in the ledger."""
        return list(self.ledger.missing(self.findings))

    @property
    def stale(self) -> list[Stale]:
        """What is in the ledger and does not fail, or fails elsewhere."""
        return list(self.ledger.stale(self.findings))

    @property
    def fails(self) -> bool:
        """Whether the synthesis fails."""
        return bool(self.missing or self.stale)

    @cached_property
    def _judged(self) -> tuple[Assembly, Evaluation]:
        if self._judging is None:
            raise RuntimeError("nothing is judged before the app is synthesized")
        return self._judging.result()

    def _judge(self) -> tuple[Assembly, Evaluation]:
        assembly = Assembly.read(self.directory, self.config)
        return assembly, evaluate(assembly, RULES.values())
