"""Notes: no failure, but worth knowing."""

from collections.abc import Iterator

from tradingbot_infra.config.support import ending
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.failures import results
from tradingbot_infra.operations.live.service import Service


def notes(facts: Facts) -> Iterator[str]:
    """Versions that near their end, fewer tasks than the settings choose, an image that nobody can name."""
    yield from (str(end) for end in ending(facts.config, facts.now.date()))
    # The checklist reports what cannot be read.
    for service in results(lambda: (facts.service,), otherwise=lambda _: None):
        if service:
            yield from of_service(service, facts.config.scaling.min_tasks)


def of_service(service: Service, min_tasks: int) -> Iterator[str]:
    """What is worth knowing of a service."""
    if service.desired < min_tasks:
        yield f"{service.name}: wanted tasks: {service.desired}, min_tasks={min_tasks}"
    name = service.task_definition.image.rpartition("/")[2]
    if (":" not in name and "@" not in name) or name.endswith(":latest"):
        yield f"{name}: may name another image tomorrow; image_tag takes any tag except latest"
