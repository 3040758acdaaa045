"""The health check of the load balancer and of ECS."""

from fastapi import APIRouter

router = APIRouter(tags=["health"])


@router.get("/health")
async def health() -> dict[str, str]:
    """200 while the server serves.

    It does not ask the database: during a failover of RDS every task would fail at once and be replaced, with its orders open.
    """
    return {"status": "ok"}
