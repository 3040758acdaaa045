"""An error answer of the local cloud."""


class LocalApiError(Exception):
    """An error answer of the local cloud's API: `code` and `message` are those a boto3 ClientError would carry."""

    def __init__(self, code: str, message: str, status: int = 400, *, operation: str = "") -> None:
        super().__init__(f"{operation}: {code}: {message}" if operation else f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
