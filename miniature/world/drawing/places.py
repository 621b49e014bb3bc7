"""The eight places: muted silhouettes without outlines, each with a skyline and a palette of its own."""

from __future__ import annotations

from collections.abc import Callable

from .pen import Colour, Pen, Point

_GLOW: Colour = (255, 214, 120)


def _ground(pen: Pen, edge: list[Point], fill: Colour) -> None:
    """Land from an edge (left to right) down to the bottom of the picture."""
    pen.ridge([(0.0, edge[0][1]), *edge, (1.0, edge[-1][1]), (1.0, 1.05), (0.0, 1.05)], fill)


def _pine(pen: Pen, x: float, foot: float, height: float, fill: Colour) -> None:
    half = height * 0.24
    paint = pen.ridge  # snow on the crown alone: on every branch it hides the tree
    for tier in range(3):
        top = foot - height * (1 - tier * 0.22)
        bottom = foot - height * (0.52 - tier * 0.26)
        width = half * (0.55 + tier * 0.225)
        paint([(x, top), (x + width, bottom), (x - width, bottom)], fill)
        paint = pen.shape


def _window(pen: Pen, left: float, top: float, width: float, height: float, dark: Colour, lit: bool) -> None:
    """A window; a lit one ignores the hour's tint, which is what makes it glow."""
    if not lit:
        pen.box(left, top, left + width, top + height, dark)
        return
    tone, pen.tone = pen.tone, None
    pen.box(left, top, left + width, top + height, _GLOW)
    pen.tone = tone


def _beach(pen: Pen, night: bool, variant: int) -> None:
    pen.ridge([(0.58, 0.43), (0.68, 0.38), (0.8, 0.35), (0.92, 0.37), (1, 0.36), (1, 0.43)], (122, 150, 140))
    pen.box(0, 0.42, 1, 0.7, (52, 156, 176))
    for x, y in ((0.1, 0.455), (0.4, 0.475), (0.7, 0.46), (0.9, 0.49)):
        pen.box(x - 0.05, y, x + 0.05, y + 0.009, (130, 204, 212))
    edge = [(0.0, 0.56), (0.15, 0.585), (0.3, 0.56), (0.5, 0.535), (0.7, 0.565), (0.85, 0.58), (1.0, 0.55)]
    _ground(pen, [(x, y - 0.022) for x, y in edge], (232, 246, 242))
    _ground(pen, edge, (242, 218, 160))
    for x, y in ((0.08, 0.72), (0.34, 0.9), (0.62, 0.66), (0.94, 0.84)):
        pen.oval(x, y, 0.028, 0.008, (222, 192, 132))
    pen.stroke([(0.0, 0.6), (0.03, 0.42), (0.07, 0.3)], 0.024, (128, 98, 70))
    for x, y in ((0.2, 0.33), (0.16, 0.42), (-0.04, 0.4), (0.0, 0.24), (0.17, 0.24)):
        pen.ridge([(0.07, 0.285), ((0.07 + x) / 2, y * 0.5 + 0.12), (x, y), ((0.07 + x) / 2, y * 0.5 + 0.165)], (74, 118, 84))


def _city(pen: Pen, night: bool, variant: int) -> None:
    for left, right, top in ((0.0, 0.1, 0.36), (0.24, 0.36, 0.24), (0.46, 0.56, 0.2), (0.66, 0.76, 0.28), (0.9, 1.0, 0.37)):
        pen.ridge([(left, top), (right, top), (right, 0.55), (left, 0.55)], (156, 168, 190))
    blocks = ((0.07, 0.24, 0.37, 3), (0.33, 0.47, 0.16, 3), (0.53, 0.68, 0.27, 3), (0.74, 0.92, 0.36, 4))
    for left, right, top, columns in blocks:
        pen.ridge([(left, top), (right, top), (right, 0.55), (left, 0.55)], (104, 116, 144))
        gap = (right - left) / columns
        for column in range(columns):
            for row in range(int((0.52 - top) / 0.045)):
                lit = night and (column * 2 + row * 3 + variant) % 3 != 0
                _window(pen, left + gap * (column + 0.28), top + 0.022 + row * 0.045, gap * 0.44, 0.022, (184, 200, 216), lit)
    _ground(pen, [(0.0, 0.53)], (190, 188, 190))
    _ground(pen, [(0.0, 0.585)], (118, 118, 128))
    for x in (0.06, 0.39, 0.72):
        pen.box(x, 0.77, x + 0.17, 0.79, (214, 208, 190))


def _desert(pen: Pen, night: bool, variant: int) -> None:
    rock = (186, 104, 76)
    pen.ridge([(0.24, 0.5), (0.28, 0.27), (0.31, 0.25), (0.49, 0.25), (0.52, 0.28), (0.57, 0.5)], rock)
    pen.shape([(0.43, 0.266), (0.49, 0.26), (0.52, 0.28), (0.57, 0.5), (0.47, 0.5)], (160, 84, 66))
    pen.ridge([(0.68, 0.5), (0.7, 0.35), (0.78, 0.34), (0.82, 0.5)], rock)
    _ground(pen, [(0.0, 0.42), (0.16, 0.4), (0.4, 0.46), (0.6, 0.47), (0.8, 0.43), (1.0, 0.4)], (226, 156, 96))
    _ground(pen, [(0.0, 0.56), (0.2, 0.58), (0.45, 0.52), (0.7, 0.55), (1.0, 0.62)], (214, 136, 80))
    _ground(pen, [(0.0, 0.76), (0.3, 0.71), (0.6, 0.77), (0.8, 0.79), (1.0, 0.74)], (202, 122, 70))
    for x, foot, height in ((0.06, 0.45, 0.17), (0.93, 0.45, 0.13)):
        cactus = (98, 116, 78)
        pen.box(x - 0.014, foot - height, x + 0.014, foot, cactus, corner=0.013)
        pen.stroke([(x, foot - height * 0.4), (x + 0.038, foot - height * 0.4), (x + 0.038, foot - height * 0.75)], 0.016, cactus)
        pen.stroke([(x, foot - height * 0.3), (x - 0.034, foot - height * 0.3), (x - 0.034, foot - height * 0.6)], 0.016, cactus)


def _forest(pen: Pen, night: bool, variant: int) -> None:
    for index in range(12):
        _pine(pen, index * 0.092, 0.52, 0.2 + 0.05 * (index % 3) + (0.08 if 3 < index < 9 else 0.0), (86, 126, 110))
    pen.box(0, 0.47, 1, 0.6, (44, 84, 66))
    for index in range(9):
        _pine(pen, 0.03 + index * 0.118, 0.57, 0.22 + 0.05 * (index * 2 % 3) + (0.06 if 2 < index < 7 else 0.0), (44, 84, 66))
    _ground(pen, [(0.0, 0.52), (0.3, 0.54), (0.7, 0.525), (1.0, 0.54)], (76, 100, 58))
    pen.shape([(0.47, 0.535), (0.53, 0.535), (0.6, 0.68), (0.82, 1.0), (0.3, 1.0), (0.44, 0.7)], (122, 100, 70))
    for x, y in ((0.1, 0.66), (0.24, 0.88), (0.8, 0.7), (0.92, 0.9), (0.04, 0.92)):
        pen.shape([(x - 0.03, y), (x - 0.018, y - 0.03), (x, y - 0.006), (x + 0.012, y - 0.036), (x + 0.03, y)], (56, 82, 48))


def _lake(pen: Pen, night: bool, variant: int) -> None:
    pen.ridge(
        [(0, 0.45), (0, 0.36), (0.14, 0.34), (0.34, 0.26), (0.5, 0.34), (0.68, 0.28), (0.86, 0.36), (1, 0.37), (1, 0.45)], (112, 146, 160)
    )
    pen.ridge([(0, 0.48), (0, 0.41), (0.2, 0.4), (0.42, 0.44), (0.62, 0.4), (0.84, 0.43), (1, 0.41), (1, 0.48)], (84, 124, 96))
    pen.box(0, 0.455, 1, 0.9, (88, 138, 178))
    pen.shape([(0, 0.455), (1, 0.455), (1, 0.49), (0.84, 0.475), (0.62, 0.5), (0.42, 0.47), (0.2, 0.5), (0, 0.49)], (70, 112, 136))
    for x, y in ((0.14, 0.55), (0.55, 0.53), (0.85, 0.58), (0.36, 0.64), (0.68, 0.68), (0.08, 0.71), (0.93, 0.74), (0.48, 0.76)):
        pen.box(x - 0.06, y, x + 0.06, y + 0.01, (140, 182, 208))
    _ground(pen, [(0.0, 0.82), (0.2, 0.86), (0.5, 0.885), (0.8, 0.86), (1.0, 0.81)], (116, 136, 84))
    for x in (0.012, 0.04, 0.96, 0.985):
        pen.stroke([(x, 0.84), (x, 0.66 + 0.03 * (int(x * 1000) % 3))], 0.008, (92, 112, 70))
        pen.oval(x, 0.67 + 0.03 * (int(x * 1000) % 3), 0.011, 0.032, (110, 82, 60))


def _meadow(pen: Pen, night: bool, variant: int) -> None:
    _ground(pen, [(0.0, 0.42), (0.12, 0.385), (0.25, 0.37), (0.4, 0.39), (0.6, 0.44), (1.0, 0.45)], (140, 178, 108))
    _ground(pen, [(0.0, 0.5), (0.3, 0.475), (0.55, 0.43), (0.75, 0.395), (0.9, 0.395), (1.0, 0.41)], (158, 194, 104))
    for x in (0.03, 0.15, 0.27, 0.39, 0.51, 0.63, 0.75, 0.87, 0.99):
        pen.ridge([(x - 0.01, 0.46), (x + 0.01, 0.46), (x + 0.01, 0.56), (x - 0.01, 0.56)], (222, 206, 176))
    for y in (0.485, 0.52):
        pen.box(0, y, 1, y + 0.012, (222, 206, 176))
    _ground(pen, [(0.0, 0.55), (0.35, 0.54), (0.7, 0.55), (1.0, 0.54)], (172, 204, 98))
    _ground(pen, [(0.0, 0.74), (0.3, 0.7), (0.6, 0.73), (1.0, 0.78)], (156, 192, 88))
    for x, y in (
        (0.06, 0.63),
        (0.22, 0.6),
        (0.34, 0.7),
        (0.47, 0.62),
        (0.66, 0.66),
        (0.8, 0.6),
        (0.94, 0.68),
        (0.34, 0.93),
        (0.67, 0.9),
        (0.97, 0.9),
    ):
        pen.dot(x, y + 0.01 * variant, 0.0095, (244, 240, 196))


def _mountains(pen: Pen, night: bool, variant: int) -> None:
    peaks = ((0.2, 0.26, 0.24), (0.84, 0.27, 0.24), (0.5, 0.11, 0.34))
    for (x, top, half), rock in zip(peaks, ((142, 140, 168), (142, 140, 168), (112, 108, 142)), strict=True):
        drop = 0.55 - top
        pen.ridge([(x, top), (x + half, 0.55), (x - half, 0.55)], rock)
        pen.shape([(x, top), (x + half, 0.55), (x + half * 0.2, 0.55)], (rock[0] - 20, rock[1] - 20, rock[2] - 16))
        cap = [(x, top)] + [
            (x + half * f * 0.34, top + drop * d) for f, d in ((1, 0.34), (0.5, 0.27), (0.1, 0.38), (-0.45, 0.27), (-1, 0.34))
        ]
        pen.shape(cap, (246, 248, 252))
    _ground(pen, [(0.0, 0.49), (0.25, 0.47), (0.5, 0.5), (0.75, 0.475), (1.0, 0.49)], (104, 128, 112))
    _ground(pen, [(0.0, 0.6), (0.3, 0.58), (0.65, 0.62), (1.0, 0.59)], (138, 150, 134))
    for x, y, size in ((0.05, 0.66, 0.03), (0.34, 0.64, 0.024), (0.68, 0.7, 0.03), (0.95, 0.8, 0.034), (0.33, 0.93, 0.03)):
        pen.ridge([(x - size, y), (x - size * 0.5, y - size), (x + size * 0.5, y - size * 0.8), (x + size, y)], (112, 114, 120))


def _village(pen: Pen, night: bool, variant: int) -> None:
    _ground(pen, [(0.0, 0.41), (0.3, 0.38), (0.6, 0.37), (1.0, 0.42)], (150, 160, 118))
    walls, roof = (206, 190, 166), (146, 96, 82)
    pen.box(0.52, 0.26, 0.6, 0.5, walls)
    pen.ridge([(0.56, 0.09), (0.615, 0.27), (0.505, 0.27)], (112, 92, 98))
    for x, top, half in ((0.06, 0.37, 0.085), (0.26, 0.34, 0.095), (0.43, 0.36, 0.085), (0.7, 0.35, 0.095), (0.92, 0.37, 0.09)):
        pen.box(x - half * 0.86, top, x + half * 0.86, 0.52, walls)
        pen.ridge(
            [(x - half * 0.7, top - 0.07), (x + half * 0.7, top - 0.07), (x + half * 1.08, top + 0.02), (x - half * 1.08, top + 0.02)], roof
        )
        for side in (-0.5, 0.2):
            _window(pen, x + half * side, top + 0.05, half * 0.32, 0.035, (128, 118, 116), night)
    _window(pen, 0.55, 0.3, 0.022, 0.04, (128, 118, 116), night)
    _ground(pen, [(0.0, 0.5), (0.3, 0.51), (0.7, 0.505), (1.0, 0.5)], (142, 140, 96))
    _ground(pen, [(0.0, 0.55), (0.5, 0.565), (1.0, 0.55)], (190, 164, 132))
    for x, y in (
        (0.07, 0.62),
        (0.25, 0.66),
        (0.45, 0.6),
        (0.64, 0.67),
        (0.85, 0.62),
        (0.03, 0.8),
        (0.34, 0.82),
        (0.67, 0.84),
        (0.96, 0.8),
        (0.3, 0.95),
        (0.7, 0.96),
    ):
        pen.oval(x, y, 0.03, 0.012, (168, 142, 112))


PLACE_PAINTERS: dict[str, Callable[[Pen, bool, int], None]] = {
    "beach": _beach,
    "city": _city,
    "desert": _desert,
    "forest": _forest,
    "lake": _lake,
    "meadow": _meadow,
    "mountains": _mountains,
    "village": _village,
}
