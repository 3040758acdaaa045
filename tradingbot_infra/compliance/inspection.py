"""The findings of all packs in one synthesis, compared with the ledger."""

from functools import cached_property
from pathlib import Path

from tradingbot_infra.compliance.evaluation import Evaluation, Finding, evaluate
from tradingbot_infra.compliance.exception import ActiveLedger, Stale
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Assembly


class Inspection:
    """Filled by the packs while the app synthesizes; complete afterwards.

    `public` has the findings of the public packs with each pack's description.
    """

    def __init__(self, ledger: ActiveLedger, config: EnvironmentConfig) -> None:
        self.ledger = ledger
        self.config = config
        self.public: dict[Finding, str] = {}
        self._directory: Path | None = None

    def read(self, directory: Path) -> Evaluation:
        """The judgements of the assembly in a directory; judged once, however many packs read it."""
        self._directory = directory
        return self.evaluation

    @property
    def directory(self) -> Path:
        """The directory of the judged assembly.

        Raises RuntimeError before the app is synthesized.
        """
        if self._directory is None:
            raise RuntimeError("nothing is judged before the app is synthesized")
        return self._directory

    @cached_property
    def assembly(self) -> Assembly:
        """What is judged."""
        return Assembly.read(self.directory, self.config)

    @cached_property
    def evaluation(self) -> Evaluation:
        """The judgements of the project's own rules."""
        return evaluate(self.assembly, RULES.values())

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
