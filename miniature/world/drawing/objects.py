"""Things that were made, and the star: balloon, boat, car, house, kite, rocket, star, tent, umbrella. Each fills a unit square."""

from __future__ import annotations

from math import cos, pi, sin

from .palette import AMBER, BROWN, CREAM, GLASS, INK, STONE, detail_on, shade
from .pen import Colour, Pen


def balloon(pen: Pen, fill: Colour) -> None:
    pen.stroke([(0.36, 0.62), (0.45, 0.82)], 0.025, INK)
    pen.stroke([(0.64, 0.62), (0.55, 0.82)], 0.025, INK)
    pen.shape([(0.19, 0.5), (0.81, 0.5), (0.6, 0.72), (0.4, 0.72)], fill)
    pen.oval(0.5, 0.37, 0.35, 0.32, fill)
    pen.oval(0.5, 0.37, 0.2, 0.32, shade(fill))
    pen.oval(0.5, 0.37, 0.08, 0.32, detail_on(fill))
    pen.shape([(0.32, 0.5), (0.68, 0.5), (0.56, 0.72), (0.44, 0.72)], shade(fill))
    pen.shape([(0.43, 0.5), (0.57, 0.5), (0.53, 0.72), (0.47, 0.72)], detail_on(fill))
    pen.box(0.4, 0.79, 0.6, 0.94, BROWN, corner=0.03)
    pen.box(0.4, 0.79, 0.6, 0.83, AMBER)


def boat(pen: Pen, fill: Colour) -> None:
    pen.box(0.46, 0.04, 0.51, 0.72, BROWN)
    pen.shape([(0.55, 0.07), (0.92, 0.6), (0.55, 0.6)], fill)
    pen.shape([(0.42, 0.16), (0.42, 0.6), (0.12, 0.6)], shade(fill))
    pen.shape([(0.03, 0.66), (0.97, 0.66), (0.8, 0.92), (0.2, 0.92)], fill)
    pen.shape([(0.07, 0.72), (0.93, 0.72), (0.89, 0.78), (0.11, 0.78)], detail_on(fill))


def car(pen: Pen, fill: Colour) -> None:
    pen.shape([(0.2, 0.52), (0.3, 0.24), (0.68, 0.24), (0.82, 0.52)], fill)
    pen.shape([(0.29, 0.5), (0.36, 0.31), (0.48, 0.31), (0.48, 0.5)], GLASS)
    pen.shape([(0.54, 0.5), (0.54, 0.31), (0.65, 0.31), (0.73, 0.5)], GLASS)
    pen.box(0.02, 0.48, 0.98, 0.78, fill, corner=0.1)
    pen.box(0.04, 0.68, 0.96, 0.78, shade(fill), corner=0.04)
    pen.oval(0.92, 0.58, 0.045, 0.06, (255, 236, 150))
    for x in (0.26, 0.74):
        pen.dot(x, 0.78, 0.145, INK)
        pen.dot(x, 0.78, 0.065, (214, 210, 206))


def house(pen: Pen, fill: Colour) -> None:
    pen.box(0.7, 0.1, 0.81, 0.4, STONE)
    pen.box(0.14, 0.42, 0.86, 0.93, fill)
    pen.box(0.14, 0.42, 0.86, 0.52, shade(fill))
    pen.shape([(0.5, 0.05), (0.99, 0.48), (0.01, 0.48)], INK)
    pen.shape([(0.5, 0.12), (0.9, 0.455), (0.1, 0.455)], fill)
    pen.dot(0.5, 0.33, 0.07, CREAM)
    pen.box(0.5, 0.6, 0.7, 0.93, BROWN, corner=0.03)
    pen.dot(0.65, 0.77, 0.025, AMBER)
    pen.box(0.23, 0.58, 0.42, 0.76, GLASS)
    pen.stroke([(0.325, 0.58), (0.325, 0.76)], 0.025, INK)


def kite(pen: Pen, fill: Colour) -> None:
    top, right, foot, left, heart = (0.5, 0.02), (0.95, 0.32), (0.42, 0.76), (0.04, 0.36), (0.46, 0.34)
    pen.stroke([foot, (0.56, 0.83), (0.72, 0.84), (0.86, 0.93)], 0.035, INK)
    pen.shape([top, right, foot, left], fill)
    pen.shape([top, right, heart], shade(fill))
    pen.shape([left, heart, foot], shade(fill))
    pen.stroke([top, foot], 0.025, INK)
    pen.stroke([left, right], 0.025, INK)
    for x, y in ((0.6, 0.83), (0.84, 0.88)):
        pen.shape([(x, y), (x - 0.1, y - 0.07), (x - 0.1, y + 0.07)], CREAM)
        pen.shape([(x, y), (x + 0.1, y - 0.07), (x + 0.1, y + 0.07)], CREAM)


def rocket(pen: Pen, fill: Colour) -> None:
    pen.shape([(0.38, 0.76), (0.62, 0.76), (0.5, 0.98)], AMBER)
    pen.shape([(0.44, 0.76), (0.56, 0.76), (0.5, 0.89)], (255, 236, 150))
    for side in (-1, 1):
        pen.shape([(0.5 + side * 0.16, 0.5), (0.5 + side * 0.4, 0.7), (0.5 + side * 0.38, 0.88), (0.5 + side * 0.14, 0.74)], shade(fill))
    outline = [(0.5, 0.02), (0.6, 0.12), (0.68, 0.26), (0.71, 0.44), (0.69, 0.62), (0.63, 0.78)]
    pen.shape([*outline, *((1 - x, y) for x, y in reversed(outline))], fill)
    pen.box(0.35, 0.66, 0.65, 0.71, detail_on(fill))
    pen.dot(0.5, 0.38, 0.125, INK)
    pen.dot(0.5, 0.38, 0.09, GLASS)


def star(pen: Pen, fill: Colour) -> None:
    radii = (0.48, 0.235)
    points = [(0.5 + radii[k % 2] * sin(k * pi / 5), 0.51 - radii[k % 2] * cos(k * pi / 5)) for k in range(10)]
    pen.shape(points, fill)
    pen.shape([points[4], points[5], points[6], (0.5, 0.51)], shade(fill))
    for side in (-1, 1):
        pen.oval(0.5 + side * 0.095, 0.46, 0.036, 0.055, INK)
    pen.arc(0.5, 0.55, 0.09, 0.07, 10, 170, 0.03, INK)


def tent(pen: Pen, fill: Colour) -> None:
    pen.stroke([(0.5, 0.22), (0.5, 0.05)], 0.03, BROWN)
    pen.shape([(0.5, 0.03), (0.7, 0.09), (0.5, 0.15)], CREAM)
    pen.shape([(0.5, 0.18), (0.98, 0.92), (0.02, 0.92)], fill)
    pen.shape([(0.5, 0.18), (0.98, 0.92), (0.78, 0.92)], shade(fill))
    pen.shape([(0.5, 0.18), (0.22, 0.92), (0.02, 0.92)], shade(fill))
    pen.shape([(0.5, 0.42), (0.68, 0.92), (0.32, 0.92)], INK)
    pen.shape([(0.5, 0.42), (0.4, 0.92), (0.29, 0.92)], CREAM)


def umbrella(pen: Pen, fill: Colour) -> None:
    pen.stroke([(0.5, 0.06), (0.5, 0.82)], 0.055, BROWN)
    pen.arc(0.6, 0.82, 0.125, 0.12, 0, 180, 0.055, BROWN)
    pen.slice(0.5, 0.52, 0.47, 0.42, 180, 360, fill)
    pen.slice(0.5, 0.52, 0.17, 0.42, 180, 360, shade(fill))
    for x in (0.5, 0.187, 0.813):
        pen.oval(x, 0.52, 0.157, 0.065, shade(fill) if x == 0.5 else fill)
    for across in (0.17, 0.175):
        pen.arc(0.5, 0.52, across, 0.42, 180, 360, 0.022, INK)
    pen.dot(0.5, 0.09, 0.04, BROWN)
