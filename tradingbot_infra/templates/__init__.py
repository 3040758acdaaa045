"""Synthesized templates as plain data, with references between resources and stacks resolved to names.

Needs no CDK. The lock, compliance, cost and tests read templates through this package.
"""

from tradingbot_infra.templates.assembly import EVERY_TYPE, Assembly, Template
from tradingbot_infra.templates.stack import STACK_TYPE, Bootstrap, Publication, Resource, Stack

__all__ = ["EVERY_TYPE", "STACK_TYPE", "Assembly", "Bootstrap", "Publication", "Resource", "Stack", "Template"]
