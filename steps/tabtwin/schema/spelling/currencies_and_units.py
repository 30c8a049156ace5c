"""List the currencies and units that numbers are written with."""

from __future__ import annotations

import unicodedata

_CURRENCIES = frozenset(
    """
    USD EUR GBP CHF JPY CNY RMB INR AUD CAD NZD SEK NOK DKK ISK PLN CZK HUF RON BGN TRY RUB UAH ILS
    AED SAR ZAR BRL MXN ARS CLP COP PEN KRW THB IDR MYR PHP SGD HKD TWD VND EGP NGN KES BTC ETH US$ A$
    C$ CA$ AU$ NZ$ HK$ S$ R$ Rs Rs. kr kr. Kr zł Kč Ft lei lv. р. руб. Fr. Fr sFr. DM Eur Euro euro
    """.split()  # noqa: SIM905 - a line a word is longer than the page
)
_UNITS = frozenset(
    """
    nm µm um mm cm dm m km in in. inch inches ft ft. feet foot yd mi mi. mile miles ng µg ug mg g gr
    kg t oz lb lbs lb. lbs. st ml mL cl dl l L liter liters gal cc ms s sec secs second seconds min
    min. mins minute minutes h hr hrs hour hours Std. Std d day days Tage Tag wk week weeks Wochen mo
    month months Monate yr yrs y year years Jahre Jahr ans jours años B KB kB MB GB TB KiB MiB GiB °C
    °F ° K deg km/h kmh mph kph m/s kn W kW MW kWh MWh Wh V mV A mA Hz kHz MHz GHz hp PS bhp m² km² m³
    cm² cm³ sqft ha ac acres hPa kPa Pa bar psi mmHg mg/dL mg/dl mmol/L mmol/l g/L g/l g/dL g/dl U/L
    IU/L IU bpm rpm px pt dpi fps kcal cal kJ J N Nm dB pp bps pcs Stk St. k M bn mn mpg
    """.split()  # noqa: SIM905 - a line a word is longer than the page
)
_FREE = 20
"""How many different numbers there are with a word that is no known unit."""
_GLUED = 10
"""How many with a unit that follows without a blank, if no number has decimals: 1A, 2A and 3A are codes."""
_PIECES = frozenset({"unit", "item", "piece", "pc", "ea", "person", "pax", "night", "visit", "month", "ton"})
"""What prices are of besides units: $4.50/night."""
_CLOCK = ("am", "pm", "a.m.", "p.m.", "uhr", "ad", "bc", "th", "st", "nd", "rd")


def is_currency(text: str) -> bool:
    """Return whether a text is a currency's sign or code."""
    bare = text.strip()
    return bare in _CURRENCIES or (len(bare) == 1 and unicodedata.category(bare) == "Sc")


def is_unit(suffix: str, count: int, *, has_decimals: bool) -> bool:
    """Return whether a text after numbers is a unit, rather than part of a code.

    Args:
        suffix: The text, with its blank.
        count: How many different numbers have it.
        has_decimals: Whether some of them have decimals.
    """
    bare = suffix.strip()
    if is_currency(suffix) or bare in {"%", "‰"}:
        return True
    if bare.lower() in _CLOCK:
        return False
    if bare.startswith("/"):
        return has_decimals and (bare[1:] in _UNITS or bare[1:].lower() in _PIECES)
    apart = bare != suffix
    if bare in _UNITS:
        return apart or has_decimals or count >= _GLUED
    return apart and (has_decimals or count >= _FREE)
