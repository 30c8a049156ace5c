"""What a column's name says of its cells: whether they may name people, and how."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_]+")
_WORDS = {
    "email": {"email", "emails", "mail", "courriel", "correo"},
    "phone": {
        *("phone", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "phonenumber", "msisdn"),
        *("telefon", "telefono", "telefone", "telefoon", "telefonnummer", "handy", "mobil", "celular"),
    },
    "iban": {"iban"},
    "card": {"card", "creditcard", "cardnumber", "kreditkarte"},
    "national number": {
        *("ssn", "nin", "nino", "nhs", "sin", "tin", "passport", "aadhaar", "pesel", "bsn", "nir", "dni"),
        *("nie", "nif", "cpf", "rut", "curp", "personnummer", "cpr", "hetu", "ahv", "svnr"),
        *("steuerid", "taxid"),
        *("socialsecurity", "nationalid", "nationalnumber", "personalnumber", "codicefiscale"),
    },
    "address": {
        *("address", "addr", "street", "streetaddress", "adresse", "anschrift", "strasse", "rue"),
        *("direccion", "domicilio", "calle", "indirizzo", "adres", "straat", "endereco", "adress", "gata"),
    },
    "first name": {
        *("firstname", "givenname", "forename", "fname", "vorname", "prenom", "voornaam", "fornamn", "imie"),
    },
    "last name": {
        *("lastname", "surname", "familyname", "lname", "nachname", "familienname", "nom", "apellido"),
        *("apellidos", "cognome", "achternaam", "sobrenome", "efternamn", "nazwisko"),
    },
    "name": {"name", "names", "fullname", "nombre", "nome", "naam", "namn", "person"},
}
_PEOPLE = {
    *("customer", "client", "patient", "employee", "student", "user", "person", "contact", "owner", "member"),
    *("guest", "passenger", "author", "teacher", "applicant", "tenant", "donor", "holder", "kunde", "kunden"),
    *("full", "fullname"),
}


def hints(name: str) -> frozenset[str]:
    """The kinds of identifiers that a column's name speaks of; ``people`` where it says whose name it is."""
    words = [plain(word) for word in _WORD.findall(name)]
    # A name of two words may be one in the list: first_name, E-Mail, street address.
    spoken = {*words, *(first + second for first, second in pairwise(words))}
    found = {kind for kind, known in _WORDS.items() if spoken & known}
    if "name" in found and spoken & _PEOPLE:
        found.add("people")
    if {"email", "ip", "mac", "url", "web"} & spoken:
        found.discard("address")
    return frozenset(found)


def plain(word: str) -> str:
    """A word in lower case, without accents."""
    spelled = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in spelled if not unicodedata.combining(sign))
