"""Ports that open and close."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tests.local_cloud.load_balancing.backends import answering
from tests.local_cloud.load_balancing.balancers import PATIENCE, Balancer, answers, eventually
from tradingbot_infra.local_cloud import addresses
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.load_balancing import listeners

pytestmark = pytest.mark.local_cloud

FIXED = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "MessageBody": "fixed"}}


@pytest.mark.parametrize(("port", "served"), [(80, 8080), (443, 8443), (1023, 9023), (1024, 1024), (8080, 8080)])
def test_only_ports_that_belong_to_root_are_served_elsewhere(port: int, served: int) -> None:
    assert listeners.served_port(port) == served


def test_every_load_balancer_has_its_own_address_and_a_deleted_one_frees_it(balancer: Balancer) -> None:
    other = Balancer()
    assert other.address != balancer.address
    call("elbv2", "DeleteLoadBalancer", LoadBalancerArn=other.arn)
    eventually(lambda: not answers(other.address))
    eventually(lambda: other.arn not in listeners._addresses)  # noqa: SLF001
    assert Balancer().address == other.address


def test_of_listeners_on_80_and_8080_the_first_is_served(balancer: Balancer) -> None:
    balancer.listen(8080, FIXED)
    assert balancer.get()[0] == 503
    call("elbv2", "DeleteListener", ListenerArn=balancer.listener)
    eventually(lambda: balancer.get() == (200, "fixed"))


def test_a_port_that_another_program_has_is_opened_when_it_is_free(balancer: Balancer) -> None:
    host = balancer.address.partition(":")[0]
    with closing(socket.create_server((host, 0))) as other:
        port = other.getsockname()[1]
        balancer.listen(port, FIXED)  # the other program accepts the connection
    eventually(lambda: answers(f"{host}:{port}"))


def test_a_listener_that_moves_answers_on_the_new_port_only(balancer: Balancer) -> None:
    call("elbv2", "ModifyListener", ListenerArn=balancer.listener, Port=81)
    host = balancer.address.partition(":")[0]
    eventually(lambda: answers(f"{host}:8081") and not answers(balancer.address))


def test_a_second_listener_on_a_port_of_one_load_balancer_is_refused(balancer: Balancer) -> None:
    with pytest.raises(LocalApiError, match="DuplicateListener: A listener already exists on this port for this load balancer 'arn:"):
        call("elbv2", "CreateListener", LoadBalancerArn=balancer.arn, Protocol="HTTP", Port=80, DefaultActions=[FIXED])
    assert Balancer().address != balancer.address, "another load balancer has ports of its own"


def test_a_listener_cannot_move_to_a_port_that_another_has_and_may_stay_on_its_own(balancer: Balancer) -> None:
    other = balancer.listen(81, FIXED)
    with pytest.raises(LocalApiError, match="ValidationError: Listener port '80' is already in use"):
        call("elbv2", "ModifyListener", ListenerArn=other, Port=80)
    call("elbv2", "ModifyListener", ListenerArn=other, Port=81, DefaultActions=[FIXED])
    call("elbv2", "DeleteListener", ListenerArn=balancer.listener)
    call("elbv2", "ModifyListener", ListenerArn=other, Port=80)


def test_a_request_that_is_open_when_its_listener_goes_is_answered(balancer: Balancer) -> None:
    with answering("late", waits=True) as backend, ThreadPoolExecutor(1) as pool:
        balancer.register(backend)
        asked = pool.submit(balancer.get)
        eventually(lambda: len(backend.seen) == 1)
        call("elbv2", "DeleteListener", ListenerArn=balancer.listener)
        eventually(lambda: not answers(balancer.address))
        backend.proceed.set()
        assert asked.result(PATIENCE) == (200, "late")


def test_without_an_address_a_load_balancer_keeps_its_name_and_is_not_served(fast: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object, **__: object) -> str:
        raise addresses.NoAddressError("none")

    monkeypatch.setattr(addresses, "take", none_left)
    made = call("elbv2", "CreateLoadBalancer", Name="nameless", Subnets=["subnet-1"])["LoadBalancers"][0]
    assert made["DNSName"].endswith(".elb.amazonaws.com")
    listener = call("elbv2", "CreateListener", LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[FIXED])
    assert listener["Listeners"][0]["Port"] == 80
    call("elbv2", "DeleteLoadBalancer", LoadBalancerArn=made["LoadBalancerArn"])
