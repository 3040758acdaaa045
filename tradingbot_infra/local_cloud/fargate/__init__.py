"""Fargate: a container of a task is a process of this machine.

    container       its life: what comes before the process, the process, its end
    health          its health check
    environment     its variables
    secret_values   the values of its secrets
    registry        the rights to pull its image, and what ECR shows of it
    execution_role  with whose rights all of this is read
    images          what runs for an image
    dockerfile      what a Dockerfile says about running it
    program         starts a process as a container's
    memory          what its processes use
    volumes         the directories that containers of a task share
    users           the user that it runs as
    awslogs         its lines as events of a log stream
    output          carries what it writes to the log driver
    lines           cuts what it writes into lines
    spec            what it is started from, and how it ended
    errors          why it did not start

`container_files` is what every container has on its PYTHONPATH.
"""
