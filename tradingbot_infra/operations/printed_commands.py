"""Commands that people copy, as values. Each renders itself for the account or local cloud that it should reach."""

import shlex
from dataclasses import dataclass

from tradingbot_infra.design.stacks import id_of


@dataclass(frozen=True)
class CommandTarget:
    """What a command should reach: an environment in an account, or at the `endpoint` of a local cloud.

    `settings` are those that the person gave by -c; each deployment repeats them.
    """

    environment: str
    region: str
    profile: str | None
    endpoint: str | None
    settings: tuple[str, ...]

    @property
    def given(self) -> str:
        """The settings as options."""
        return "".join(f" -c {shlex.quote(setting)}" for setting in self.settings)

    @property
    def account(self) -> str:
        """The option that chooses the account; empty for the shell's credentials."""
        return f" --profile {shlex.quote(self.profile)}" if self.profile else ""


_ANY_KEYS = "AWS_ACCESS_KEY_ID=local-cloud AWS_SECRET_ACCESS_KEY=local-cloud "
"""The AWS CLI sends nothing without keys. The local cloud takes any, but reads region and service from the signature, so that
--no-sign-request does not replace them."""


@dataclass(frozen=True)
class AwsCli:
    """A command of the AWS CLI, without its first word. `region` is set where it is another than the environment's."""

    words: str
    region: str | None = None

    def rendered(self, target: CommandTarget) -> str:
        """With region, and with profile, or with the endpoint and keys that it takes."""
        region = self.region or target.region
        if target.endpoint:
            return f"{_ANY_KEYS}aws --region {region} --endpoint-url {target.endpoint} {self.words}"
        return f"aws --region {region}{target.account} {self.words}"


@dataclass(frozen=True)
class CdkDeploy:
    """A deployment of one stack, by the part in its name, or of all stacks. It compares templates only: Revert undoes drift."""

    part: str | None = None
    settings: tuple[str, ...] = ()
    force: bool = False

    def rendered(self, target: CommandTarget) -> str:
        """`cdk deploy`; for the local cloud `make up`, because the CDK CLI by itself would reach an account."""
        settings = "".join(f" -c {setting}" for setting in self.settings) + target.given
        if target.endpoint:
            arguments = f" ARGS={shlex.quote(settings.strip())}" if settings else ""
            return f"make up ENV={target.environment}{arguments}"
        stack = id_of(self.part) if self.part else "--all"
        return f"cdk deploy {stack}{' --force' if self.force else ''} -c env={target.environment}{settings}{target.account}"


@dataclass(frozen=True)
class Revert:
    """Restores in one stack what somebody changed or deleted by hand, but lets people look first; without a part, it names the stacks.

    A drift-aware change set (CloudFormation User Guide, "Using drift-aware change sets") restores more than one means: it takes the
    database back to the engine version of the template, which RDS refuses, and it may report changes of properties that read other
    stacks' outputs where nothing drifted (aws-cloudformation/cloudformation-coverage-roadmap issue 2559), some of them
    replacements. Without --exclusively the CDK CLI would do the same to every stack that the stack depends on.
    """

    part: str | None = None

    def rendered(self, target: CommandTarget) -> str:
        """Commands in backquotes, each for a step of its own."""
        if target.endpoint:
            return f"`make down ENV={target.environment} && {CdkDeploy().rendered(target)}`"
        chosen = f"-c env={target.environment}{target.given}{target.account}"
        if self.part is None:
            return f"`cdk drift {chosen}` names what drifted; docs/runbook.md, Drift, says how to undo it"
        deploy = f"cdk deploy {id_of(self.part)} --exclusively"
        prepare, execute = "--revert-drift --method=prepare-change-set", "--method=execute-change-set"
        return f"`{deploy} {prepare} {chosen}`, a look at it (docs/runbook.md, Drift), then `{deploy} {execute} {chosen}`"


@dataclass(frozen=True)
class CdkBootstrap:
    """`cdk bootstrap` of a region; also brings an older bootstrap stack to the version of the pinned CLI."""

    account: str
    region: str
    qualifier: str | None = None

    def rendered(self, target: CommandTarget) -> str:
        """For the local cloud `make up`, which bootstraps it."""
        if target.endpoint:
            return f"make up ENV={target.environment}"
        qualifier = f" --qualifier {self.qualifier}" if self.qualifier else ""
        return f"cdk bootstrap aws://{self.account}/{self.region}{qualifier}{target.account}"


@dataclass(frozen=True)
class OwnCommand:
    """A command of this program, such as `scale --reset`. One that reaches no account has no option to choose it."""

    words: str
    reaches_account: bool = True

    def rendered(self, target: CommandTarget) -> str:
        """With the options that choose environment, settings and account."""
        chosen = " --local" if target.endpoint else target.account
        reached = chosen if self.reaches_account else ""
        return f"tradingbot {self.words} --env {target.environment}{target.given}{reached}"


@dataclass(frozen=True)
class ShellCommand:
    """Any other command; it reaches no account."""

    words: str

    def rendered(self, _: CommandTarget) -> str:
        """As it is."""
        return self.words


@dataclass(frozen=True)
class Chain:
    """Commands that run one after the other, each only if the one before succeeded."""

    commands: "tuple[Command, ...]"

    def rendered(self, target: CommandTarget) -> str:
        """Joined by `&&`."""
        return " && ".join(command.rendered(target) for command in self.commands)


Command = AwsCli | CdkBootstrap | CdkDeploy | OwnCommand | ShellCommand | Chain


@dataclass(frozen=True)
class Sentence:
    """Text with commands in it."""

    parts: tuple["Step", ...]

    def rendered(self, target: CommandTarget) -> str:
        """Each command in backquotes."""
        return "".join(_in_sentence(part, target) for part in self.parts)


def _in_sentence(part: "Step", target: CommandTarget) -> str:
    if isinstance(part, str):
        return part
    return part.rendered(target) if isinstance(part, Revert | Sentence) else f"`{part.rendered(target)}`"


Step = str | Command | Revert | Sentence
"""One line of a fix."""


def sentence(*parts: Step) -> Sentence:
    """Text and commands, in their order."""
    return Sentence(parts)


def chain(*commands: Command) -> Chain:
    """Commands, in their order."""
    return Chain(commands)


def rendered(step: Step, target: CommandTarget) -> str:
    """The line as a person copies it."""
    return step if isinstance(step, str) else step.rendered(target)


def revert(part: str | None = None) -> Revert:
    """Restores what somebody changed or deleted by hand in one stack, or says which stacks these are."""
    return Revert(part)


START_NEW_TASKS = OwnCommand("restart")
"""Makes ECS replace every task of the service."""


def spare(tag: str) -> Sentence:
    """Keeps the image of a tag, which runs, from being expired: the lifecycle policy spares what `deploy` marked."""
    return sentence(OwnCommand(f"deploy --tag {tag}"), " marks it as deployed, which spares it")
