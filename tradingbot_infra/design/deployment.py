"""How a deployment moves traffic between the two target groups of the API, what tests it, and which alarms undo it."""

from collections.abc import Mapping
from types import MappingProxyType

ECS_STRATEGY: Mapping[str, str] = MappingProxyType({"blue-green": "BLUE_GREEN", "canary": "CANARY", "linear": "LINEAR"})
"""ECS's own names of the strategies that shift traffic (ECS API Reference, "DeploymentConfiguration")."""

TEST_HEADER = ("x-tradingbot-test", "green")
"""Requests with this header reach the new version before others do. No secret: whoever sends it sees what everybody will see."""

TEST_PRIORITY, PRODUCTION_PRIORITY = 1, 2
"""Of the two listener rules: the test rule matches first."""

EVERY_PATH = "/*"

BLUE_WEIGHT, GREEN_WEIGHT = 100, 0
"""The weights with which both rules are created. From the first deployment on they are ECS's: this text must never change."""

UNAVAILABLE = "503"
"""What the listener answers by itself. Both rules match every path, so nobody sees it while they exist."""

HOOK_STAGE = "POST_TEST_TRAFFIC_SHIFT"
"""All test traffic goes to the new version, and no production traffic does."""

ROLLBACK_ALARMS = ("alb-5xx", "alb-response-time", "alb-unhealthy-targets", "alb-unhealthy-targets-green", "application-errors")
"""The alarms about the service itself, by the last part of their names."""
