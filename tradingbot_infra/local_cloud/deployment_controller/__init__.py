"""The deployment controller of ECS: takes a new version of a service through the lifecycle stages, and back when it fails.

    api            what ECS's operations ask for: list, describe, stop, continue
    rolling        service deployments that replace tasks, which the scheduler carries out
    controller     one run for each service deployment that shifts traffic: its stages, one after the other
    back           the way back: all traffic and tasks to the version before
    watch          what ends a deployment early: alarms, failed tasks, a person, a newer deployment
    hooks          Lambda functions and pauses at a stage
    routing        the weights of the listener rules, which belong to ECS once a service has them
    strategies     in which steps production traffic moves, in numbers
    checks         what CreateService and UpdateService refuse
    descriptions   service deployments and revisions as the API shows them
    event_bus      what EventBridge hears of deployments and hooks
    records        service deployments, and where they are kept

It runs in the background beside the scheduler, which gives each version as many tasks as it should have.
Source, if no other is named: "Amazon ECS blue/green service deployments workflow" (ECS Developer Guide).
"""
