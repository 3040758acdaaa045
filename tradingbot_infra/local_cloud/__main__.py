"""`python -m tradingbot_infra.local_cloud`: ministack's server with our CloudFormation handlers and operations in it.

`server.start` runs it; its settings are environment variables.
"""

from tradingbot_infra.local_cloud.ministack import registries


def main() -> None:
    """Adds our handlers and operations to ministack and serves until terminated.

    Raises:
        UnexpectedMinistackError: the installed ministack is not built like the one this package was written for.
    """
    try:
        # These import private names of ministack, which another version may not have.
        from tradingbot_infra.local_cloud import clock, gateway, handlers
        from tradingbot_infra.local_cloud.ministack import (
            alarms,
            callers,
            creation,
            data_planes,
            fixed_names,
            functions,
            images,
            input_paths,
            s3_control,
            stacks,
            state_machines,
            topics,
        )
        from tradingbot_infra.local_cloud.services import alarm_actions, machine_roles
        from tradingbot_infra.local_cloud.services.telemetry import endpoints
    except ImportError as error:
        raise registries.UnexpectedMinistackError(str(error)) from error
    handlers.register(registries.resource_handlers())
    gateway.install(registries.service_handlers(), registries.service_patterns())
    gateway.record(registries.service_handlers())
    callers.let_functions_sign_with_their_role()
    functions.remember_roles()
    stacks.provision_on_worker_threads(handlers.WAITING)
    stacks.read_stack_outputs_of_any_region()
    creation.install()
    fixed_names.find_what_exists()
    state_machines.call_with_the_role(machine_roles.check_with(gateway.ask))
    state_machines.count_time_by(1 / clock.scaled(1.0))
    state_machines.forget_express_executions()
    state_machines.leave_schedules_alone()
    images.offer_arm_image()
    input_paths.read_lists()
    alarms.act_by(alarm_actions.on_change)
    topics.ask_functions()
    data_planes.answer_with(endpoints.PATHS, endpoints.handler(gateway.ask))
    s3_control.answer_with(gateway.recorded_handler("s3control"))
    registries.serve()


if __name__ == "__main__":
    main()
