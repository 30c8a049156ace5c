"""Words in the names of columns of people's names, numbers and addresses, in common languages.

They are written as in their languages, and compared without accents.
"""

from __future__ import annotations

KINDS = {
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
        *("firstname", "givenname", "forename", "fname"),
        *("vorname", "prénom", "voornaam", "förnamn", "imię"),
        *("křestní", "etunimi", "keresztnév", "prenume", "fornavn"),
    },
    "last name": {
        *("lastname", "surname", "familyname", "lname", "nachname", "familienname", "nom", "apellido"),
        *(
            "apellidos",
            "cognome",
            "achternaam",
            "sobrenome",
            "efternamn",
            "nazwisko",
            "příjmení",
            "etternavn",
        ),
        *("efternavn", "sukunimi", "vezetéknév", "soyad", "soyadı", "soyisim", "фамилия", "прізвище"),
        *("επώνυμο", "презиме"),
    },
    "name": {
        *("name", "names", "fullname", "nombre", "nome", "naam", "namn", "navn", "nimi", "név"),
        *(
            "nume",
            "jméno",
            "meno",
            "ime",
            "isim",
            "ismi",
            "nama",
            "jina",
            "имя",
            "імя",
            "име",
            "όνομα",
            "اسم",
        ),
        *("الاسم", "نام", "שם", "नाम", "নাম"),
    },
}
"""Words by what they say about the cells."""

ROLES = {
    *("customer", "client", "patient", "employee", "student", "full", "fullname"),
    *("user", "person", "contact", "owner", "member"),
    *("guest", "passenger", "author", "teacher", "applicant", "tenant", "donor", "holder", "physician"),
    *("doctor", "doctors", "dr", "surgeon", "nurse", "practitioner", "clinician", "therapist"),
    *("consultant", "gp", "staff", "worker"),
    *("colleague", "supervisor", "manager", "instructor", "lecturer"),
    *(
        "professor",
        "tutor",
        "pupil",
        "participant",
        "respondent",
        "resident",
        "victim",
        "suspect",
        "offender",
    ),
    *("attorney", "lawyer", "judge", "officer", "clerk", "salesperson", "salesman", "seller", "buyer"),
    *("representative", "technician", "interviewer", "reviewer"),
    *("rater", "assignee", "driver", "subscriber"),
    *("borrower", "beneficiary", "insured", "candidate", "recipient", "sender", "cashier", "witness"),
    *("kunde", "kunden", "kundin", "patientin"),
    *("arzt", "ärztin", "mitarbeiter", "mitarbeiterin", "schüler"),
    *("lehrer", "lehrerin", "student", "betreuer", "sachbearbeiter", "mieter", "mitglied", "angestellter"),
    *("médecin", "employé", "élève", "enseignant", "salarié", "auteur", "usager", "adhérent"),
    *("paciente", "médico", "médica", "empleado", "empleada", "cliente", "alumno", "profesor", "maestro"),
    *("paziente", "dipendente", "studente", "impiegato", "funcionário", "aluno", "médico", "utente"),
    *("patiënt", "arts", "medewerker", "klant", "werknemer", "leerling", "läkare", "anställd", "kund"),
    *("læge", "lege", "medarbejder", "ansatt", "pacjent", "lekarz", "pracownik", "klient", "uczeń"),
    *(
        "pacient",
        "lékař",
        "zaměstnanec",
        "orvos",
        "beteg",
        "dolgozó",
        "ügyfél",
        "hasta",
        "çalışan",
        "müşteri",
    ),
    *("пациент", "врач", "сотрудник", "клиент", "студент"),
    *("ученик", "пацієнт", "лікар", "pasien", "dokter"),
    *("karyawan", "pegawai", "ασθενής", "γιατρός", "πελάτης", "مريض", "طبيب", "موظف", "עובד", "מטופל"),
    *(
        "患者",
        "医生",
        "医師",
        "员工",
        "社員",
        "従業員",
        "客户",
        "顧客",
        "客戶",
        "학생",
        "환자",
        "의사",
        "직원",
        "고객",
    ),
}
"""The people whom a column may be named after."""

OF_PEOPLE = {
    *("fullname", "personname", "displayname", "legalname", "maidenname", "nombrecompleto", "nomecompleto"),
    *("namalengkap", "vollername", "nomcomplet", "nometcognome", "adsoyad", "fio"),
}
"""Words that refer only to people's names."""

PARTS = {
    *(
        "氏名",
        "姓名",
        "名前",
        "お名前",
        "성명",
        "이름",
        "ชื่อ",
        "นามสกุล",
        "фио",
        "ονοματεπώνυμο",
        "họtên",
        "hovaten",
    ),
    *("nomprenom", "prenomnom", "nomeecognome", "nomecognome", "cognomenome", "imieinazwisko"),
    *("jmenoaprijmeni", "vorundnachname", "nameundvorname", "apellidosynombre", "nombreyapellido"),
    *(
        "adisoyadi",
        "adısoyadı",
        "advesoyad",
        "isimsoyisim",
        "имяпациента",
        "имяклиента",
        "اسمالمريض",
        "患者名",
        "顧客名",
    ),
    *("社員名", "医師名", "担当者"),
}
"""The same, anywhere in a column's name: many are written without spaces."""

JOINTS = ("", "s", "n", "en", "es")
ENDINGS = ("name", "naam", "namn", "navn", "nimi", "nev", "nama")
"""What joins and ends compounds: Patient-en-name, klant-naam."""
