"""Public parameters of AWS that name the newest machine images, as far as stacks of this project resolve them."""

from ministack.services import ssm

ARM_IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64"
"""Systems Manager User Guide, "Calling AMI public parameters"; the CDK names it for NAT instances."""


def offer_arm_image() -> None:
    """Offers Amazon Linux 2023 for Graviton, which ministack lacks. No machine runs, so it is the image that there is."""
    images = ssm._PUBLIC_AMI_PARAMETERS  # noqa: SLF001 - a table without a function
    images.setdefault(ARM_IMAGE, next(iter(images.values())))
