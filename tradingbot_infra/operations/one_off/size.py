"""CPU and memory of a one-off task, in the sizes that Fargate offers."""

from tradingbot_infra.config.errors import listed
from tradingbot_infra.config.sections.task import FARGATE_MEMORY_MIB
from tradingbot_infra.errors import UserError


def size(cpu: int | None, memory: int | None, *, own: tuple[int, int]) -> dict[str, str]:
    """Overrides of a task's CPU units and memory in MiB; `own` are those of its task definition, which hold for what is not given.

    Raises UserError for a size that Fargate does not offer.
    """
    if cpu is None and memory is None:
        return {}
    wanted = cpu or own[0], memory or own[1]
    if (offered := FARGATE_MEMORY_MIB.get(wanted[0])) is None:
        raise UserError(f"--cpu {wanted[0]}: Fargate has no such size; allowed: {listed(FARGATE_MEMORY_MIB)}")
    if wanted[1] not in offered:
        raise UserError(f"--memory {wanted[1]}: Fargate does not offer it with {wanted[0]} CPU units; allowed: {listed(offered)}")
    return {"cpu": str(wanted[0]), "memory": str(wanted[1])}


def check(cpu: int | None, memory: int | None) -> None:
    """Raises UserError for what no task definition could make right, before anything is asked of AWS."""
    if cpu is not None:
        size(cpu, memory or FARGATE_MEMORY_MIB.get(cpu, (0,))[0], own=(0, 0))
    elif memory is not None and not any(memory in offered for offered in FARGATE_MEMORY_MIB.values()):
        raise UserError(f"--memory {memory}: Fargate offers it with no size; allowed: {listed(sorted(FARGATE_MEMORY_MIB[256]))}, and more")
