"""Grafana's own types as judge: a dashboard is written as TypeScript, and the compiler says what @grafana/schema does not allow."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.conftest import PROJECT_ROOT
from tradingbot_infra.node import node_executable

_MODULES = PROJECT_ROOT / "node_modules"
_RAW = "@grafana/schema/dist/esm/raw/composable"
_HEADER = f"""
import type {{ Dashboard, Panel, FieldConfigSource }} from '@grafana/schema';
import type {{ Options as LineOptions, FieldConfig as LineFields }} from '{_RAW}/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type {{ Options as NumberOptions }} from '{_RAW}/stat/panelcfg/x/StatPanelCfg_types.gen';
import type {{ CloudWatchMetricsQuery }} from '{_RAW}/cloudwatch/dataquery/x/CloudWatchDataQuery_types.gen';
// JSON has text where TypeScript has enumerations of text.
type Plain<T> = T extends string ? `${{T}}` : T extends (infer E)[] ? Plain<E>[] : T extends object ? {{ [K in keyof T]: Plain<T[K]> }} : T;
interface PrometheusTarget {{
  refId: string; expr: string; legendFormat: string; instant?: boolean; range?: boolean; datasource: {{ type: string; uid: string }};
}}
interface FieldsOfLines {{ defaults: Plain<FieldConfigSource['defaults']> & {{ custom?: Plain<LineFields> }}; overrides: unknown[]; }}
type Base = Omit<Plain<Panel>, 'options' | 'fieldConfig' | 'targets'>;
type Target = PrometheusTarget | Plain<CloudWatchMetricsQuery>;
type Lines = Base & {{ type: 'timeseries'; options: Plain<LineOptions>; fieldConfig: FieldsOfLines; targets: Target[] }};
type Numbers = Base & {{ type: 'stat'; options: Plain<NumberOptions>; fieldConfig: Plain<FieldConfigSource>; targets: PrometheusTarget[] }};
type Board = Omit<Plain<Dashboard>, 'panels'> & {{ panels: (Lines | Numbers)[] }};
"""


def complaints(dashboards: dict[str, dict[str, Any]], directory: Path) -> list[str]:
    """What the compiler says of dashboards; empty when they are as Grafana's types want them."""
    files = dict(_written(dashboards, directory))
    (directory / "node_modules").symlink_to(_MODULES)
    options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--moduleResolution", "nodenext", "--target", "es2022"]
    compiler = [str(node_executable()), str(_MODULES / "typescript" / "bin" / "tsc")]
    done = subprocess.run([*compiler, *options, *files], cwd=directory, capture_output=True, text=True, timeout=300, check=False)
    return done.stdout.splitlines() if done.returncode else []


def _written(dashboards: dict[str, dict[str, Any]], directory: Path) -> Iterator[tuple[str, str]]:
    (directory / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    for name, dashboard in dashboards.items():
        text = f"{_HEADER}\nconst dashboard: Board = {json.dumps(dashboard, indent=1)};\nexport default dashboard;\n"
        (directory / f"{name}.ts").write_text(text, encoding="utf-8")
        yield f"{name}.ts", text
