"""Recognize the names of months: CLDR's, in thirty languages, and other usual ways to shorten them.

The lists are those of the Unicode Common Locale Data Repository (as Babel 2.19 has them): for each language
the names within dates, on their own, and short ones.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

Months = tuple[str, ...]
"""The names of the twelve months, January first; empty for English ones by strptime's ``%b`` and ``%B``."""

SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FULL = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_SHORTEST = 3
_OTHERS = """
Jan. Feb. Mar. Apr. May Jun. Jul. Aug. Sep. Oct. Nov. Dec.
Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec
Jan Feb Mar Apr May June July Aug Sept Oct Nov Dec
Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec.
Januar Februar März April Mai Juni Juli August September Oktober November Dezember
Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.
Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
ene feb mar abr may jun jul ago sept oct nov dic
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
gen feb mar apr mag giu lug ago set ott nov dic
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.
januari februari maart april mei juni juli augustus september oktober november december
jan feb mrt apr mei jun jul aug sep okt nov dec
januari februari mars april maj juni juli augusti september oktober november december
jan. feb. mars apr. maj juni juli aug. sep. okt. nov. dec.
januar februar marts april maj juni juli august september oktober november december
jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec.
januar februar mars april mai juni juli august september oktober november desember
jan. feb. mars apr. mai juni juli aug. sep. okt. nov. des.
jan feb mar apr mai jun jul aug sep okt nov des
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta \
heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu
tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
sty lut mar kwi maj cze lip sie wrz paź lis gru
styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień
ledna února března dubna května června července srpna září října listopadu prosince
led úno bře dub kvě čvn čvc srp zář říj lis pro
leden únor březen duben květen červen červenec srpen září říjen listopad prosinec
januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
jan feb mar apr máj jún júl aug sep okt nov dec
január február marec apríl máj jún júl august september október november december
januar februar marec april maj junij julij avgust september oktober november december
jan. feb. mar. apr. maj jun. jul. avg. sep. okt. nov. dec.
siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca
sij velj ožu tra svi lip srp kol ruj lis stu pro
siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan listopad studeni prosinac
január február március április május június július augusztus szeptember október november december
jan. febr. márc. ápr. máj. jún. júl. aug. szept. okt. nov. dec.
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
ian. feb. mar. apr. mai iun. iul. aug. sept. oct. nov. dec.
Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık
Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек.
январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
янв. февр. март апр. май июнь июль авг. сент. окт. нояб. дек.
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
січ. лют. бер. квіт. трав. черв. лип. серп. вер. жовт. лист. груд.
січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень
януари февруари март април май юни юли август септември октомври ноември декември
яну фев март апр май юни юли авг сеп окт ное дек
Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου \
Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου
Ιαν Φεβ Μαρ Απρ Μαΐ Ιουν Ιουλ Αυγ Σεπ Οκτ Νοε Δεκ
Ιανουάριος Φεβρουάριος Μάρτιος Απρίλιος Μάιος Ιούνιος \
Ιούλιος Αύγουστος Σεπτέμβριος Οκτώβριος Νοέμβριος Δεκέμβριος
Ιαν Φεβ Μάρ Απρ Μάι Ιούν Ιούλ Αύγ Σεπ Οκτ Νοέ Δεκ
Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember
Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des
gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
gen. febr. març abr. maig juny jul. ag. set. oct. nov. des.
jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember
jaan veebr märts apr mai juuni juuli aug sept okt nov dets
janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris
janv. febr. marts apr. maijs jūn. jūl. aug. sept. okt. nov. dec.
sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio
saus. vas. kov. bal. geg. birž. liep. rugp. rugs. spal. lapkr. gruod.
sausis vasaris kovas balandis gegužė birželis liepa rugpjūtis rugsėjis spalis lapkritis gruodis
"""


def recognize(words: Collection[str]) -> Months | None:
    """Return names of all months of which some words are, spelled as they are; ``None`` if there are none.

    >>> recognize({"MAI", "DEZ"})[:3]
    ('JAN', 'FEB', 'MÄR')
    """
    wanted = frozenset(words)
    return next((names for names in _spellings() if wanted <= _known(names)), None)


@cache
def _spellings() -> tuple[Months, ...]:
    """Return every list of names that is known, the most usual first."""
    lists = [SHORT, FULL, *(tuple(line.split()) for line in _OTHERS.strip().splitlines())]
    bare = [tuple(name.rstrip(".") for name in names) for names in lists]
    cut = [tuple(name[:_SHORTEST] for name in names) for names in lists]
    dotted = [tuple(f"{name}." for name in names) for names in cut]
    found = [names for names in (*lists, *bare, *cut, *dotted) if len(set(names)) == len(names)]
    cased = [tuple(case(name) for name in names) for case in _CASES for names in found]
    return tuple(dict.fromkeys((*found, *cased)))


@cache
def _known(names: Months) -> frozenset[str]:
    return frozenset(names)


_CASES = (str.title, str.upper, str.lower)
