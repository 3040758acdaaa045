"""TradingBot AI on AWS, as an AWS CDK v2 application.

The map of the house; imports point downwards only (tests/test_architecture.py holds it):

naming        names, tags and paths as pure functions of project and environment
config/       what we want: typed settings, the five environments, their rules
constructs/   the pieces: one AWS idea a file
stacks/       how it is deployed: NetworkStack, DataStack, ServiceStack, MonitoringStack
application   the four stacks of one environment, wired in deployment order, and judged
templates     synthesized templates as plain data, references resolved
compliance/   how it is judged: rules/ over templates, the catalogue/ of controls, the ledger of exceptions, packs, report/
stateful      which resources must not be replaced, and the lock that sees to it
node          the Node.js that jsii runs on
cost/         what it costs: quantities from templates, dated price tables, savings, differences
operations/   how it is run: live/ reads an account; network/, permissions/ and secrets/ judge parts of it; verification/, diagnosis/
local_cloud/  rehearsal: the real CDK CLI against AWS APIs in one local process
errors        what ends a command with one line
commands/     the command line's verbs, a module each
__main__      the command line

Importing this package imports nothing else, so that the command line starts without the CDK.
"""
