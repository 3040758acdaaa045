"""A Lambda function that subscribes to a topic gets its messages, and runs with its role's rights."""

import io
import json
import threading
import time
import uuid
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.local_cloud.services.test_function_rights import TRUST
from tradingbot_infra.local_cloud.server import DEFAULT_REGION, LocalCloud, client

pytestmark = pytest.mark.local_cloud

SOURCE = """
import http.client
import os
import boto3

def handler(event, _):
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET"])["SecretString"]
    for record in event["Records"]:
        connection = http.client.HTTPConnection(os.environ["PLACE"])
        connection.request("POST", "/" + secret, record["Sns"]["Message"].encode(), {"X-Topic": record["Sns"]["TopicArn"]})
        connection.getresponse()
"""


class Chat:
    """A server that remembers what it was sent."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, str]] = []
        heard = self.heard

        class Listener(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                heard.append((self.path, self.headers["X-Topic"], body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def chat() -> Iterator[Chat]:
    made = Chat()
    yield made
    made.server.shutdown()
    made.server.server_close()


def subscribed(cloud: LocalCloud, chat: Chat, *, allowed: str) -> tuple[str, str]:
    """A topic with such a function, whose role may read a secret if its name begins with `allowed`, and the name."""

    def aws(service: str) -> Any:
        return client(cloud.endpoint, DEFAULT_REGION, service)

    name = f"x{uuid.uuid4().hex}"
    secret = aws("secretsmanager").create_secret(Name=name, SecretString="token")["ARN"]
    role = aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    resource = f"arn:aws:secretsmanager:{DEFAULT_REGION}:*:secret:{allowed}*"
    statement = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws("iam").put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", SOURCE)
    made = aws("lambda").create_function(
        FunctionName=name,
        Role=role,
        Runtime="python3.13",
        Handler="index.handler",
        Code={"ZipFile": packed.getvalue()},
        Environment={"Variables": {"PLACE": chat.place, "SECRET": secret}},
        Timeout=30,
    )
    topic = aws("sns").create_topic(Name=name)["TopicArn"]
    aws("lambda").add_permission(
        FunctionName=name, StatementId="sns", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com", SourceArn=topic
    )
    aws("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=made["FunctionArn"])
    return topic, name


def wait(chat: Chat, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not chat.heard and time.monotonic() < deadline:
        time.sleep(0.1)


def test_the_message_of_an_alarm_reaches_a_server_on_this_machine_with_a_secret_that_the_role_may_read(
    cloud: LocalCloud, chat: Chat
) -> None:
    topic, name = subscribed(cloud, chat, allowed="x")
    cloudwatch = client(cloud.endpoint, DEFAULT_REGION, "cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        EvaluationCriteria={"PromQLCriteria": {"Query": f"{name} > 0"}},
        EvaluationInterval=60,
        AlarmActions=[topic],
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    wait(chat, 40)
    ((path, from_topic, body),) = chat.heard
    assert (path, from_topic) == ("/token", topic)
    message = json.loads(body)
    assert (message["AlarmName"], message["NewStateValue"], message["NewStateReason"]) == (name, "ALARM", "a test")


def test_without_the_right_to_the_secret_the_function_sends_nothing(cloud: LocalCloud, chat: Chat) -> None:
    topic, _ = subscribed(cloud, chat, allowed="other")
    client(cloud.endpoint, DEFAULT_REGION, "sns").publish(TopicArn=topic, Message="hello")
    wait(chat, 8)
    assert chat.heard == []
