"""A stack, and a resource, as the cloud assembly describes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STACK_TYPE = "AWS::CloudFormation::Stack"
"""Type of a stack listed as a resource; its place, termination protection and tags are its properties."""


@dataclass(frozen=True)
class Resource:
    """One resource of one stack. `properties` has references resolved to names such as `${DataStack.Postgres.Endpoint.Address}`.

    `path` is the construct's path in the CDK application, such as `DataStack/Database/Resource`. `cdk_class` is the class that
    declared it, such as `rds.CfnDBInstance`; empty for a bare CfnResource, None where the templates alone were read.
    """

    stack: str
    logical_id: str
    type: str
    path: str
    properties: Mapping[str, Any]
    body: Mapping[str, Any]
    cdk_class: str | None = None


@dataclass(frozen=True)
class Bootstrap:
    """What a deployment finds in a region that `cdk bootstrap` prepared: at least this version, in this Systems Manager parameter."""

    version: int
    parameter: str

    @property
    def qualifier(self) -> str:
        """What is in the names of its resources: `hnb659fds`, unless the app chooses another."""
        return self.parameter.split("/")[2]


@dataclass(frozen=True)
class Publication:
    """How a stack is deployed: the roles that do it, and the buckets that get its template and files.

    `images` are the Docker images that a deployment would build.
    """

    roles: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stack:
    """The cloud assembly's data on one stack, without its template. `paths` maps logical ids to construct paths.

    `account` is the number of its account; None where the account is known only when it is deployed.
    """

    deployed_name: str
    template_file: str
    region: str
    termination_protection: bool
    tags: Mapping[str, str]
    paths: Mapping[str, str]
    bootstrap: Bootstrap | None = None
    account: str | None = None
    publication: Publication | None = None

    def as_resource(self, name: str) -> Resource:
        """The stack as a resource, for rules that check stacks."""
        properties = {
            "StackName": self.deployed_name,
            "Account": self.account,
            "Region": self.region,
            "EnableTerminationProtection": self.termination_protection,
            "Tags": self.tags,
        }
        return Resource(name, name, STACK_TYPE, name, properties, {})
