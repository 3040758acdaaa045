"""ministack's records of AWS Config, which its API has no call to delete."""

from ministack.services.config import _delivery_channels, _recorders


def forget_recorder(name: str) -> bool:
    """Takes a configuration recorder away; False where there is none of this name."""
    return _recorders.pop(name, None) is not None


def forget_delivery_channel(name: str) -> bool:
    """Takes a delivery channel away; False where there is none of this name."""
    return _delivery_channels.pop(name, None) is not None
