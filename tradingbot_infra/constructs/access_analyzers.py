"""IAM Access Analyzer: who else than the account can reach something, and which permissions nobody uses."""

from aws_cdk import aws_accessanalyzer as accessanalyzer
from constructs import Construct

from tradingbot_infra.design.names import Names


class AccessAnalyzers(Construct):
    """An analyzer for access from outside, which is free, and one for unused access where `unused_days` says after how many days."""

    def __init__(self, scope: Construct, construct_id: str, *, names: Names, unused_days: int | None) -> None:
        super().__init__(scope, construct_id)
        accessanalyzer.CfnAnalyzer(self, "External", analyzer_name=names.analyzer("external"), type="ACCOUNT")
        if unused_days is not None:
            unused = accessanalyzer.CfnAnalyzer.UnusedAccessConfigurationProperty(unused_access_age=unused_days)
            accessanalyzer.CfnAnalyzer(
                self,
                "Unused",
                analyzer_name=names.analyzer("unused"),
                type="ACCOUNT_UNUSED_ACCESS",
                analyzer_configuration=accessanalyzer.CfnAnalyzer.AnalyzerConfigurationProperty(unused_access_configuration=unused),
            )
