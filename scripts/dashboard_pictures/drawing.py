"""Draws a dashboard: tiles of numbers and graphs on the grid that Grafana has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, Locator, MaxNLocator, MultipleLocator
from PIL import Image

from tradingbot_infra.design.dashboards.panel import COLUMNS, Level, Threshold, Unit, View

Line = Sequence[tuple[float, float]]
"""Seconds since the epoch, and values."""

_COLUMN, _ROW, _GAP, _TOP = 64, 38, 12, 84
"""Pixels: of the grid, between panels, and above them."""
_ROWS = {View.NUMBER: 3}
_ROWS_OF_A_GRAPH = 7
_DPI = 100
_DAY = 86_400
_PAPER, _CARD, _EDGE, _INK, _PALE, _GRID = "#f4f5f7", "#ffffff", "#d9dce1", "#1f2933", "#6b7785", "#eceef1"
_COLOURS = ("#3274d9", "#e8833a", "#2f9e67", "#8f56c9", "#c9a227", "#d1477a", "#3aa6b9", "#7a6a58")
_LINES = {Level.ALARM: "#d13212", Level.GOAL: "#8a94a0"}
_FAR = 4
"""A threshold so many times higher than the highest value is named beside the title."""
_SECONDS = (2, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 86_400)
_PALETTE = 96
"""Colours of a picture, which keeps it small."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A panel with its data."""

    title: str
    unit: Unit
    view: View
    width: int
    decimals: int | None
    thresholds: Sequence[Threshold]
    lines: Mapping[str, Line]


def draw(title: str, words: str, panels: Sequence[Drawn], path: Path) -> None:
    """Writes a picture of a dashboard."""
    mpl.rcParams.update({"font.family": "DejaVu Sans", "axes.unicode_minus": True})
    placed, height = _placed(panels)
    pixels = (COLUMNS * _COLUMN + _GAP, _TOP + height * _ROW + _GAP)
    figure = Figure(figsize=(pixels[0] / _DPI, pixels[1] / _DPI), dpi=_DPI, facecolor=_PAPER)
    figure.text(_GAP * 1.6 / pixels[0], 1 - 34 / pixels[1], title, fontsize=17, fontweight="bold", color=_INK, va="center")
    figure.text(_GAP * 1.6 / pixels[0], 1 - 62 / pixels[1], words, fontsize=9.5, color=_PALE, va="center")
    for panel, (x, y, rows) in zip(panels, placed, strict=True):
        left, top = x * _COLUMN + _GAP, _TOP + y * _ROW
        box = (left, pixels[1] - top - rows * _ROW + _GAP, panel.width * _COLUMN - _GAP, rows * _ROW - _GAP)
        _card(figure, panel, box, pixels)
    figure.savefig(path, metadata={"Software": None})
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(_PALETTE, dither=Image.Dither.NONE).save(path, optimize=True)


def _placed(panels: Sequence[Drawn]) -> tuple[list[tuple[int, int, int]], int]:
    """Column, row and rows of each panel, and the rows of all."""
    found: list[tuple[int, int, int]] = []
    x = y = height = 0
    for panel in panels:
        if x + panel.width > COLUMNS:
            x, y, height = 0, y + height, 0
        rows = _ROWS.get(panel.view, _ROWS_OF_A_GRAPH)
        height = max(height, rows)
        found.append((x, y, rows))
        x += panel.width
    tallest = {y: max(rows for _, other, rows in found if other == y) for _, y, _ in found}
    return [(x, y, tallest[y]) for x, y, _ in found], y + height


def _card(figure: Figure, panel: Drawn, box: tuple[float, float, float, float], pixels: tuple[int, int]) -> None:
    left, bottom, width, height = box
    card = figure.add_axes((left / pixels[0], bottom / pixels[1], width / pixels[0], height / pixels[1]), facecolor=_CARD)
    card.set_xticks([])
    card.set_yticks([])
    for spine in card.spines.values():
        spine.set_color(_EDGE)
    card.text(12 / width, 1 - 18 / height, panel.title, transform=card.transAxes, fontsize=9.5, fontweight="bold", color=_INK, va="center")
    if panel.view is View.NUMBER:
        _number(card, panel)
        return
    far = ", ".join(each.words for each in panel.thresholds if _is_far(each, panel))
    if far:
        card.text(
            1 - 14 / width,
            1 - 18 / height,
            f"far below {far}",
            transform=card.transAxes,
            fontsize=7.5,
            color=_PALE,
            ha="right",
            va="center",
        )
    rows = -(-len(panel.lines) // _entries(panel, width))
    below, above, beside = 38 + 17 * rows, 42, 62
    inner = (
        (left + beside) / pixels[0],
        (bottom + below) / pixels[1],
        (width - beside - 18) / pixels[0],
        (height - below - above) / pixels[1],
    )
    _graph(figure.add_axes(inner), panel, _entries(panel, width))


def _entries(panel: Drawn, width: float) -> int:
    """Entries of the legend that stand beside each other."""
    longest = max((len(name) for name in panel.lines), default=1)
    return max(1, min(len(panel.lines) or 1, int((width - 60) / (longest * 6.6 + 46))))


def _number(card: Axes, panel: Drawn) -> None:
    value = next(iter(panel.lines.values()), [(0.0, float("nan"))])[-1][1]
    words = _worded(value, panel.unit, panel.decimals)
    low = next((each for each in panel.thresholds if not each.above), None)
    bad = any(value > each.value for each in panel.thresholds if each.above) or (low is not None and value < low.value)
    colour = _LINES[Level.ALARM] if bad else "#2f9e67" if panel.thresholds else _INK
    card.text(0.5, 0.38, words, transform=card.transAxes, fontsize=24, color=colour, ha="center", va="center")


def _graph(axes: Axes, panel: Drawn, entries: int) -> None:
    axes.set_facecolor(_CARD)
    names = list(panel.lines)
    times = [moment / _DAY for moment, _ in next(iter(panel.lines.values()), [])]
    if panel.view is View.AREA and names:
        axes.stackplot(
            times, *([value for _, value in panel.lines[name]] for name in names), labels=names, colors=_COLOURS, alpha=0.55, linewidth=0.6
        )
    else:
        for name, colour in zip(names, _COLOURS * 4, strict=False):
            points = panel.lines[name]
            axes.plot(
                [moment / _DAY for moment, _ in points],
                [value for _, value in points],
                color=colour,
                linewidth=1.3,
                label=name,
            )
    _limits(axes, panel)
    axes.grid(axis="y", color=_GRID, linewidth=0.9)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_EDGE)
    axes.tick_params(colors=_PALE, labelsize=8, length=0)
    axes.tick_params(axis="x", pad=7)
    axes.yaxis.set_major_locator(_steps(panel.unit, axes.get_ylim()[1]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _worded(value, panel.unit, None)))
    axes.xaxis.set_major_locator(MultipleLocator(4 / 24))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda day, _: f"{round(day * 24) % 24:02d}:00"))
    if times:
        axes.set_xlim(times[0], times[-1])
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(-0.02, -0.15),
        ncols=entries,
        frameon=False,
        fontsize=8,
        labelcolor=_PALE,
        handlelength=1.1,
        columnspacing=1.4,
        borderaxespad=0,
    )


def _limits(axes: Axes, panel: Drawn) -> None:
    """The lines of the thresholds that are near what there is: one far above would flatten everything, and `_card` names it instead."""
    low, high = axes.get_ylim()
    if panel.unit is not Unit.USD or panel.view is View.AREA or low >= 0:
        low = min(0.0, low)
    near = sorted((each for each in panel.thresholds if not _is_far(each, panel)), key=lambda each: each.value)
    high = max([high, *(each.value * 1.15 for each in near)])
    axes.set_ylim(low, high)
    for each, above in zip(near, [*near[1:], None], strict=False):
        crowded = above is not None and above.value - each.value < (high - low) * 0.13
        axes.axhline(each.value, color=_LINES[each.level], linewidth=1.1, linestyle=(0, (5, 3)))
        if each.value == 0:
            continue  # an axis says it
        axes.annotate(
            each.words,
            (1, each.value),
            xycoords=axes.get_yaxis_transform(),
            xytext=(-4, -4 if crowded else 3),
            textcoords="offset points",
            fontsize=7.5,
            color=_LINES[each.level],
            ha="right",
            va="top" if crowded else "bottom",
            bbox={"facecolor": _CARD, "edgecolor": "none", "alpha": 0.75, "pad": 1},
        )


def _is_far(threshold: Threshold, panel: Drawn) -> bool:
    most = max((value for line in panel.lines.values() for _, value in line if value == value), default=0.0)
    return threshold.value > most * _FAR and most > 0


def _steps(unit: Unit, high: float) -> Locator:
    """Where an axis has its marks; those of time are at whole seconds, minutes or hours."""
    if unit is Unit.SECONDS and high > 5:
        return MultipleLocator(next(step for step in _SECONDS if high / step <= 5))
    if unit is Unit.BYTES:
        return MultipleLocator(5 * 1024**3)
    return MaxNLocator(5, min_n_ticks=3, steps=[1, 2, 2.5, 5, 10], integer=unit is Unit.COUNT)


def _worded(value: float, unit: Unit, decimals: int | None) -> str:
    if value != value:
        return "no data"
    match unit:
        case Unit.USD:
            return f"{'-' if value < 0 else ''}${_short(abs(value), decimals)}"
        case Unit.RATIO:
            return f"{value * 100:.{decimals}f} %" if decimals is not None else f"{value * 100:.3g} %"
        case Unit.PERCENT:
            return f"{value:.3g} %"
        case Unit.SECONDS:
            return _duration(value)
        case Unit.BYTES:
            return f"{value / 1024**3:.3g} GiB"
        case Unit.COUNT:
            return _short(value, decimals)


def _short(value: float, decimals: int | None) -> str:
    if decimals is not None:
        return f"{value:,.{decimals}f}"
    return f"{value / 1000:.4g}k" if abs(value) >= 10_000 else f"{value:,.4g}"


def _duration(seconds: float) -> str:
    if abs(seconds) < 1 and seconds != 0:
        return f"{seconds * 1000:.3g} ms"
    if abs(seconds) < 120:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.3g} min" if abs(seconds) < 3600 else f"{seconds / 3600:.3g} h"
