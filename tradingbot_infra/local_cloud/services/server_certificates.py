"""Server certificates of IAM, of which the local cloud has none: nobody can upload one."""

from typing import Any

from tradingbot_infra.local_cloud.services.operation import Call


async def none(_call: Call) -> dict[str, Any]:
    """ListServerCertificates."""
    return {"ServerCertificateMetadataList": [], "IsTruncated": False}
