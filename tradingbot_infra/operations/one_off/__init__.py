"""Tasks that run once, beside the service, in its subnets and with its security groups.

words        the command: from the terminal or a file, and how large it may be
size         CPU and memory
place        the service's task definition and network, as ECS has them
definitions  task definitions that last as long as one task
running      starts a task, follows its log, stops it
outcome      how it ended
"""
