"""GuardDuty: the detector of a region and its features, and findings, of which only samples exist: nothing is watched."""

from collections.abc import Mapping

from tradingbot_infra.local_cloud.services.guardduty import detectors, findings
from tradingbot_infra.local_cloud.services.operation import Operation

OPERATIONS: Mapping[str, Operation] = {
    "ArchiveFindings": findings.archive,
    "CreateDetector": detectors.create,
    "CreateSampleFindings": findings.create_samples,
    "DeleteDetector": detectors.delete,
    "GetDetector": detectors.get,
    "GetFindings": findings.get,
    "ListDetectors": detectors.list_all,
    "ListFindings": findings.list_all,
    "UpdateDetector": detectors.update,
}
"""API name -> the function that answers it."""
