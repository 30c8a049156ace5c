"""Decide by a column's name whether it holds numbers of people, accounts or other subjects, or a category."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_SUBJECTS = {
    *("account", "acct", "alumno", "applicant", "beneficiary", "borrower", "caller", "candidate"),
    *("cardholder", "citizen", "client", "cliente", "compte", "consumer", "conto", "cuenta"),
    *("cust", "customer", "dipendente", "donor", "eleve", "empleado", "employee", "enrollee"),
    *("guest", "inmate", "insured", "klant", "klient", "klienten", "konta", "konto", "kunde"),
    *("kunden", "member", "mitarbeiter", "mitglied", "mrn", "nutzer", "paciente", "pacjent"),
    *("participant", "passenger", "patient", "patienten", "person", "policyholder", "prisoner"),
    *("probanden", "pupil", "rekening", "resident", "respondent", "salarie", "schueler", "student"),
    *("subject", "subscriber", "taxpayer", "tenant", "user", "usr", "usuario", "utente"),
    *("utilisateur", "voter"),
}
_NUMBER = {
    *("code", "hash", "id", "ids", "key", "no", "nr", "num", "number", "numero", "nummer", "ref"),
    *("token",),
}


_CATEGORIES = {
    *("airport", "article", "brand", "category", "city", "class", "color", "colour", "country"),
    *("county", "district", "genus", "item", "kind", "make", "manufacturer", "material", "model"),
    *("models", "municipality", "plz", "postcode", "product", "province", "region", "sku"),
    *("species", "state", "station", "stop", "style", "team", "town", "type", "version", "zip", "zipcode"),
}
_SPELLINGS = {"code", "name"}
"""Words behind a category's that say how it is written."""


_ARTICLES = {
    *("article", "articulo", "artikel", "barcode", "book", "buch", "ean", "gtin", "isbn", "isin", "issn"),
    *("item", "jan", "livre", "product", "producto", "produit", "produkt", "sku", "upc"),
}


def is_called_article(name: str) -> bool:
    """Return whether a name says that numbers are of goods: ``ean``, ``product_barcode``, ``ISBN13``."""
    spoken = {word.lower() for word in _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))}
    return bool(spoken & _ARTICLES) and spoken.isdisjoint(_SUBJECTS)


def is_called_category(name: str) -> bool:
    """Return whether a name is one of a category: ``model``, ``car_make``, ``stop_name``, ``ZipCode``."""
    spoken = [word.lower() for word in _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))]
    if len(spoken) > 1 and spoken[-1] in _SPELLINGS:
        del spoken[-1]
    return bool(spoken) and spoken[-1] in _CATEGORIES


def is_called_subject(name: str) -> bool:
    """Return whether a name is one of subjects' numbers: ``customer_id``, ``PatientNo``, ``Kundennr``."""
    spoken = [word.lower() for word in _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))]
    rest = [word for word in (_stem(word) for word in spoken) if word not in _NUMBER]
    return bool(rest) and all(word in _SUBJECTS for word in rest)


def _stem(word: str) -> str:
    """Return a word without the ending of a number: ``userid``, ``kundennr``, ``accountno``."""
    found = re.fullmatch(r"(\w{3,}?)(?:id|no|nr|num|number|nummer)", word)
    return found[1] if found and found[1] in _SUBJECTS else word
