"""A column's name tells what its cells may be, in many languages."""

import pytest

from tabtwin.protection.identifiers.headers import hints


@pytest.mark.parametrize(
    "name",
    [
        *(
            "patient_name",
            "customerName",
            "name of client",
            "Patientenname",
            "klantnaam",
            "Vor- und Nachname",
        ),
        *("nombre del paciente", "nome do cliente", "imię i nazwisko", "氏名", "患者姓名", "이름", "ФИО"),
        *("имя пациента", "ชื่อผู้ป่วย", "Full Name", "Ad Soyad", "Ονοματεπώνυμο"),
    ],
)
def test_a_name_of_people_is_told_from_any_name(name: str) -> None:
    assert "people" in hints(name)


@pytest.mark.parametrize(
    "name", ["name", "Name", "nombre", "brand_name", "file name", "naam", "имя", "product"]
)
def test_a_name_alone_is_not_said_to_be_a_person_s(name: str) -> None:
    assert not hints(name) & {"people", "role"}


@pytest.mark.parametrize(
    "name", ["physician", "Arzt", "médecin", "employee", "врач", "患者", "Mitarbeiterin"]
)
def test_a_column_may_be_called_after_somebody(name: str) -> None:
    assert "role" in hints(name)


@pytest.mark.parametrize("name", ["prénom", "Vorname", "křestní", "förnamn", "first_name", "FIRST-NAME"])
def test_accents_and_spelling_change_nothing(name: str) -> None:
    assert "first name" in hints(name)
