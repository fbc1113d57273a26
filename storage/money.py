"""Amounts between the units people write and the integer minor units that are stored. Exact: no float on the way."""

from __future__ import annotations

from decimal import Decimal

# ISO 4217: currencies whose minor unit isn't a hundredth.
_EXPONENTS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI"), 0),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}

LARGEST = 2**63 - 1
"""What a BIGINT holds, in minor units."""


def exponent(currency: str) -> int:
    """Decimals that a currency has: 2 for CNY, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


def to_minor(amount: int | Decimal | str, currency: str) -> int:
    """Units to minor units. ValueError if it has more decimals than the currency, or isn't a finite number."""
    scale = int("1" + "0" * exponent(currency))
    if isinstance(amount, int):
        return amount * scale
    value = Decimal(amount)
    if not value.is_finite():
        raise ValueError(f"{amount} is not a finite number")
    if abs(value.adjusted()) > 40:  # 1e999999 would fill the memory before anyone could refuse it
        if value == 0:
            return 0
        raise ValueError(f"{amount} is out of range")
    sign, digits, power = value.as_tuple()
    assert isinstance(power, int)
    shift = power + exponent(currency)
    number = int("".join(map(str, digits)) or "0")
    if shift < 0:
        number, rest = divmod(number, 10**-shift)
        if rest:
            raise ValueError(f"{amount} has more decimals than {currency} has")
    else:
        number *= int(10**shift)
    return -number if sign else number


def to_units(minor: int, currency: str) -> int | Decimal:
    """Minor units to units: an int where it is whole, else an exact Decimal."""
    decimals = exponent(currency)
    whole, rest = divmod(minor, 10**decimals)
    return whole if not rest else Decimal(minor).scaleb(-decimals)
