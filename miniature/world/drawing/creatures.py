"""Things that live or grow: butterfly, cat, duck, fish, flower, mushroom, tree. Each painter fills a unit square."""

from __future__ import annotations

from math import cos, pi, sin

from .palette import AMBER, BLUSH, BROWN, CREAM, INK, LEAF, detail_on, shade
from .pen import Colour, Pen


def butterfly(pen: Pen, fill: Colour) -> None:
    for side in (-1, 1):
        pen.stroke([(0.5, 0.3), (0.5 + side * 0.12, 0.1)], 0.035, INK)
        pen.dot(0.5 + side * 0.12, 0.1, 0.035, INK)
        pen.shape(
            [(0.5, 0.5), (0.5 + side * 0.12, 0.32), (0.5 + side * 0.36, 0.12), (0.5 + side * 0.45, 0.3), (0.5 + side * 0.36, 0.52)], fill
        )
        pen.oval(0.5 + side * 0.29, 0.34, 0.18, 0.21, fill)
        pen.oval(0.5 + side * 0.22, 0.68, 0.17, 0.18, shade(fill))
        pen.dot(0.5 + side * 0.31, 0.32, 0.075, detail_on(fill))
        pen.dot(0.5 + side * 0.23, 0.71, 0.05, detail_on(fill))
    pen.oval(0.5, 0.54, 0.055, 0.28, INK)


def cat(pen: Pen, fill: Colour) -> None:
    pen.arc(0.7, 0.68, 0.2, 0.2, -60, 100, 0.09, shade(fill))
    pen.oval(0.48, 0.73, 0.25, 0.22, fill)
    for side in (-1, 1):
        pen.shape([(0.46 + side * 0.28, 0.06), (0.46 + side * 0.29, 0.36), (0.46 + side * 0.05, 0.22)], fill)
        pen.shape([(0.46 + side * 0.24, 0.14), (0.46 + side * 0.25, 0.28), (0.46 + side * 0.13, 0.21)], BLUSH)
    pen.oval(0.46, 0.39, 0.3, 0.24, fill)
    pen.oval(0.48, 0.78, 0.13, 0.14, detail_on(fill))
    for side in (-1, 1):
        pen.oval(0.46 + side * 0.125, 0.37, 0.05, 0.065, INK)
        pen.dot(0.46 + side * 0.125 + 0.015, 0.345, 0.018, CREAM)
        pen.stroke([(0.46 + side * 0.16, 0.48), (0.46 + side * 0.3, 0.5)], 0.018, INK)
    pen.shape([(0.42, 0.455), (0.5, 0.455), (0.46, 0.5)], BLUSH)


def duck(pen: Pen, fill: Colour) -> None:
    pen.shape([(0.66, 0.28), (0.96, 0.33), (0.93, 0.42), (0.68, 0.44)], AMBER)
    pen.stroke([(0.68, 0.37), (0.94, 0.375)], 0.02, INK)
    pen.shape([(0.03, 0.5), (0.3, 0.56), (0.2, 0.8), (0.08, 0.72)], fill)
    pen.oval(0.46, 0.7, 0.36, 0.23, fill)
    pen.dot(0.56, 0.32, 0.21, fill)
    pen.shape([(0.4, 0.4), (0.7, 0.42), (0.76, 0.62), (0.4, 0.62)], fill)
    pen.slice(0.4, 0.66, 0.22, 0.15, -10, 190, shade(fill))
    pen.arc(0.4, 0.66, 0.22, 0.15, -10, 190, 0.028, INK)
    pen.dot(0.62, 0.27, 0.05, INK)
    pen.dot(0.635, 0.255, 0.018, CREAM)


def fish(pen: Pen, fill: Colour) -> None:
    pen.shape([(0.34, 0.5), (0.03, 0.22), (0.09, 0.5), (0.03, 0.8)], shade(fill))
    pen.shape([(0.42, 0.34), (0.56, 0.13), (0.76, 0.3)], shade(fill))
    pen.shape([(0.5, 0.72), (0.48, 0.88), (0.66, 0.74)], shade(fill))
    pen.oval(0.59, 0.51, 0.37, 0.25, fill)
    pen.arc(0.58, 0.51, 0.13, 0.2, -70, 70, 0.028, INK)
    pen.arc(0.4, 0.51, 0.1, 0.12, -70, 70, 0.028, shade(shade(fill)))
    pen.dot(0.8, 0.45, 0.07, CREAM)
    pen.dot(0.815, 0.45, 0.042, INK)
    pen.stroke([(0.9, 0.6), (0.82, 0.6)], 0.025, INK)


def flower(pen: Pen, fill: Colour) -> None:
    pen.stroke([(0.5, 0.5), (0.5, 0.93)], 0.065, LEAF)
    pen.oval(0.65, 0.82, 0.15, 0.065, LEAF)
    pen.oval(0.35, 0.76, 0.15, 0.065, LEAF)
    for petal in range(6):
        angle = petal * pi / 3 + pi / 6
        pen.dot(0.5 + 0.215 * cos(angle), 0.36 + 0.215 * sin(angle), 0.145, shade(fill) if petal % 2 else fill)
    pen.dot(0.5, 0.36, 0.13, (120, 74, 40))
    pen.dot(0.5, 0.36, 0.09, AMBER)


def mushroom(pen: Pen, fill: Colour) -> None:
    pen.box(0.36, 0.45, 0.64, 0.93, CREAM, corner=0.1)
    pen.box(0.36, 0.55, 0.64, 0.62, (222, 206, 180))
    pen.slice(0.5, 0.54, 0.45, 0.46, 180, 360, fill)
    pen.oval(0.5, 0.54, 0.45, 0.06, shade(fill))
    spot = detail_on(fill)
    pen.oval(0.5, 0.24, 0.1, 0.08, spot)
    pen.oval(0.24, 0.4, 0.075, 0.075, spot)
    pen.oval(0.75, 0.39, 0.08, 0.075, spot)
    pen.dot(0.5, 0.44, 0.045, spot)
    for side in (-1, 1):
        pen.oval(0.5 + side * 0.06, 0.71, 0.024, 0.04, INK)


def tree(pen: Pen, fill: Colour) -> None:
    pen.shape([(0.45, 0.6), (0.55, 0.6), (0.61, 0.94), (0.39, 0.94)], BROWN)
    pen.dot(0.25, 0.53, 0.18, shade(fill))
    pen.dot(0.75, 0.53, 0.18, shade(fill))
    pen.oval(0.5, 0.6, 0.24, 0.16, shade(fill))
    pen.dot(0.5, 0.25, 0.23, fill)
    pen.dot(0.32, 0.43, 0.19, fill)
    pen.dot(0.66, 0.43, 0.19, fill)
    for x, y in ((0.45, 0.25), (0.31, 0.43), (0.63, 0.44)):
        pen.arc(x, y, 0.11, 0.1, 190, 290, 0.03, detail_on(fill))
