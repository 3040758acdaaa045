"""The commands that a person types next."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NextSteps:
    """The commands of one environment. On the local cloud those of the Makefile: `cdk deploy` there would reach an account."""

    environment: str
    local: bool

    def verb(self, words: str) -> str:
        """A command of this program, such as `scale --reset`."""
        return f"python -m tradingbot_infra {words} --env {self.environment}{' --local' if self.local else ''}"

    def deploy(self, setting: str = "") -> str:
        """Brings every stack to its template; `setting` such as `image_tag=1.4.2` is laid over."""
        given = f"-c {setting}" if setting else ""
        if self.local:
            return f"make up ENV={self.environment} ARGS='{given}'" if given else f"make up ENV={self.environment}"
        return f"cdk deploy --all -c env={self.environment} {given}".rstrip()

    def revert(self, part: str | None = None) -> str:
        """Brings back what was changed or deleted by hand in one stack, or in any of them.

        A plain deployment compares templates only (CloudFormation User Guide, "Using drift-aware change sets").
        """
        if self.local:
            return f"make down ENV={self.environment} && make up ENV={self.environment}"
        stacks = f"{part.capitalize()}Stack" if part else "--all"
        return f"cdk deploy {stacks} --revert-drift -c env={self.environment}"
