"""Recognize numbers of persons by their check digits and numbering plans.

National numbers, IBANs and payment cards are checked by python-stdnum, phone numbers by phonenumbers.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence

CHECKED = (
    *("at.vnr", "be.nn", "bg.egn", "br.cpf", "ca.sin", "ch.ssn", "cl.rut", "cn.ric", "de.idnr", "ee.ik"),
    *("es.dni", "es.nie", "fi.hetu", "fr.nir", "gb.nhs", "gb.nino", "gr.amka", "hr.oib", "ie.pps", "il.idnr"),
    *("in_.aadhaar", "in_.pan", "is_.kennitala", "it.codicefiscale", "kr.rrn", "lt.asmens", "mx.curp"),
    *("nl.bsn", "no.fodselsnummer", "pl.pesel", "ro.cnp", "se.personnummer", "si.emso", "th.pin"),
    *("tr.tckimlik", "ua.rntrc", "za.idnr"),
)
"""Numbers of persons with check digits, or of a form of their own: by their names in stdnum (except
``gb.nino``).
"""

UNCHECKED = ("us.ssn", "us.itin", "dk.cpr", "cz.rc", "my.nric", "id.nik", "ar.dni")
"""Any number passes for these, so the column's name must say so, or its cells must have their separators."""

REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "BR", "SE", "CH", "AT", "BE", "IN", "AU")
"""Where phone numbers without a country's code are tried."""

_FEWEST_DIGITS = 6
_MOST_SIGNS = 24
_SOME = 20
_PHONE = re.compile(r"[+(]?[0-9][0-9()\-./\sx]{5,22}")
_WRITTEN_PHONE = re.compile(r"(?:\+|00)[0-9].*|\(?[0-9]{3}\)?[-. ][0-9]{3}[-. ][0-9]{4}|\(?0[0-9]+[)\-/ ].*")
_NINO = re.compile(r"(?![DFIQUV])[A-Z](?![DFIQUVO])[A-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]")
_WRITTEN_NUMBER = re.compile(r"[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{6}[-/][0-9]{3,4}")
_CARD = re.compile(r"[2-6](?:[ -]?[0-9]){12,18}")


def national(texts: Sequence[str], *, named: bool) -> tuple[str, float]:
    """Return the country whose national numbers most of the texts are, and their share.

    Args:
        texts: Distinct cells.
        named: Whether the column's name says that they are such numbers.
    """
    long = [text for text in texts if _may_be_number(text)]
    if 2 * len(long) < len(texts):
        return "", 0.0
    written = sum(bool(_WRITTEN_NUMBER.fullmatch(text)) for text in texts) > len(texts) / 2
    tried = (*CHECKED, *UNCHECKED) if named or written else CHECKED
    shares = {module: _share(texts, _validity(module)) for module in tried}
    best = max(tried, key=lambda module: shares[module])
    return best.partition(".")[0].rstrip("_").upper(), shares[best]


def iban(texts: Sequence[str]) -> tuple[str, float]:
    """Return the country of most IBANs, and the share of texts that are IBANs."""
    valid = _validity("iban")
    countries = [text.strip()[:2].upper() for text in texts if text[:2].isalpha() and valid(text)]
    commonest = max(sorted(set(countries)), key=countries.count, default="")
    return commonest, len(countries) / len(texts)


def cards(texts: Sequence[str]) -> float:
    """Return the share of texts that are numbers of payment cards."""
    valid = _validity("luhn")
    return sum(bool(_CARD.fullmatch(text)) and valid(re.sub("[ -]", "", text)) for text in texts) / len(texts)


def phones(texts: Sequence[str], *, named: bool) -> tuple[str, float]:
    """Return the region whose phone numbers most of the texts are, and their share.

    Args:
        texts: Distinct cells.
        named: Whether the column's name says that they are phone numbers: then all that look like one count,
            even bare digits.
    """
    like = [text for text in texts if _PHONE.fullmatch(text.strip())]
    if named:
        like = [text for text in like if 7 <= sum(map(str.isdigit, text)) <= 20]
    else:
        like = [text for text in like if _WRITTEN_PHONE.fullmatch(text.strip())]
    if 2 * len(like) < len(texts):
        return "", 0.0
    valid = {region: _share(like[:_SOME], _reachable(region)) for region in REGIONS}
    region = max(REGIONS, key=lambda region: valid[region])
    region = region if 2 * valid[region] > 1 else REGIONS[0]
    share = len(like) / len(texts)
    if not named:
        share *= _share(like, _reachable(region))
    return _home(like, region), share


def _home(texts: Sequence[str], region: str) -> str:
    """Return the region that most numbers belong to: for those with a country code, that country."""
    import phonenumbers

    found = []
    for text in texts[:_SOME]:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        found.append(phonenumbers.region_code_for_number(number) or region)
    return max(sorted(set(found)), key=found.count, default=region)


def _reachable(region: str) -> Callable[[str], bool]:
    import phonenumbers

    def valid(text: str) -> bool:
        try:
            return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
        except phonenumbers.NumberParseException:
            return False

    return valid


def _validity(module: str) -> Callable[[str], bool]:
    if module == "gb.nino":  # the only one that stdnum lacks
        return lambda text: bool(_NINO.fullmatch(text))
    valid: Callable[[str], bool] = importlib.import_module(f"stdnum.{module}").is_valid
    return valid


def _may_be_number(text: str) -> bool:
    return len(text) <= _MOST_SIGNS and sum(map(str.isdigit, text)) >= _FEWEST_DIGITS


def _share(texts: Sequence[str], valid: Callable[[str], bool]) -> float:
    """Return the share of valid texts; if hardly any of the first is valid, the others are not checked."""
    first = [valid(text) for text in texts[:_SOME]]
    if 2 * sum(first) < len(first):
        return sum(first) / max(1, len(first)) if len(first) == len(texts) else 0.0
    return (sum(first) + sum(valid(text) for text in texts[_SOME:])) / len(texts)
