"""SVG to PNG: with glyphs where there are glyphs, and a clear sentence where there is no font."""

from __future__ import annotations

import logging
import struct
import zlib
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from handlers.chart_svg import width
from handlers.charts import picture_of
from handlers.drawing import FONT, OWN, NoFont, font_at, png, the_font
from handlers.font_file import read_font
from tests.test_charts import attainment, telling

OWN_FONT = Path(str(resources.files("handlers") / "fonts" / OWN))


def text(words: str, high: int = 60) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="{high}" font-family="sans-serif">'
        f'<rect width="200" height="{high}" fill="#fff"/><text x="10" y="44" font-size="40">{words}</text></svg>'
    )


def size(data: bytes) -> tuple[int, int]:
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", data[16:24])


def pixels(data: bytes) -> bytes:
    """The image data, unpacked (the lines still filtered): the same picture gives the same bytes."""
    place, packed = 8, b""
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        if data[place + 4 : place + 8] == b"IDAT":
            packed += data[place + 8 : place + 8 + length]
        place += 12 + length
    return zlib.decompress(packed)


def test_a_picture_is_as_wide_as_a_phone_and_a_high_one_has_no_more_pixels() -> None:
    assert size(png(text("x"))) == (300, 90)
    wide, high = size(png(text("x", 12_000)))
    assert (wide, high) == (200, 12_000)
    wide, high = size(png(text("x", 4_000)))
    assert 200 < wide < 300
    assert high == pytest.approx(wide * 20, rel=0.02)


def test_chinese_characters_are_written_and_no_empty_boxes() -> None:
    seen = {pixels(png(text(words))) for words in ("", "参", "谋", "區", "國", "あ", "é", "¥", "…", "￥", "珺")}
    assert len(seen) == 11


def test_the_font_has_what_names_and_figures_are_written_with() -> None:
    font = read_font(OWN_FONT)
    gb2312 = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFA)]
    letters = [chr(code) for code in (*range(0x20, 0x7F), *range(0xC0, 0x100))]
    for ch in (*gb2312, *letters, *"臺灣電話區國體龍–—…·×€£¥￥％（）：；「」《》、。"):
        assert font.has(ch), ch
    assert not font.has("\U0001f389")
    assert font.family == "Canmou Sans"
    assert OWN_FONT.stat().st_size < 4_000_000


def test_letters_that_the_font_lacks_are_written_without_their_marks() -> None:
    assert pixels(png(text("Łódź Żywiec Ǆ"))) == pixels(png(text("Lódz Zywiec D")))
    assert pixels(png(text("Z\u0301o\u0301\u200b"))) == pixels(png(text("Zó")))


def test_what_the_font_lacks_does_not_break_the_picture() -> None:
    assert size(png(text("\U0001f389\u0e01\U00020bb7"))) == (300, 90)


def test_a_text_is_no_wider_than_it_is_said_to_be() -> None:
    """Where a text ends, nothing of it is drawn any more: the widths that the layout counts with are the font's."""
    for words in ("Wij fl 0123,456.78%", "参谋 85万 / 1,080万", "Ångström…", "(Q3) – $8.25M"):
        long = width(words, 20)
        drawn = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="40" font-family="sans-serif">'
            f'<text x="0" y="25" font-size="20">{words}</text><rect width="{long:.1f}" height="40" fill="#000"/></svg>'
        )
        bare = drawn.replace(words, "")
        assert pixels(png(drawn)) == pixels(png(bare)), words


# -- without a font


def test_a_font_that_is_missing_is_said_and_nothing_is_drawn(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    no_font = font_at(None, tmp_path / OWN, lambda: False)
    assert isinstance(no_font, NoFont)
    for words in (OWN, "No such file", "no font with Chinese characters", "without pictures", "fonts-noto-cjk", FONT):
        assert words in str(no_font)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]

    def draw(svg: str) -> bytes:
        raise no_font

    assert picture_of(attainment(30, 80), telling(), draw) is None


def test_a_font_without_chinese_is_no_font_for_us(tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.ttf"
    rubbish.write_bytes(b"\0\1\0\0" + b"no font" * 30)
    no_font = font_at(str(rubbish), OWN_FONT, lambda: False)
    assert isinstance(no_font, NoFont)
    assert f"{FONT}={rubbish}" in str(no_font)


def test_the_fonts_of_the_system_take_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert font_at(None, tmp_path / "gone.otf", lambda: True) is None
    assert "the system's fonts are taken" in caplog.text


def test_the_operator_may_name_a_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "ours.otf"
    other.write_bytes(OWN_FONT.read_bytes())
    monkeypatch.setenv(FONT, str(other))
    found = the_font()
    assert found is not None
    assert found.path == other
    assert size(png(text("参"))) == (300, 90)


def test_the_doctor_says_what_pictures_are_written_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(FONT, raising=False)
    assert "✓ pictures: written with Canmou Sans (canmou-sans.otf)" in CliRunner().invoke(app, ["doctor"]).output
    monkeypatch.setenv(FONT, str(tmp_path / "gone.otf"))
    said = CliRunner().invoke(app, ["doctor"]).output
    assert "✗ CANMOU_FONT: names no file" in said
    text_file = tmp_path / "words.otf"
    text_file.write_text("no font")
    monkeypatch.setenv(FONT, str(text_file))
    (line,) = [line for line in CliRunner().invoke(app, ["doctor"]).output.splitlines() if " pictures: " in line]
    assert line.startswith("! ")
