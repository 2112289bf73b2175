"""Design tokens: the colours of both themes and the sizes of everything, as data. No Qt; a test reads the contrasts.

`fill` and `ink` belong together (a state over the full width), `mark` is the same state on a surface.
"""

from typing import Final

from msgspec import Struct

from station.screen import Tone

FULL_HEIGHT: Final = 800  # what the sizes are meant for; larger windows draw larger
SCALE_MAX: Final = 1.6
TOUCH_PX: Final = 72  # no button is lower
LEAST_PX: Final = (1024, 640)  # the smallest window that all of it fits into unscaled
WIDE_PX: Final = 1200
LARGER: Final = {"large": 1.2}


class Shade(Struct, frozen=True):
    """How one tone looks."""

    fill: str
    ink: str
    mark: str


class Theme(Struct, frozen=True, kw_only=True):
    name: str
    ground: str  # behind everything
    surface: str  # panels
    raised: str  # buttons, fields, every other line of a list
    line: str  # borders: not text, contrast 3
    text: str
    muted: str
    shades: dict[Tone, Shade]


DARK: Final = Theme(
    name="dark",
    ground="#0a101c",
    surface="#121b2d",
    raised="#1d2a44",
    line="#71829f",
    text="#f3f6fb",
    muted="#b3c0d4",
    shades={
        Tone.IDLE: Shade("#1d2a44", "#f3f6fb", "#b3c0d4"),
        Tone.WORK: Shade("#1d4ed8", "#ffffff", "#9dbcff"),
        Tone.SAVED: Shade("#0e6d88", "#ffffff", "#67e0f5"),
        Tone.GOOD: Shade("#15803d", "#ffffff", "#4ade80"),
        Tone.WARN: Shade("#facc15", "#111827", "#fde047"),
        Tone.BAD: Shade("#b91c1c", "#ffffff", "#fda4a4"),
    },
)
LIGHT: Final = Theme(
    name="light",
    ground="#e9edf3",
    surface="#ffffff",
    raised="#eef2f8",
    line="#7a8799",
    text="#0f172a",
    muted="#475569",
    shades={
        Tone.IDLE: Shade("#d5deeb", "#0f172a", "#475569"),
        Tone.WORK: Shade("#1d4ed8", "#ffffff", "#1d4ed8"),
        Tone.SAVED: Shade("#0e6d88", "#ffffff", "#0b5f78"),
        Tone.GOOD: Shade("#15803d", "#ffffff", "#146c34"),
        Tone.WARN: Shade("#facc15", "#111827", "#7a4a06"),
        Tone.BAD: Shade("#b91c1c", "#ffffff", "#b91c1c"),
    },
)
THEMES: Final = {theme.name: theme for theme in (DARK, LIGHT)}


class Look(Struct, frozen=True):
    """A theme at a scale: what a widget needs to draw itself."""

    theme: Theme
    scale: float = 1.0

    def px(self, size: float) -> int:
        """Return `size` of the 800 pixel high design in pixels of this window."""
        return round(size * self.scale)

    def shade(self, tone: Tone) -> Shade:
        return self.theme.shades[tone]


def look_for(theme: str, width: int, height: int, text: str = "normal") -> Look:
    """Return the look of a window of this size; an unknown theme is the dark one.

    Larger text is drawn as large as still fits: a small tablet has no room for it.
    """
    scale = max(1.0, min(height / FULL_HEIGHT, width / 1280, SCALE_MAX))
    most = max(1.0, min(width / LEAST_PX[0], height / LEAST_PX[1]))
    return Look(THEMES.get(theme, DARK), min(scale * LARGER.get(text, 1.0), most))


def is_wide(width: int, look: Look) -> bool:
    """Tell whether a window of this width is one of a PC, not of a tablet."""
    return width >= look.px(WIDE_PX)


def contrast(first: str, second: str) -> float:
    """Return the contrast of two `#rrggbb` colours as WCAG 2 defines it: 1..21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
