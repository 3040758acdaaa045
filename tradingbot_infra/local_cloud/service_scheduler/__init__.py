"""The ECS service scheduler: keeps the wanted number of tasks running, and replaces them in a deployment.

    api              what ECS's operations ask for: create, update, delete, run, stop, describe
    scheduler        one loop for each service: starts and stops tasks until the service is as it should be
    health           which tasks are healthy
    circuit_breaker  failed tasks: waiting after them, ending a deployment, rolling back
    rollout          how many tasks may start or stop now, in numbers
    descriptions     services and tasks as DescribeServices and DescribeTasks show them
    records          services and deployments, and where they are kept
    task             one task, from PROVISIONING to STOPPED
    dependencies     which container of a task starts before which
    targets          the tasks of a service as targets of its load balancer
    places           the subnets of a service
    events           the words of a service's events

All of it runs in the background (`background`), on one event loop, so that nothing here is locked.
"""
