"""The structure of a dashboard's body, as CloudWatch documents it and AWS's own samples of charts have it: a schema.

Sources: CloudWatch User Guide, "Dashboard Body Structure and Syntax"; charts by aws-observability/observability-best-practices,
sandbox/otel-gateway-deployment/dashboard.json, whose lines carry every option.
"""

from typing import Any

_TEXT = {"type": "string", "minLength": 1}
_REGION = {"const": "ap-southeast-2"}
_COLOUR = {"type": "string", "pattern": "^#[0-9a-f]{6}$"}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _horizontal(**more: Any) -> dict[str, Any]:
    return _object(
        {
            "horizontal": {
                "type": "array",
                "minItems": 1,
                "items": _object({"label": _TEXT, "value": {"type": "number"}, "color": _COLOUR, **more}),
            }
        }
    )


_LINES = _object(
    {
        "filled": {"type": "boolean"},
        "pattern": {"enum": ["solid", "dashed", "dotted"]},
        "spline": {"type": "boolean"},
        "stacked": {"type": "boolean"},
        "width": {"type": "integer", "minimum": 1},
    }
)
_NUMBERS = _object({"sparkline": {"type": "boolean"}, "truncate": {"type": "boolean"}})
_QUERY = _object(
    {
        "id": {"type": "string", "pattern": "^[a-z][a-zA-Z0-9_]*$"},
        "type": {"const": "cloudwatch-metrics"},
        "language": {"const": "PromQL"},
        "query": _TEXT,
    },
    {"label": _TEXT},
)
_CHART = _object(
    {
        "view": {"enum": ["line", "number"]},
        "title": _TEXT,
        "region": _REGION,
        "data": _object({"queries": {"type": "array", "minItems": 1, "items": _QUERY}}),
        "plotOptions": _object(
            {"style": {"oneOf": [_object({"lineOptions": _LINES}), _object({"numberOptions": _NUMBERS})]}},
            {
                "legend": _object({"position": {"enum": ["bottom", "right"]}, "show": {"type": "boolean"}}),
                "xAxis": _object({"type": {"const": "datetime"}}),
                "yAxis": {"type": "array", "minItems": 1, "items": _object({"type": {"const": "linear"}, "title": _TEXT})},
                "annotations": _horizontal(type={"const": "static"}),
            },
        ),
    }
)
_OPTIONS = _object(
    {
        "stat": {"type": "string", "pattern": "^(Average|Sum|Maximum|Minimum|p[0-9]+)$"},
        "period": {"type": "integer", "multipleOf": 60, "minimum": 60, "maximum": 86_400},
        "label": _TEXT,
    }
)
_LINE = {
    "type": "array",
    "prefixItems": [_TEXT, _TEXT, {"const": "environment"}, {"const": "production"}, _OPTIONS],
    "minItems": 5,
    "items": False,
}
_METRIC = _object(
    {
        "view": {"enum": ["timeSeries", "singleValue"]},
        "title": _TEXT,
        "region": _REGION,
        "metrics": {"type": "array", "minItems": 1, "items": _LINE},
    },
    {
        "stacked": {"type": "boolean"},
        "yAxis": _object({"left": _object({"label": _TEXT, "showUnits": {"type": "boolean"}})}),
        "annotations": _horizontal(),
    },
)


def _widget(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    grid = {"type": "integer", "minimum": 0}
    size = {"type": "integer", "minimum": 1}
    return _object(
        {
            "type": {"const": kind},
            "x": {**grid, "maximum": 23},
            "y": grid,
            "width": {**size, "maximum": 24},
            "height": {**size, "maximum": 1000},
            "properties": properties,
        }
    )


SCHEMA = _object(
    {
        "start": {"type": "string", "pattern": "^-P(T[0-9]+H|[0-9]+[DW])$"},
        "periodOverride": {"enum": ["inherit", "auto"]},
        "widgets": {
            "type": "array",
            "maxItems": 500,
            "items": {"oneOf": [_widget("text", _object({"markdown": _TEXT})), _widget("chart", _CHART), _widget("metric", _METRIC)]},
        },
    }
)
