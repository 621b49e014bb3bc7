"""The vocabulary of the postcard world: for each value its plain word first, then what else people call it."""

from __future__ import annotations

NUMBERS = {2: "two", 3: "three"}
COUNT_WORDS = {1: "one", 2: "two", 3: "three"}

# Nouns that follow an article; the last entry is the adverbial form ("... on the beach").
PLACE_WORDS = {
    "beach": ("beach", "seaside", "sandy beach", "on the beach"),
    "city": ("city", "town", "city street", "in the city"),
    "desert": ("desert", "sandy desert", "in the desert"),
    "forest": ("forest", "wood", "pine forest", "in the forest"),
    "lake": ("lake", "lakeside", "by the lake"),
    "meadow": ("meadow", "field", "green meadow", "on the meadow"),
    "mountains": ("mountain", "mountain valley", "in the mountains"),
    "village": ("village", "old village", "in the village"),
}

TIME_WORDS = {
    "morning": ("in the morning", "at dawn", "at sunrise"),
    "noon": ("at noon", "at midday", "by day"),
    "evening": ("in the evening", "at dusk", "at sunset"),
    "night": ("at night", "by night", "under the moon"),
}

# Two adjectives, then adverbial forms.
WEATHER_WORDS = {
    "clear": ("clear", "bright", "under a clear sky", "in fine weather"),
    "clouds": ("cloudy", "overcast", "under clouds", "with a cloudy sky"),
    "rain": ("rainy", "wet", "in the rain", "while it rains"),
    "snow": ("snowy", "snow-covered", "in the snow", "while it snows"),
}

KIND_WORDS = {
    "balloon": ("balloon", "hot-air balloon"),
    "boat": ("boat", "ship", "sailboat"),
    "butterfly": ("butterfly", "moth"),
    "car": ("car", "auto"),
    "cat": ("cat", "kitten"),
    "duck": ("duck", "duckling"),
    "fish": ("fish", "goldfish"),
    "flower": ("flower", "blossom"),
    "house": ("house", "cottage"),
    "kite": ("kite",),
    "mushroom": ("mushroom", "toadstool"),
    "rocket": ("rocket", "spaceship"),
    "star": ("star", "starfish"),
    "tent": ("tent",),
    "tree": ("tree",),
    "umbrella": ("umbrella", "parasol"),
}

COLOUR_WORDS = {
    "red": ("red", "scarlet"),
    "orange": ("orange",),
    "yellow": ("yellow", "golden"),
    "green": ("green", "emerald"),
    "blue": ("blue", "azure"),
    "purple": ("purple", "violet"),
    "pink": ("pink", "rosy"),
    "white": ("white",),
}

SIZE_WORDS = {"small": ("small", "little", "tiny"), "big": ("big", "large", "huge")}

POSITION_WORDS = {
    "left": ("on the left", "at the left", "to the left"),
    "middle": ("in the middle", "in the centre", "at the centre"),
    "right": ("on the right", "at the right", "to the right"),
}

_IRREGULAR = {"butterfly": "butterflies", "fish": "fish", "goldfish": "goldfish", "starfish": "starfish"}


def plural(noun: str) -> str:
    """The plural of one of the world's nouns."""
    return _IRREGULAR.get(noun, f"{noun}s")
