"""How stacks refer to each other, and what a template must never hold."""

import json
import re

from tradingbot_infra.config.settings import load_config
from tradingbot_infra.templates import Assembly


def test_no_export_locks_a_stack(assembly: Assembly) -> None:
    for stack, template in assembly.templates.items():
        assert not [name for name, output in template.get("Outputs", {}).items() if "Export" in output], stack
    assert "Fn::ImportValue" not in json.dumps(assembly.templates)


def test_stacks_refer_to_outputs_of_stacks_before_them(assembly: Assembly, environment: str) -> None:
    order = list(assembly.templates)
    assert order == [place.id for place in load_config(environment).stacks]
    stack_of = {stack.deployed_name: name for name, stack in assembly.stacks.items()}
    for stack, template in assembly.templates.items():
        producers = set(re.findall(r'"Fn::GetStackOutput": \{"StackName": "([^"]+)"', json.dumps(template)))
        assert all(order.index(stack_of[name]) < order.index(stack) for name in producers), stack


def test_every_reference_leads_to_something(assembly: Assembly) -> None:
    text = json.dumps([resource.properties for resource in assembly.resources])
    names = {f"{resource.stack}.{resource.logical_id}" for resource in assembly.resources}
    names |= {f"{stack}.{parameter}" for stack, template in assembly.templates.items() for parameter in template.get("Parameters", {})}
    found = {".".join(reference.split(".")[:2]) for reference in re.findall(r"\$\{(\w+Stack\.[\w.]+)\}", text)}
    assert len(found) > 30
    assert found <= names


def test_no_template_has_a_dummy_zone(assembly: Assembly) -> None:
    assert "dummy1" not in json.dumps(assembly.templates)
    zones = {subnet.properties["AvailabilityZone"] for subnet in assembly.of_type("AWS::EC2::Subnet")}
    assert zones == {"ap-southeast-2a", "ap-southeast-2b"}


def test_no_template_holds_a_secret(assembly: Assembly) -> None:
    for secret in assembly.of_type("AWS::SecretsManager::Secret"):
        value = secret.body["Properties"].get("SecretString", {"Fn::Join": []})
        assert set(value) == {"Fn::Join"}, f"{secret.logical_id} has a literal"
        # The user may stand in an address: he is no secret, and drivers ask for him.
        assert not re.search(r"://[^/@]*:[^/@]*@|password", json.dumps(value)), f"{secret.logical_id} holds a password"
    assert "MasterUserPassword" not in json.dumps(assembly.templates).replace("ManageMasterUserPassword", "")


def test_an_auth_token_is_a_dynamic_reference(assembly: Assembly) -> None:
    for redis in assembly.of_type("AWS::ElastiCache::ReplicationGroup"):
        assert redis.properties["AuthToken"].startswith("{{resolve:secretsmanager:")


def test_nobody_is_asked_for_a_parameter_and_only_the_image_is_chosen_by_one(assembly: Assembly) -> None:
    parameters = [(stack, *each) for stack, template in assembly.templates.items() for each in template["Parameters"].items()]
    chosen = [(stack, name) for stack, name, body in parameters if not body["Type"].startswith("AWS::SSM::Parameter::Value")]
    assert chosen == [("ServiceStack", "ImageTag")]
    assert all("Default" in body for _, _, body in parameters)
