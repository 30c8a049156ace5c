"""Whether a column is called as the number of a person, an account or another subject is."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_SUBJECTS = frozenset(
    [
        "account",
        "acct",
        "applicant",
        "beneficiary",
        "borrower",
        "caller",
        "candidate",
        "cardholder",
        "citizen",
        "client",
        "consumer",
        "cust",
        "customer",
        "donor",
        "employee",
        "enrollee",
        "guest",
        "inmate",
        "insured",
        "member",
        "mrn",
        "participant",
        "passenger",
        "patient",
        "person",
        "policyholder",
        "prisoner",
        "pupil",
        "resident",
        "respondent",
        "student",
        "subject",
        "subscriber",
        "taxpayer",
        "tenant",
        "user",
        "usr",
        "voter",
        "konto",
        "kunde",
        "kunden",
        "mitarbeiter",
        "mitglied",
        "nutzer",
        "patienten",
        "probanden",
        "schueler",
        "alumno",
        "cliente",
        "conto",
        "cuenta",
        "dipendente",
        "empleado",
        "paciente",
        "usuario",
        "utente",
        "compte",
        "eleve",
        "salarie",
        "utilisateur",
        "klant",
        "klient",
        "klienten",
        "konta",
        "pacjent",
        "rekening",
    ]
)
_NUMBER = frozenset(
    ["code", "hash", "id", "ids", "key", "no", "nr", "num", "number", "numero", "nummer", "ref", "token"]
)


def is_called_subject(name: str) -> bool:
    """Whether a name says whose number a column holds: ``customer_id``, ``PatientNo``, ``Kundennr``."""
    spoken = [word.lower() for word in _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))]
    rest = [word for word in (_stem(word) for word in spoken) if word not in _NUMBER]
    return bool(rest) and all(word in _SUBJECTS for word in rest)


def _stem(word: str) -> str:
    """A word without a number's behind it: ``userid``, ``kundennr``, ``accountno``."""
    found = re.fullmatch(r"(\w{3,}?)(?:id|no|nr|num|number|nummer)", word)
    return found[1] if found and found[1] in _SUBJECTS else word
