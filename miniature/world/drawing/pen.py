"""A pen that draws flat shapes in fractions of the canvas side, so that a picture looks the same at every size."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]
Tone = Callable[[Colour], Colour]


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """``first`` moved towards ``second`` by ``share`` (0 to 1)."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


class Pen:
    """Draws on one image; ``tone`` recolours every fill (the light of the hour), None leaves colours as they are."""

    def __init__(self, image: Image.Image, tone: Tone | None = None, *, snow: bool = False) -> None:
        self.side = image.width
        self.tone = tone
        self.snow = snow
        self._draw = ImageDraw.Draw(image)

    def _ink(self, fill: Colour) -> Colour:
        return self.tone(fill) if self.tone else fill

    def _scaled(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self.side, y * self.side) for x, y in points]

    def shape(self, points: Sequence[Point], fill: Colour) -> None:
        """A filled polygon."""
        self._draw.polygon(self._scaled(points), fill=self._ink(fill))

    def ridge(self, points: Sequence[Point], fill: Colour) -> None:
        """A filled polygon whose upper edges carry snow when it snows."""
        if self.snow:
            self.shape([(x, y - 0.016) for x, y in points], (255, 255, 255))
        self.shape(points, fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour, corner: float = 0.0) -> None:
        """A rectangle, with rounded corners if ``corner`` is positive."""
        bounds = self._scaled([(left, top), (right, bottom)])
        self._draw.rounded_rectangle(bounds, radius=corner * self.side, fill=self._ink(fill))

    def oval(self, x: float, y: float, across: float, down: float, fill: Colour) -> None:
        """An ellipse around (x, y) with half-axes ``across`` and ``down``."""
        self._draw.ellipse(self._scaled([(x - across, y - down), (x + across, y + down)]), fill=self._ink(fill))

    def dot(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """A disc."""
        self.oval(x, y, radius, radius, fill)

    def slice(self, x: float, y: float, across: float, down: float, start: int, end: int, fill: Colour) -> None:
        """The part of an ellipse between two angles in degrees (0 is right, clockwise), closed by its chord."""
        bounds = self._scaled([(x - across, y - down), (x + across, y + down)])
        self._draw.chord(bounds, start, end, fill=self._ink(fill))

    def arc(self, x: float, y: float, across: float, down: float, start: int, end: int, width: float, fill: Colour) -> None:
        """A curved stroke along an ellipse."""
        bounds = self._scaled([(x - across, y - down), (x + across, y + down)])
        self._draw.arc(bounds, start, end, fill=self._ink(fill), width=max(1, round(width * self.side)))

    def stroke(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """A line through points."""
        self._draw.line(self._scaled(points), fill=self._ink(fill), width=max(1, round(width * self.side)), joint="curve")
