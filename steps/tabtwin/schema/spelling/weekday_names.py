"""Recognize the names of days of the week: CLDR's, in the languages whose months are known.

The lists are those of the Unicode Common Locale Data Repository (as Babel 2.19 has them), long and short.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

FULL = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORT = tuple(name[:3] for name in FULL)

_OTHERS = """
Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag
Mo. Di. Mi. Do. Fr. Sa. So.
lundi mardi mercredi jeudi vendredi samedi dimanche
lun. mar. mer. jeu. ven. sam. dim.
lunes martes miércoles jueves viernes sábado domingo
lun mar mié jue vie sáb dom
lunedì martedì mercoledì giovedì venerdì sabato domenica
lun mar mer gio ven sab dom
segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo
seg. ter. qua. qui. sex. sáb. dom.
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
ma di wo do vr za zo
måndag tisdag onsdag torsdag fredag lördag söndag
mån tis ons tors fre lör sön
mandag tirsdag onsdag torsdag fredag lørdag søndag
man. tirs. ons. tors. fre. lør. søn.
man. tir. ons. tor. fre. lør. søn.
maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina
maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
ma ti ke to pe la su
poniedziałek wtorek środa czwartek piątek sobota niedziela
pon. wt. śr. czw. pt. sob. niedz.
pondělí úterý středa čtvrtek pátek sobota neděle
po út st čt pá so ne
pondelok utorok streda štvrtok piatok sobota nedeľa
po ut st št pi so ne
ponedeljek torek sreda četrtek petek sobota nedelja
pon. tor. sre. čet. pet. sob. ned.
ponedjeljak utorak srijeda četvrtak petak subota nedjelja
pon uto sri čet pet sub ned
hétfő kedd szerda csütörtök péntek szombat vasárnap
luni marți miercuri joi vineri sâmbătă duminică
lun. mar. mie. joi vin. sâm. dum.
Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar
Pzt Sal Çar Per Cum Cmt Paz
понедельник вторник среда четверг пятница суббота воскресенье
пн вт ср чт пт сб вс
понеділок вівторок середа четвер пʼятниця субота неділя
пн вт ср чт пт сб нд
понеделник вторник сряда четвъртък петък събота неделя
Δευτέρα Τρίτη Τετάρτη Πέμπτη Παρασκευή Σάββατο Κυριακή
Δευ Τρί Τετ Πέμ Παρ Σάβ Κυρ
Senin Selasa Rabu Kamis Jumat Sabtu Minggu
Sen Sel Rab Kam Jum Sab Min
dilluns dimarts dimecres dijous divendres dissabte diumenge
dl. dt. dc. dj. dv. ds. dg.
esmaspäev teisipäev kolmapäev neljapäev reede laupäev pühapäev
pirmdiena otrdiena trešdiena ceturtdiena piektdiena sestdiena svētdiena
pirmd. otrd. trešd. ceturtd. piektd. sestd. svētd.
pirmadienis antradienis trečiadienis ketvirtadienis penktadienis šeštadienis sekmadienis
pr an tr kt pn št sk
"""
_CASES = (str.title, str.upper, str.lower)


def recognize_weekdays(words: Collection[str]) -> tuple[str, ...] | None:
    """Return names of all days of the week of which some words are, Monday first; ``None`` if there are none.

    >>> recognize_weekdays({"lundi", "dimanche"})[:2]
    ('lundi', 'mardi')
    """
    wanted = frozenset(words)
    return next((names for names in _spellings() if wanted <= frozenset(names)), None)


def is_weekday(word: str) -> bool:
    """Return whether a word is the name of a day of the week."""
    return word in _words()


@cache
def _spellings() -> tuple[tuple[str, ...], ...]:
    """Return every list of names that is known, English ones first."""
    lists = [FULL, SHORT, *(tuple(line.split()) for line in _OTHERS.strip().splitlines())]
    bare = [tuple(name.rstrip(".") for name in names) for names in lists]
    cased = [tuple(case(name) for name in names) for case in _CASES for names in (*lists, *bare)]
    return tuple(dict.fromkeys((*lists, *bare, *cased)))


@cache
def _words() -> frozenset[str]:
    return frozenset(name for names in _spellings() for name in names)
