"""Types that nobody expects, and structure that hides what it holds."""

from tests.compliance.seeds.faults import Fault, Seeds, adds, attribute, section, sets
from tradingbot_infra.design.image_choice import TAG_PATTERN


def _type(resource_type: str, stack: str = "ServiceStack") -> Fault:
    return adds(resource_type, {"Name": "seed"}, stack=stack)


_TYPES = (
    "AWS::AmazonMQ::Broker",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Route",
    "AWS::AppRunner::Service",
    "AWS::AppSync::GraphQLApi",
    "AWS::Athena::WorkGroup",
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::Batch::JobQueue",
    "AWS::Bedrock::Agent",
    "AWS::Chatbot::SlackChannelConfiguration",
    "AWS::Cloud9::EnvironmentEC2",
    "AWS::CloudFormation::CustomResource",
    "AWS::CloudFormation::HookVersion",
    "AWS::CloudFormation::Macro",
    "AWS::CloudFormation::Stack",
    "AWS::CloudFormation::StackSet",
    "AWS::CloudFormation::WaitConditionHandle",
    "AWS::CloudFront::Distribution",
    "AWS::CloudTrail::Trail",
    "AWS::CodeBuild::Project",
    "AWS::Cognito::IdentityPool",
    "AWS::Config::ConfigurationRecorder",
    "AWS::DataSync::Task",
    "AWS::DynamoDB::Table",
    "AWS::EC2::KeyPair",
    "AWS::EC2::LaunchTemplate",
    "AWS::EC2::NetworkInterface",
    "AWS::EC2::Volume",
    "AWS::ECS::TaskSet",
    "AWS::EFS::FileSystem",
    "AWS::EKS::Cluster",
    "AWS::ElasticLoadBalancing::LoadBalancer",
    "AWS::FIS::ExperimentTemplate",
    "AWS::GlobalAccelerator::Accelerator",
    "AWS::Glue::Connection",
    "AWS::Kinesis::Stream",
    "AWS::KinesisFirehose::DeliveryStream",
    "AWS::LakeFormation::Permissions",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::LayerVersionPermission",
    "AWS::Lightsail::Instance",
    "AWS::OpenSearchService::Domain",
    "AWS::Organizations::Policy",
    "AWS::RDS::DBSecurityGroup",
    "AWS::Redshift::Cluster",
    "AWS::Route53::RecordSet",
    "AWS::SES::Identity",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SSM::Association",
    "AWS::SSM::Document",
    "AWS::SSO::Assignment",
    "AWS::SageMaker::NotebookInstance",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::ServiceDiscovery::HttpNamespace",
    "AWS::Transfer::Server",
    "AWS::WAFv2::IPSet",
    "AWS::WorkSpaces::Workspace",
    "Alexa::ASK::Skill",
    "Company::Internal::Thing::MODULE",
    "Custom::AWS",
    "Custom::S3AutoDeleteObjects",
)

_PLACEHOLDER_RUNS = {"Fn::Equals": [{"Ref": "ImageTag"}, "none"]}
_TAG = {"Type": "String", "Default": "none", "AllowedPattern": TAG_PATTERN}
_EITHER = ["RunsPlaceholder", "0", "1"]

SEEDS: Seeds = {
    **{f"a resource of {name}": _type(name) for name in _TYPES},
    "a known type in a stack that has none": adds("AWS::KMS::Key", {"Description": "extra"}, stack="ServiceStack"),
    "a resource under a condition": attribute("AWS::WAFv2::WebACLAssociation", "Condition", "IsProduction"),
    "a value under a condition": sets("AWS::RDS::DBInstance", "PubliclyAccessible", {"Fn::If": ["IsOpen", True, False]}),
    "a value of a parameter": sets("AWS::RDS::DBInstance", "PubliclyAccessible", {"Ref": "IsOpen"}),
    "a value of a mapping": sets("AWS::S3::Bucket", "VersioningConfiguration/Status", {"Fn::FindInMap": ["Buckets", "Logs", "Versioning"]}),
    "a value that another stack exports": sets("AWS::ECS::TaskDefinition", "TaskRoleArn", {"Fn::ImportValue": "role"}),
    "a value that is chosen of a list": sets("AWS::RDS::DBInstance", "DeletionProtection", {"Fn::Select": [0, [False]]}),
    "a value that is split": sets(
        "AWS::EC2::SecurityGroup", "SecurityGroupIngress/0/CidrIp", {"Fn::Select": [0, {"Fn::Split": ["|", "x|y"]}]}
    ),
    "a value of Parameter Store": sets("AWS::ECS::TaskDefinition", "ContainerDefinitions/0/Image", "{{resolve:ssm:/image}}"),
    "a list under a condition": sets(
        "AWS::ECS::Service", "NetworkConfiguration/AwsvpcConfiguration/SecurityGroups", {"Fn::If": ["A", [], []]}
    ),
    "a policy under a condition": sets("AWS::S3::BucketPolicy", "PolicyDocument", {"Fn::If": ["A", {}, {}]}),
    "properties that a macro makes": sets("AWS::EC2::SecurityGroup", "Fn::Transform", {"Name": "Open", "Parameters": {}}),
    "properties that a loop makes": sets("AWS::IAM::ManagedPolicy", "Fn::ForEach::Each", ["x", ["a"], {}]),
    "a macro over a template": lambda templates: templates.by_stack["DataStack"].update({"Transform": ["Open"]}),
    "a template of the serverless model": lambda templates: templates.by_stack["ServiceStack"].update(
        {"Transform": "AWS::Serverless-2016-10-31"}
    ),
    "a parameter that chooses": section("DataStack", "Parameters", "Size", {"Type": "String", "Default": "small"}),
    "a second choice of the image": section("ServiceStack", "Parameters", "OtherTag", {"Type": "String", "Default": "none"}),
    "the choice of the image in another stack's template": section("DataStack", "Conditions", "RunsPlaceholder", _PLACEHOLDER_RUNS),
    "a default image that somebody pushed": section("ServiceStack", "Parameters", "ImageTag", {**_TAG, "Default": "v0"}),
    "an image tag of any form": section("ServiceStack", "Parameters", "ImageTag", {"Type": "String", "Default": "none"}),
    "an image tag that may be latest": section("ServiceStack", "Parameters", "ImageTag", {**_TAG, "AllowedPattern": ".*"}),
    "an image tag of Parameter Store": section(
        "ServiceStack", "Parameters", "ImageTag", {**_TAG, "Type": "AWS::SSM::Parameter::Value<String>"}
    ),
    "an image tag out of a list": section("ServiceStack", "Parameters", "ImageTag", {**_TAG, "AllowedValues": ["none", "v0"]}),
    "a placeholder for another value than none": section(
        "ServiceStack", "Conditions", "RunsPlaceholder", {"Fn::Equals": [{"Ref": "ImageTag"}, "v1"]}
    ),
    "a placeholder in a region": section(
        "ServiceStack", "Conditions", "RunsPlaceholder", {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}
    ),
    "another placeholder": sets("AWS::ECS::TaskDefinition", "ContainerDefinitions/0/Image/Fn::If/1", "docker.io/somebody/web:1"),
    "another repository behind the condition": sets(
        "AWS::ECS::TaskDefinition", "ContainerDefinitions/0/Image/Fn::If/2", "docker.io/somebody/trader:1"
    ),
    "a command of its own behind the condition": sets(
        "AWS::ECS::TaskDefinition", "ContainerDefinitions/0/Command/Fn::If/2", ["sh", "-c", "env"]
    ),
    "another program for the placeholder": sets("AWS::ECS::TaskDefinition", "ContainerDefinitions/0/Command/Fn::If/1/2", "print(1)"),
    "a user behind the condition": sets("AWS::ECS::TaskDefinition", "ContainerDefinitions/0/User", {"Fn::If": _EITHER}),
    "an entry point behind the condition": sets("AWS::ECS::TaskDefinition", "ContainerDefinitions/0/EntryPoint", {"Fn::If": _EITHER}),
    "a port behind the condition": sets("AWS::EC2::SecurityGroup", "SecurityGroupIngress/0/CidrIp", {"Fn::If": _EITHER}),
    "a variable of the image's tag": sets("AWS::ECS::TaskDefinition", "ContainerDefinitions/0/Environment/0/Value", {"Ref": "ImageTag"}),
    "a user of the image's tag": sets("AWS::ECS::TaskDefinition", "ContainerDefinitions/0/User", {"Ref": "ImageTag"}),
    "a load balancer only with the placeholder": attribute("AWS::ElasticLoadBalancingV2::LoadBalancer", "Condition", "RunsPlaceholder"),
    "a web ACL only with the placeholder": attribute("AWS::WAFv2::WebACLAssociation", "Condition", "RunsPlaceholder"),
    "a condition": section("DataStack", "Conditions", "IsOpen", {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}),
    "a mapping": section("DataStack", "Mappings", "Regions", {"us-east-1": {"open": "true"}}),
    "an export to other stacks": section(
        "DataStack", "Outputs", "Shared", {"Value": {"Ref": "SecretKeySecret"}, "Export": {"Name": "secret-key"}}
    ),
    "hooks": section("ServiceStack", "Hooks", "Green", {"Type": "AWS::CodeDeploy::BlueGreen"}),
    "a deletion that loses the network": attribute("AWS::EC2::VPC", "DeletionPolicy", "Delete"),
    "a signal that nobody sends": attribute("AWS::ECS::Service", "CreationPolicy", {"ResourceSignal": {"Count": 1}}),
    "a policy of updates": attribute("AWS::ECS::Service", "UpdatePolicy", {"UseOnlineResharding": True}),
}
