"""The document's lists, whole and in its order."""

from tradingbot_infra.operations.verification.checklists import AFTER_DEPLOYMENT, CHECKLISTS, SECURITY


def test_the_list_of_the_deployment_has_the_documents_items_in_its_order_and_what_was_added() -> None:
    assert [item.id for item in AFTER_DEPLOYMENT.items] == [
        "stacks-complete",
        "tasks-running",
        "targets-healthy",
        "database-available",
        "redis-available",
        "dashboard-there",
        "alarms-set",
        "alarms-heard",
        "endpoint-answers",
        "egress-as-published",
        "telemetry-as-set",
        "image-in-repository",
    ]


def test_the_list_of_security_has_the_documents_eight_items_in_its_order() -> None:
    assert [item.id for item in SECURITY.items] == [
        "secrets-in-secrets-manager",
        "security-groups-least-privilege",
        "flow-log-active",
        "storage-encrypted",
        "image-scan-on",
        "no-secrets-in-git",
        "roles-minimised",
        "https-set",
    ]


def test_every_item_looks_at_something() -> None:
    assert all(item.looks for checklist in CHECKLISTS for item in checklist.items)
