"""TradingBot AI on AWS, as an AWS CDK v2 application.

Where things are. A line imports only from lines below it and from nothing beside it (pyproject.toml, tool.importlinter):

__main__      the command line: python -m tradingbot_infra VERB
commands/     the verbs, a module each, and their exit codes

application   builds the stacks of design/stacks.py, and has the packs judge them
cost/         what a month costs: quantities from templates, price tables, savings, differences, reports
operations/   what runs in an account, through boto3: live/ reads it; network/, permissions/, secrets/, verification/, diagnosis/ judge it
local_cloud/  rehearsal: the real CDK CLI against AWS APIs in one local process

stacks/       NetworkStack, DataStack, ServiceStack, MonitoringStack; each hands exports to the next
compliance/   rules/ over templates, the catalogue/ of controls, the ledger/ of exceptions, packs, report/
stateful      which resources must not be replaced; stateful-resources.lock.json holds them

constructs/   one AWS resource or idea in each file
templates     synthesized templates as plain data, references resolved
reporting/    what HTML, JSON and file writing of compliance and cost reports share

config/       settings: sections/ with their rules, the values of each environment in environments.py

design/       rows of plain data: names, stacks, secrets, services, parties and connections, support dates
errors        what ends a command with one line
node          the Node.js that jsii runs on

Importing this package imports nothing else, so that the command line starts without the CDK.
"""
