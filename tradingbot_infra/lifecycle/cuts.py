"""What stacks lose when another stack changes: resources that they use, policies on these, and open ports."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from tradingbot_infra.lifecycle.claims import claims_of
from tradingbot_infra.lifecycle.finding import Finding, Kind
from tradingbot_infra.lifecycle.grants import Grant, grants_of, missing, ports_of
from tradingbot_infra.lifecycle.physical import Physical, names_in, texts_in
from tradingbot_infra.lifecycle.world import World

_ATTACHED = MappingProxyType(
    {"AWS::S3::BucketPolicy": "Bucket", "AWS::SNS::TopicPolicy": "Topics", "AWS::SecretsManager::ResourcePolicy": "SecretId"}
)
"""Types that give access to the resource in the property, to whoever uses that."""
_NODE = re.compile(r"-\d{3}$")


def cuts(before: World, after: World, stack: str) -> Iterator[Finding]:
    """What other stacks lose by the deployment of one."""
    existing = {physical.name for physical in after.existing}
    gone = [physical for physical in before.of_stack(stack) if physical.name not in existing]
    for consumer in (name for name in after.templates if name != stack):
        used = uses_of(after, consumer)
        words = frozenset(word for physical in after.by_stack[consumer] for word in _words(physical))
        yield from (_cut(physical, consumer, "still uses it") for physical in gone if _is_used(physical, used, words))
        yield from _closed(before, after, stack, consumer)
        yield from (_cut_off(route, consumer) for route in gone if _is_way_out(before, after, route) & used)


def uses_of(world: World, stack: str) -> frozenset[str]:
    """The names of every resource that a stack refers to."""
    return frozenset().union(*(physical.uses for physical in world.by_stack[stack]))


def new_ports(before: World, after: World, stack: str) -> frozenset[int]:
    """The ports that a stack needs since its deployment."""
    return _ports(after, stack) - _ports(before, stack)


def not_yet_open(after: World, stack: str, ports: frozenset[int], target: Mapping[str, World]) -> Iterator[Finding]:
    """Which of the ports that a stack needs other stacks open only with their own deployment, whose outcome is `target`."""
    for producer, world in target.items():
        for grant, port in missing(_reaching(world, producer, stack, after), _grants(after, producer), ports):
            yield _early(after, stack, producer, grant, port)
            break


def _is_used(physical: Physical, used: frozenset[str], words: frozenset[str]) -> bool:
    attached = _ATTACHED.get(physical.resource.type)
    targets = frozenset(names_in(physical.resource.properties.get(attached))) if attached else frozenset()
    return bool(used & {physical.name, *targets}) or bool(words & _fixed_names(physical))


def _is_way_out(before: World, after: World, route: Physical) -> frozenset[str]:
    """The subnets that a route that is gone led out of, if no other does."""
    if route.resource.type != "AWS::EC2::Route" or any(claims_of(route) & claims_of(other) for other in after.existing):
        return frozenset()
    tables = frozenset(names_in(route.resource.properties["RouteTableId"]))
    associations = [one for one in before.of_stack(route.place[0]) if one.resource.type == "AWS::EC2::SubnetRouteTableAssociation"]
    return frozenset().union(*(one.uses - tables for one in associations if one.uses & tables))


def _fixed_names(physical: Physical) -> frozenset[str]:
    """A name that others can write as a text, such as that of a replication group in an alarm."""
    keys = [claim.key for claim in claims_of(physical)]
    return frozenset(key[0] for key in keys if len(key) == 1 and "${" not in key[0])


def _words(physical: Physical) -> Iterator[str]:
    """The texts in the properties of a resource, and as ElastiCache names the nodes of a replication group, without `-001`."""
    for text in texts_in(physical.resource.properties):
        yield text
        yield _NODE.sub("", text)


def _closed(before: World, after: World, stack: str, consumer: str) -> Iterator[Finding]:
    wanted = _reaching(before, stack, consumer, after)
    shut: dict[int, list[Grant]] = {}
    for grant, port in missing(wanted, _grants(after, stack), _ports(after, consumer)):
        shut.setdefault(port, []).append(grant)
    for port, grants in shut.items():
        rules = len({grant.by.name for grant in grants})
        yield _cut(grants[0].by, consumer, f"still uses port {port}, which it opens with {rules - 1} others")


def _reaching(world: World, producer: str, consumer: str, users: World) -> list[Grant]:
    """What a producer lets through to or from what a consumer uses: its groups, and the ACLs of its subnets."""
    used = uses_of(users, consumer)
    subjects = used | {acl for acl, subnets in _subnets_of_acls(world, producer).items() if subnets & used}
    return [grant for grant in _grants(world, producer) if grant.subject in subjects]


def _grants(world: World, stack: str) -> list[Grant]:
    return [grant for physical in world.by_stack.get(stack, ()) for grant in grants_of(physical)]


def _subnets_of_acls(world: World, stack: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for physical in world.by_stack.get(stack, ()):
        if physical.resource.type == "AWS::EC2::SubnetNetworkAclAssociation":
            for acl in names_in(physical.resource.properties["NetworkAclId"]):
                found[acl] = found.get(acl, frozenset()).union(names_in(physical.resource.properties["SubnetId"]))
    return found


def _ports(world: World, stack: str) -> frozenset[int]:
    """The ports on which a stack's resources, and those that it uses, listen."""
    used = uses_of(world, stack) if stack in world.by_stack else frozenset()
    known = {physical.name: physical for physical in world.existing}
    near = [*world.by_stack.get(stack, ()), *(known[name] for name in used if name in known)]
    return frozenset(port for physical in near for port in ports_of(physical))


def _cut(physical: Physical, consumer: str, how: str) -> Finding:
    resource = physical.resource
    why = f"{resource.stack} takes it away while {consumer} {how}"
    return Finding(Kind.CUT, resource.stack, resource.logical_id, resource.path, why, f"Deploy {consumer} first", of_order=True)


def _cut_off(route: Physical, consumer: str) -> Finding:
    resource = route.resource
    why = f"the way out of a subnet that {consumer} uses goes, and no other takes its place"
    return Finding(Kind.CUT, resource.stack, resource.logical_id, resource.path, why, "Go on only if nothing needs it meanwhile")


def _early(world: World, stack: str, producer: str, grant: Grant, port: int) -> Finding:
    listening = next((one for one in world.by_stack[stack] if port in ports_of(one)), world.by_stack[stack][0]).resource
    why = f"it needs port {port}, which {producer} opens only with {grant.by.name}"
    return Finding(Kind.CUT, stack, listening.logical_id, listening.path, why, f"Deploy {producer} first", of_order=True)
