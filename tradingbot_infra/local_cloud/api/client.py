"""The client's side of a call: requests as boto3 writes them, and answers as boto3 reads them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.messages import HttpRequest, Response
from tradingbot_infra.local_cloud.api.models import operation_model, service_model


def written(service: str, operation: str, parameters: Mapping[str, object]) -> HttpRequest:
    """The request for one call, unsigned.

    Raises:
        botocore.exceptions.ParamValidationError: the parameters do not fit botocore's model.
    """
    serializer = create_serializer(service_model(service).resolved_protocol)
    request = serializer.serialize_to_request(dict(parameters), operation_model(service, operation))
    body, query = request["body"], request["query_string"]
    # The REST protocols leave what the operation itself has in the query, such as `?policy`, in the path.
    path, _, fixed = request["url_path"].partition("?")
    asked = query if isinstance(query, str) else urlencode(query, doseq=True)
    return HttpRequest(
        request["method"],
        path,
        {name.lower(): value for name, value in request["headers"].items()},
        urlencode(body).encode() if isinstance(body, dict) else body,
        parse_qs("&".join(part for part in (fixed, asked) if part), keep_blank_values=True),
    )


def read(service: str, operation: str, response: Response) -> dict[str, Any]:
    """The answer in a response, as boto3 returns it, with ResponseMetadata.

    Raises:
        LocalApiError: the response is an error.
    """
    status, headers, content = response
    parser = create_parser(service_model(service).resolved_protocol)
    parsed: dict[str, Any] = parser.parse(
        {"status_code": status, "headers": HeadersDict(headers), "body": content.encode() if isinstance(content, str) else content},
        operation_model(service, operation).output_shape,  # type: ignore[arg-type]  # may be None, which the stubs leave out
    )
    if status >= 300 or "Error" in parsed:
        error = parsed.get("Error", {})
        raise LocalApiError(error.get("Code", str(status)), error.get("Message", ""), status, operation=operation)
    return parsed
