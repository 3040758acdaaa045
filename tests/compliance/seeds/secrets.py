"""A secret stands in a template, where everybody who may describe a stack reads it. No value here is a real one."""

from tests.compliance.seeds.faults import Fault, Seeds, adds, appends, attribute, section, sets

_TASK = "AWS::ECS::TaskDefinition"
_CONTAINER = "ContainerDefinitions/0"

# In halves, so that a scanner of this repository does not take them for real ones.
_GITHUB = "ghp_" + "Zk4Qm8RtY2LpXw7VnB3sHd6JfG9aTc1Ue5Ko"
_ANTHROPIC = "sk-ant-" + "api03-Qw8Er5Ty2Ui9Op4As7Df1Gh6Jk3Lz0Xc8Vb5Nm2-AbCdEfGh"
_OPENAI = "sk-" + "proj-9fKq3Lz7Xv2Bn8Mw4Rt6Yp1Hs5Dg0JcQaUeIoTk"
_AWS_KEY = "AKIA" + "3K7QXZ2MPLW5VRTN"
_SLACK = "xoxb-" + "214365870921-325476981032-Hj6Kl9Zx3Cv7Bn1Mq5Wr8Ty2"
_STRIPE = "sk_live_" + "51Hq8ZkLmN4pRt7VxYb2WcDf"
_JWT = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJib3QiLCJyb2xlIjoiYWRtaW4ifQ." + "dGhpcy1pcy1hLXNpZ25hdHVyZS1vZi10aGUtdG9rZW4"
_RANDOM = "9f8b1c7e4d2a6035" + "bb7e91d04c5f28a3"
_BASE64 = "R7xZq2vLp9Kt" + "Ms4YwBn8Hd3Jf6GcTa1UeQo5Xi0="
_PEM = "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo\n-----END RSA PRIVATE KEY-----"
_PASSWORD = "Tr4d1ng" + "-B0t!2026"
_URL = "postgresql://tradingbot:" + _PASSWORD + "@db.internal:5432/tradingbot"


def _variable(name: str, value: object) -> Fault:
    return appends(_TASK, f"{_CONTAINER}/Environment", {"Name": name, "Value": value})


SEEDS: Seeds = {
    "a plain variable DB_PASS": _variable("DB_PASS", "hunter2"),
    "a plain variable REDIS_AUTH": _variable("REDIS_AUTH", "correct-horse"),
    "a plain variable EXCHANGE_PRIVKEY": _variable("EXCHANGE_PRIVKEY", "0xdeadbeef"),
    "a plain variable MNEMONIC": _variable("MNEMONIC", "legal winner thank year wave sausage worth useful legal winner thank yellow"),
    "a plain variable PGPASSWORD": _variable("PGPASSWORD", "tradingbot"),
    "a plain variable TELEGRAM": _variable("TELEGRAM", "110201543:" + "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"),
    "a GitHub token in a variable with a harmless name": _variable("RELEASE", _GITHUB),
    "an Anthropic key in a variable with a harmless name": _variable("MODEL", _ANTHROPIC),
    "an OpenAI key in a variable with a harmless name": _variable("LLM", _OPENAI),
    "an AWS key id in a variable": _variable("BACKUP_USER", _AWS_KEY),
    "a Slack token in a variable": _variable("NOTIFY", _SLACK),
    "a Stripe key in a variable": _variable("BILLING", _STRIPE),
    "a JWT in a variable": _variable("SESSION", _JWT),
    "random hexadecimal digits in a variable": _variable("SALT_OF_THE_EARTH", _RANDOM),
    "base64 in a variable": _variable("BLOB", _BASE64),
    "a private key in a variable": _variable("CERT", _PEM),
    "a URL with a password in a variable": _variable("UPSTREAM", _URL),
    "a URL of Redis with a password in a variable": _variable("CACHE", "rediss://:" + _PASSWORD + "@cache.internal:6379/0"),
    "a secret joined of halves in a variable": _variable("JOINED", {"Fn::Join": ["", ["ghp_", "Zk4Qm8RtY2LpXw7VnB3sHd6JfG9aTc1Ue5Ko"]]}),
    "a secret encoded by Fn::Base64": _variable("ENCODED", {"Fn::Base64": _GITHUB}),
    "a secret substituted by Fn::Sub": _variable("SUBSTITUTED", {"Fn::Sub": ["${a}", {"a": _GITHUB}]}),
    "a secret resolved into a plain variable": _variable("BROKER", "{{resolve:secretsmanager:tradingbot-ai/production/openai-api-key}}"),
    "a parameter resolved into a plain variable": _variable("BROKER", "{{resolve:ssm-secure:/tradingbot/broker:1}}"),
    "an existing variable with another value": sets(_TASK, f"{_CONTAINER}/Environment/3/Value", _GITHUB),
    "a secret in the command": appends(_TASK, f"{_CONTAINER}/Command", f"--api-key={_OPENAI}"),
    "a secret in the entry point": sets(_TASK, f"{_CONTAINER}/EntryPoint", ["sh", "-c", f"export TOKEN={_GITHUB}; exec app"]),
    "a secret in the health check": sets(
        _TASK, f"{_CONTAINER}/HealthCheck/Command", ["CMD-SHELL", f"curl -H 'Authorization: Bearer {_JWT}' localhost:8001"]
    ),
    "a secret in a label": sets(_TASK, f"{_CONTAINER}/DockerLabels", {"com.example.token": _GITHUB}),
    "a secret in an option of the log driver": sets(_TASK, f"{_CONTAINER}/LogConfiguration/Options/splunk-token", _RANDOM),
    "variables from a file of a bucket": sets(
        _TASK, f"{_CONTAINER}/EnvironmentFiles", [{"Type": "s3", "Value": "arn:aws:s3:::other/prod.env"}]
    ),
    "a secret of Parameter Store by name": appends(
        _TASK, f"{_CONTAINER}/Secrets", {"Name": "EXTRA", "ValueFrom": "arn:aws:ssm:ap-southeast-2:444455556666:parameter/extra"}
    ),
    "a secret in an SSM String": adds("AWS::SSM::Parameter", {"Name": "/tradingbot/broker", "Type": "String", "Value": _OPENAI}),
    "a secret in an output": section("ServiceStack", "Outputs", "Broker", {"Value": _GITHUB}),
    "a secret resolved into an output": section(
        "DataStack", "Outputs", "AuthToken", {"Value": {"Fn::Sub": "{{resolve:secretsmanager:${RedisAuthTokenSecret}:SecretString:::}}"}}
    ),
    "a secret in the default of a parameter": section(
        "DataStack", "Parameters", "BrokerKey", {"Type": "String", "NoEcho": True, "Default": _OPENAI}
    ),
    "a secret in a mapping": section("ServiceStack", "Mappings", "Keys", {"broker": {"key": _GITHUB}}),
    "a secret in the metadata of a template": section("ServiceStack", "Metadata", "Note", _GITHUB),
    "a secret in the metadata of a resource": attribute(_TASK, "Metadata", {"Note": f"use {_GITHUB}"}),
    "a secret in a variable of the function": sets("AWS::Lambda::Function", "Environment", {"Variables": {"RELEASE": _GITHUB}}),
    "a secret in inline code of the function": sets("AWS::Lambda::Function", "Code", {"ZipFile": f"TOKEN = '{_GITHUB}'"}),
    "the text of a secret in the template": sets("AWS::SecretsManager::Secret", "SecretString", _ANTHROPIC, of="AnthropicApiKey"),
    "a secret that CloudFormation generates from a template with a password": sets(
        "AWS::SecretsManager::Secret",
        "GenerateSecretString",
        {"SecretStringTemplate": '{"password":"' + _PASSWORD + '"}', "GenerateStringKey": "other"},
        of="SecretKey",
    ),
    "the address of the database with a password": sets("AWS::SecretsManager::Secret", "SecretString", _URL, of="DatabaseUrl"),
    "a master password in the template": sets("AWS::RDS::DBInstance", "MasterUserPassword", _PASSWORD),
    "an AUTH token in the template": sets("AWS::ElastiCache::ReplicationGroup", "AuthToken", _RANDOM),
    "an AUTH token of a parameter": sets("AWS::ElastiCache::ReplicationGroup", "AuthToken", {"Ref": "BootstrapVersion"}),
    "a secret in the description of an alarm": sets("AWS::CloudWatch::Alarm", "AlarmDescription", f"log in with {_GITHUB}"),
    "a secret on the dashboard": sets(
        "AWS::CloudWatch::Dashboard", "DashboardBody", '{"widgets":[{"type":"text","properties":{"markdown":"' + _GITHUB + '"}}]}'
    ),
    "a secret in a query": sets("AWS::Logs::QueryDefinition", "QueryString", f"filter @message like /{_GITHUB}/"),
    "a secret in the state machine": sets("AWS::StepFunctions::StateMachine", "Definition/Comment", f"token {_GITHUB}"),
    "a secret in what a schedule sends": sets("AWS::Scheduler::Schedule", "Target/Input", '{"token":"' + _GITHUB + '"}'),
    "a secret in a tag": appends("AWS::RDS::DBInstance", "Tags", {"Key": "Note", "Value": _GITHUB}),
    "a secret in the description of a key": sets("AWS::KMS::Key", "Description", f"key {_GITHUB}", of="SecretsKey"),
    "a secret in the description of a rule": sets(
        "AWS::EC2::SecurityGroup", "GroupDescription", f"password {_PASSWORD}", of="RdsSecurityGroup"
    ),
    "a random value that is short": sets("AWS::SecretsManager::Secret", "GenerateSecretString/PasswordLength", 6, of="SecretKey"),
    "a secret on the key of AWS": sets("AWS::SecretsManager::Secret", "KmsKeyId", "alias/aws/secretsmanager", of="Binance"),
    "an AUTH token of digits only": sets(
        "AWS::SecretsManager::Secret",
        "GenerateSecretString/ExcludeCharacters",
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        of="RedisAuthToken",
    ),
    "a policy that names a token": sets("AWS::IAM::Role", "Description", f"for {_GITHUB}", of="TaskRole"),
}
