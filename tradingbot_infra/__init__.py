"""TradingBot AI on AWS, as an AWS CDK v2 application.

Where things are. A group imports only from groups below it; nothing in a group imports its neighbours
(pyproject.toml, tool.importlinter).

__main__         the command line: tradingbot VERB

commands/        the verbs, a module or package each; exit_codes, options that they share, and account_options for those that reach an
                 account

application      builds the stacks of design/stacks.py, and has the packs judge them
cost/            what a month costs: quantities/ by what is billed (nat, rds, logs and so on), prices in tables/list.json and
                 tables/document.json, savings, differences, report/
operations/      what runs in an account: session makes the boto3 clients, live/ reads, facts gathers; account_security/ reads the
                 controls of the account; network/ and permissions/ judge
                 paths and policies; secrets/ and images/ write; preflight/ and verification/ have a module for each kind of check,
                 diagnosis/ for each symptom; deployment/ deploys in the right order, repair/ removes stacks whose creation failed;
                 printed_commands are the commands that people copy
local_cloud/     rehearsal of a deployment with the real CDK CLI: handlers/ create CloudFormation types, services/ answer API calls by
                 subject, service_scheduler/ keeps tasks running, which fargate/ starts as processes behind load_balancing/, and
                 deployment_controller/ shifts traffic between versions, beside the servers of data_stores/; limits lists what is
                 only recorded, ministack/ is the only place that touches the emulator (docs/local-cloud.md)

stacks/          NetworkStack, DataStack, ServiceStack, MonitoringStack, AccountSecurityStack, DeliveryStack; each may export to the
                 stacks after it
compliance/      rules/ over templates, mostly by AWS service, the defaults/ of AWS that one of them judges, the catalogue/ of controls,
                 the ledger/ of exceptions by subject, packs, report/, mutation/ measures the rules
lifecycle/       replays what CloudFormation and AWS would do with a change of templates, and finds the order of stacks that cuts
                 nothing
stateful_lock    keeps the types of design/stateful.py from being replaced, by stateful-resources.lock.json beside this package

constructs/      one AWS resource or idea in each file; alarms are in workload_alarms and control_alarms
templates        synthesized templates as plain data, references resolved

config/          settings: sections/ with their rules, the values of each environment in environments.py
reporting/       what reports share: page shell (with shell.css), Markdown, JSON, atomic files; each report/ adds a page.css

design/          rows of plain data: names with their tags, stacks with their regions, secrets, services, parties, connections with
                 their ports, stateful types, support_dates
endpoints        whether an address is this machine's own, and how S3 Control is reached there
errors           what ends a command with one line
functions/       source of the stacks' own Lambda functions, which templates hold as text; nobody imports it
node             the Node.js that jsii runs on

Importing this package imports nothing else, so that the command line starts without the CDK.
"""
