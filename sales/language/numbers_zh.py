"""Chinese numerals and figures mixed with them: 八十五万, 一百五, 2万5, 1亿2千万, 十几万, 三五十万, 八十来万."""

from __future__ import annotations

from decimal import Decimal

from sales.language.numerals import ARABIC, Numeral, Script
from sales.language.patterns import lazy

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SMALL = {"十": 10, "百": 100, "千": 1000}
BIG = {"万": 10_000, "亿": 100_000_000}
CHINESE = "零〇一二三四五六七八九两十百千万亿"

_POSITIONAL = lazy(r"[零〇一二三四五六七八九]{2,}(?![十百千万亿点])")
_FRACTION = lazy(r"点([零〇一二三四五六七八九]+)(?![十百千])")


def read_positional(text: str, at: int) -> Numeral | None:
    """Digits said one by one (九五, 二零二六), but not two that mean "three or four" (三四)."""
    run = match.group() if (match := _POSITIONAL.match(text, at)) else ""
    if not run or (len(run) == 2 and _is_pair(DIGITS[run[0]], DIGITS[run[1]])):
        return None
    value = Decimal("".join(str(DIGITS[c]) for c in run))
    return Numeral(at, at + len(run), value, value, Script.CHINESE, words=len(run), positional=True)


def read_chinese(text: str, at: int) -> Numeral | None:
    """The longest numeral from `at` that is well formed, figures and numerals mixed as they come."""
    return _Reader(text, at).read()


def _is_pair(first: int, second: int) -> bool:
    """三四, 七八, 三五: two digits side by side that mean "three or four"."""
    return first > 0 and (second == first + 1 or (first, second) == (3, 5))


class _Reader:
    """Reads one numeral from left to right: sections below 万, then 万, then 亿."""

    def __init__(self, text: str, at: int) -> None:
        self.text, self.start, self.i = text, at, at
        self.total: tuple[Decimal, Decimal] = (Decimal(0), Decimal(0))
        self.section: tuple[Decimal, Decimal] = (Decimal(0), Decimal(0))
        self.pending: tuple[Decimal, Decimal] | None = None
        self.pending_at = at
        self.pending_figures = self.pending_pair = self.decimal = self.zero = self.approx = False
        self.section_unit, self.big_unit, self.last_unit = 10_000, 10**12, 0
        self.words, self.round_unit, self.figures = 0, False, False

    def read(self) -> Numeral | None:
        text, size = self.text, len(self.text)
        while self.i < size:
            c = text[self.i]
            if "0" <= c <= "9" or c == ".":
                step = self._figures()
            elif c in "零〇":
                step = self._zero()
            elif c in DIGITS:
                step = self._digit(Decimal(DIGITS[c]))
            elif c in SMALL:
                step = self._small(SMALL[c])
            elif c in BIG:
                step = self._big(BIG[c])
            elif c in "几数":
                step = self._some(c)
            elif c == "大":  # 一百大几十万
                step = int(self._begun and self._next() == "几")
            elif c == "半":
                step = self._half()
            elif c in "多来余+ 个点":
                step = self._between(c)
            else:
                break
            if not step:
                break
            self.i += step
        return self._result()

    def _next(self, ahead: int = 1) -> str:
        return self.text[self.i + ahead : self.i + ahead + 1]

    @property
    def _begun(self) -> bool:
        return self.pending is not None or self.last_unit > 0

    def _hold(self, low: Decimal, high: Decimal, *, figures: bool = False) -> None:
        self.pending, self.pending_at, self.pending_figures, self.pending_pair = (low, high), self.i, figures, False
        self.words += 1

    def _figures(self) -> int:
        if self.pending is not None or self.zero:
            return 0
        match = ARABIC.match(self.text, self.i)
        if match is None:
            return 0
        written = match.group()
        if self._begun:  # 1亿2千万, 98万5: figures go on only with a unit of their own, or as one last digit
            after = self.text[match.end() : match.end() + 1]
            last = len(written) == 1 and written != "0" and self.last_unit >= 100 and not self._joined(match.end())
            if not (len(written) <= 4 and written.isdigit() and after in SMALL | BIG) and not last:
                return 0
        else:
            self.figures = True
        value = Decimal(written.replace(",", ""))
        self._hold(value, value, figures=True)
        return len(written)

    def _joined(self, at: int) -> bool:
        """A further figure, or a sign that ties what stands before it to what follows (5-6, 3/18, 3:1)."""
        after = self.text[at : at + 2]
        return bool(after) and (after[0].isdigit() or (after[0] in ".,-/:~" and after[1:].isdigit()))

    def _zero(self) -> int:
        if self.pending is not None or not self._begun or self._next() not in DIGITS | SMALL:
            return 0
        self.zero = True
        self.words += 1
        return 1

    def _digit(self, value: Decimal) -> int:
        if self.pending is None:
            self._hold(value, value)
            return 1
        first = self.pending[0]
        if self.pending_figures or self.pending_pair or self.decimal or not _is_pair(int(first), int(value)):
            return 0
        self.pending, self.pending_pair, self.approx = (first, value), True, True
        self.words += 1
        return 1

    def _small(self, unit: int) -> int:
        if unit >= self.section_unit:
            return 0
        if self.pending is None:
            # 十五, 一百十五, but neither 百 nor a 十 right after 万 (八十万十月签)
            if unit != 10 or not (not self._begun or self.zero or self.last_unit in (100, 1000)):
                return 0
            coefficient = (Decimal(1), Decimal(1))
        elif unit == 10 and self.pending[1] >= 10:
            return 0
        else:
            coefficient = self.pending
        self.section = (self.section[0] + coefficient[0] * unit, self.section[1] + coefficient[1] * unit)
        self.section_unit = self.last_unit = unit
        self._settle()
        self.round_unit = True
        return 1

    def _settle(self) -> None:
        self.pending, self.zero, self.decimal = None, False, False
        self.words += 1

    def _big(self, unit: int) -> int:
        low, high = self._section_value()
        if high == 0:
            if unit == BIG["亿"] and self.last_unit == BIG["万"] and self.big_unit == unit // 10_000:  # 万亿
                self.total = (self.total[0] * unit, self.total[1] * unit)
                self.last_unit = unit
                return 1
            return 0
        if unit >= self.big_unit:
            return 0
        self.total = (self.total[0] + low * unit, self.total[1] + high * unit)
        self.section, self.section_unit = (Decimal(0), Decimal(0)), 10_000
        self.big_unit = self.last_unit = unit
        self._settle()
        return 1

    def _some(self, c: str) -> int:
        """几 and 数: 几十万, 十几万, 30几万, 一百几十万, 数百万."""
        after = self._next()
        if c == "几" and self.pending is None and self.last_unit == 10:
            self._hold(Decimal(0), Decimal(9))
        elif c == "几" and self.pending_figures and self.pending and self.pending[0] % 10 == 0:
            self.pending = (self.pending[0], self.pending[0] + 9)
        elif self.pending is None and after and after in SMALL | BIG and (c == "几" or not self._begun):
            self._hold(Decimal(1 if self._begun else 2), Decimal(9))
        else:
            return 0
        self.approx = True
        return 1

    def _half(self) -> int:
        """半个亿, and nothing else: 半天, 一半 and 三年半 are no numerals."""
        if self._begun or not self.text.startswith("半个亿", self.i):
            return 0
        self._hold(Decimal("0.5"), Decimal("0.5"))
        return 1

    def _between(self, c: str) -> int:
        """What may stand inside: 八十来万, 120多万, 1.2个亿, 80 万, 三点五万."""
        if not self._begun:
            return 0
        after = self._next()
        if c in "多来余+":
            open_coefficient = self.pending is not None or self.last_unit in (10, 100, 1000)
            ahead = after in BIG or (after == "个" and self._next(2) == "亿")
            if not (after and ahead and open_coefficient):
                return 0
            self.approx = True
            return 1
        if c == " ":
            return 1 if self.pending_figures and self.pending is not None and after and after in "万亿" else 0
        if c == "个":
            return 1 if after == "亿" and self._section_value()[1] > 0 else 0
        match = _FRACTION.match(self.text, self.i)
        if match is None or self.pending_figures or self.decimal or self.last_unit >= 10_000:
            return 0
        low, high = self._section_value()
        if low != high:
            return 0
        value = low + Decimal("0." + "".join(str(DIGITS[d]) for d in match.group(1)))
        self._hold(value, value)
        self.section, self.section_unit, self.last_unit, self.decimal = (Decimal(0), Decimal(0)), 10_000, 0, True
        self.words += len(match.group(1))
        return len(match.group())

    def _section_value(self) -> tuple[Decimal, Decimal]:
        if self.pending is None:
            return self.section
        low, high = self.pending
        if self._elliptical and self.last_unit < 10_000:
            low, high = low * self.last_unit / 10, high * self.last_unit / 10
        return self.section[0] + low, self.section[1] + high

    @property
    def _elliptical(self) -> bool:
        """一百五 is 150, 两万五 is 25000: a last digit counts the unit one below the one before it."""
        return self.pending is not None and self.last_unit >= 100 and not self.zero and self.pending[1] < 10

    def _scale(self) -> Decimal | None:
        if self.big_unit <= BIG["亿"]:
            return Decimal(self.last_unit if self.last_unit >= 10_000 and self.pending is None else self.big_unit)
        return Decimal(self.last_unit) if self.figures and self.last_unit else None

    def _result(self) -> Numeral | None:
        if not self._begun or self.i == self.start:
            return None
        script = Script.FIGURES if self.figures else Script.CHINESE
        shorter = None
        low, high = self._section_value()
        if self._elliptical:
            pending, self.pending = self.pending, None
            base = self._section_value()
            shorter = Numeral(
                self.start,
                self.pending_at,
                self.total[0] + base[0],
                self.total[1] + base[1],
                script,
                self.approx and not self.pending_pair,
                self._scale(),
                self.words - 1,
                self.round_unit,
            )
            self.pending = pending
            if pending is not None and self.last_unit >= 10_000:
                low, high = pending[0] * self.last_unit / 10, pending[1] * self.last_unit / 10
        return Numeral(
            self.start,
            self.i,
            self.total[0] + low,
            self.total[1] + high,
            script,
            self.approx,
            self._scale(),
            self.words,
            self.round_unit,
            shorter=shorter,
        )
