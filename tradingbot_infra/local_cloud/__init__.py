"""A cloud on this machine for `make up` and the end-to-end tests: PyPI's ministack, and the real CDK CLI deploying to it.

    rehearsal          deploys and destroys whole environments
    cdk_cli            runs the CDK CLI against a local cloud
    server             starts, finds and stops the local cloud, and makes clients of it
    process            the process that a state directory records, and its port
    __main__           the program of that process: ministack's server with our handlers and operations in it
    handlers           CloudFormation resource types that ministack does not have, or handles wrongly
    in_process         API calls from inside that process
    gateway            chooses who answers a request: our operation or ministack
    services           API operations that ministack does not have or answers wrongly
    deployment_controller  takes a new version of a service through blue/green, canary and linear deployments
    service_scheduler  keeps the tasks of ECS services running, and deploys and rolls back
    prometheus         the server that keeps metrics and answers PromQL
    data_stores        PostgreSQL and Redis servers in the place of RDS instances and ElastiCache replication groups
    fargate            runs a container of a task as a process
    load_balancing     what application load balancers do with requests and targets
    background         the event loop of what goes on between requests
    ministack          the only place that uses ministack's Python modules
    api                AWS's wire formats, and how a part asks an API
    watchdog           ends what the server started when the server is gone
    addresses          addresses of this machine that stand for those of a VPC
    authorities        the certificate authorities that containers trust besides those of their image
    clock              AWS's waiting times, divided by one scale
    limits             what the local cloud stores but does not act on
    lock               one `up` or `down` at a time
    place              where its files are

Each imports only what is below it; parts of one layer (pyproject.toml) do not import each other.
docs/local-cloud.md says what it does as AWS does it, and what not. Only tests and the command line import this package: what is
synthesized for AWS must not depend on it.
"""
