"""Names of people are found in every writing and form, and other words are not."""

import numpy as np
import pytest
from faker import Faker
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.lib.errors import InputError
from tabtwin.preparation.prepare import ingest_table
from tabtwin.protection.identifiers.direct_identifiers import Identifier, identify
from tabtwin.schema.kinds.cells import distinct

COUNT = 60
ROWS = 600
EVERYWHERE = (
    *("zh_CN", "zh_TW", "ja_JP", "ko_KR", "ru_RU", "ar_SA", "fa_IR", "he_IL", "hi_IN", "th_TH", "id_ID"),
    *("vi_VN", "hu_HU", "tr_TR", "pl_PL", "hy_AM", "ka_GE", "uk_UA"),
)


def made(method: str, locale: str, count: int = COUNT) -> list[str]:
    fake = Faker(locale)
    fake.seed_instance(3)
    return [str(getattr(fake, method)()) for _ in range(count)]


def found(name: str, pool: list[str], seed: int = 1) -> Identifier | None:
    """What a column of many rows holds, each of a few values."""
    cells = np.random.default_rng(seed).choice(np.array(pool, dtype=object), ROWS)
    return identify(name, distinct(cells))


def what(name: str, pool: list[str]) -> str:
    one = found(name, pool)
    return one.what if one else ""


@pytest.mark.parametrize("locale", EVERYWHERE)
def test_a_column_called_like_people_stops_in_every_writing(locale: str) -> None:
    assert what("patient_name", made("name", locale)) == "name"


@pytest.mark.parametrize("locale", [one for one in EVERYWHERE if one != "ar_SA"])
def test_cells_alone_tell_names_of_people_in_most_writings(locale: str) -> None:
    assert what("x", made("name", locale)) == "name"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "patient_name",
            "PatientName",
            "Patientenname",
            "customer name",
            "full_name",
            "氏名",
            "患者姓名",
            "성명",
        ),
        *("ФИО", "имя пациента", "nombre del paciente", "naam klant", "nama pasien", "Ad Soyad", "Arztname"),
        *("first_name", "Prénom", "Nachname", "ονοματεπώνυμο"),
    ],
)
def test_names_that_no_list_knows_stop_where_the_column_is_called_like_people(name: str) -> None:
    strange = [f"{first}{last}ok" for first in ("Qor", "Vax", "Zeb", "Mup") for last in ("wub", "zaq", "lyx")]
    one = found(name, strange)
    assert one is not None
    assert one.why.endswith("and its name")
    assert what("x", strange) == ""


@pytest.mark.parametrize("name", ["physician", "Doctor", "employee", "Mitarbeiter", "médico", "x"])
@pytest.mark.parametrize(
    "form",
    ["Dr. {last}", "{first[0]}. {last}", "{last}, {first[0]}.", "{last} {first[0]}", "{first[0]} {last}"],
)
def test_titles_and_initials_are_names_whatever_the_column_is_called(name: str, form: str) -> None:
    pairs = zip(made("first_name", "de_DE"), made("last_name", "de_DE"), strict=True)
    assert what(name, [form.format(first=first, last=last) for first, last in pairs]) == "name"


@pytest.mark.parametrize(
    "form", ["{name} 4711", "{name} (ward 3)", "{name} [12]", "#12 {name}", "{name}, 34"]
)
def test_numbers_and_remarks_beside_names_hide_none(form: str) -> None:
    strange = [
        f"{first} {last}ok" for first in ("Qor", "Vax", "Zeb", "Mup") for last in ("Wub", "Zaq", "Lyx")
    ]
    assert what("patient_name", [form.format(name=name) for name in strange]) == "name"
    assert what("patient_name", [f"Patient {number}" for number in range(20)]) == ""


def test_a_table_with_a_column_of_people_stops_and_keeps_or_replaces_it_where_that_is_said() -> None:
    rng = np.random.default_rng(2)
    names = made("name", "zh_CN")
    rows = zip(rng.choice(names, ROWS), rng.integers(18, 90, ROWS), rng.choice(["a", "b"], ROWS), strict=True)
    data = "\n".join(["physician,age,plan", *(f"{name},{age},{plan}" for name, age, plan in rows)]).encode()
    with pytest.raises(InputError, match=r"'physician' \(names of people.*--replace physician") as raised:
        ingest_table(data, "table.csv")
    assert not any(name in str(raised.value) for name in names)
    kinds = {
        option: ingest_table(data, "table.csv", **{option: "physician"}).schema["physician"].kind
        for option in ("keep", "replace")
    }
    assert kinds == {"keep": "category", "replace": "identifier"}


def test_bare_last_names_stop_where_the_column_is_called_like_somebody() -> None:
    assert what("physician", made("last_name", "de_DE")) == "name"


WORDS = {
    "brands": "Toyota,Mazda,Fiat,Honda,Volvo,Saab,Lancia,Dodge,Porsche,Lotus,Merc 230,Camaro,Duster,Corolla",
    "species": "Quercus alba,Acer rubrum,Pinus taeda,E. coli,S. aureus,Canis lupus,Felis catus,Rosa canina,"
    "Salix alba,Bufo bufo,Vulpes vulpes",
    "groups": "Vitamin A,Vitamin C,Vitamin D,Hepatitis B,Group A,Group B,Type I,Type II,Plan C,Grade B",
    "states": "N. Carolina,S. Carolina,W. Virginia,Ohio,Texas,Utah,Maine,Iowa,Idaho,Nevada,Alaska,Kansas",
    "chinese": "北京,上海,广州,深圳,天津,重庆,成都,武汉,西安,南京,杭州,苏州,青岛,大连",
    "japanese": "札幌,仙台,東京,横浜,名古屋,大阪,神戸,広島,福岡,熊本,新潟,京都",
    "korean": "서울,부산,대구,인천,광주,대전,울산,세종,수원,청주,전주,창원,제주",
    "russian": "Москва,Казань,Самара,Омск,Уфа,Пермь,Воронеж,Тула,Томск,Киров,Рязань",
    "towns": "к. Волхов,с. Елец,г. Тула,д. Льгов,п. Орлов,г. Омск,к. Пенза,с. Рыбное,д. Малая,г. Уфа",
}


@pytest.mark.parametrize("name", ["name", "x", "brand"])
@pytest.mark.parametrize("words", WORDS)
def test_brands_species_and_places_are_no_people(name: str, words: str) -> None:
    assert what(name, WORDS[words].split(",")) == ""


CALLED_SO = {
    "patient_name": "P001,P002,P003,P004,P005,P006,P007,P008,P009,P010,P011,P012",
    "employee": "full time,part time,intern,retired,seasonal,temporary,remote,casual,contract,on leave",
    "customer": "Retail,Wholesale,Online,Export,Public sector,Schools,Hotels,Airlines,Farms,Clinics,Army",
    "student": "grade 1,grade 2,grade 3,grade 4,grade 5,grade 6,grade 7,grade 8,grade 9,grade 10,alumni",
    "customer_name": "Acme Inc,Globex Corp,Initech LLC,Hooli Inc,Umbrella Corp,Stark Inventory,Wayne Group,"
    "Tyrell Corporation,Cyberdyne Company,Soylent Co,Vandelay Ltd",
}


@pytest.mark.parametrize("name", CALLED_SO)
def test_what_is_only_called_like_people_is_none(name: str) -> None:
    assert what(name, CALLED_SO[name].split(",")) == ""


def test_a_few_common_words_under_a_name_of_people_are_no_names() -> None:
    cells = ["Unknown"] * 400 + ["Withheld"] * 180 + list("ABCDEFGHIJ" * 2)
    assert identify("patient_name", distinct(np.array(cells, dtype=object))) is None


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("please write to {mail} asap", "email"),
        ("{user} (at) example.com", "email"),
        ("{user} [at] example [dot] com", "email"),
        ("call +49 30 9018{number} after six", "phone"),
        ("his number is (212) 555-{number}", "phone"),
        ("spoke with {first} {last} today", "name"),
    ],
)
def test_texts_that_tell_of_people_are_found(form: str, kind: str) -> None:
    rng = np.random.default_rng(4)
    texts = [
        form.format(
            mail=mail, user=mail.split("@")[0], first=first, last=last, number=rng.integers(2000, 9999)
        )
        for mail, first, last in zip(
            made("email", "de_DE"), made("first_name", "de_DE"), made("last_name", "de_DE"), strict=True
        )
    ]
    assert what("remark", texts) == kind
    assert what("remark", [text + " " + "and so on " * 60 for text in texts]) == kind


def test_texts_of_one_person_or_none_are_no_names() -> None:
    assert what("remark", [f"Kobe Bryant misses {feet}-foot jumper" for feet in range(60)]) == ""
    assert what("remark", [f"order {number} is late, sent again at 10 am" for number in range(60)]) == ""


@pytest.mark.parametrize(("share", "stops"), [(0.25, True), (0.05, False)])
def test_a_part_of_e_mails_is_enough(share: float, stops: bool) -> None:
    mails = made("email", "en_US", 200)
    mixed = [mail if at < 200 * share else f"ext {at}" for at, mail in enumerate(mails)]
    assert bool(identify("contact", distinct(np.array(mixed, dtype=object)))) is stops


@settings(max_examples=25)
@given(
    st.lists(st.integers(0, COUNT - 1), min_size=20, max_size=COUNT, unique=True), st.sampled_from(EVERYWHERE)
)
def test_any_part_of_a_column_of_people_stops(chosen: list[int], locale: str) -> None:
    pool = made("name", locale)
    assert (
        what("patient_name", [pool[at] for at in chosen]) == "name" or len({pool[at] for at in chosen}) < 10
    )
