"""In which language a message is written, by its script and its little words, and one honest sentence in it.

Made for messages of a few words, among them names. Libraries that compare letter triples with those of long texts take “deals
over 50k” for Danish and “qué tengo que hacer hoy” for French (langdetect 1.0.9); a message that none of these words
marks counts as English.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from store.domain.conversation.foreign_wishes import count_of_wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """`name` is English; `words` are frequent in it and rare elsewhere; `letters` are its own among those listed here. `sentence`
    says that an answer is possible in English only, and gives an `{example}` of a question."""

    name: str
    sentence: str
    words: frozenset[str] = frozenset()
    letters: str = ""


def _language(name: str, sentence: str, words: str = "", letters: str = "") -> Language:
    return Language(name=name, sentence=sentence, words=frozenset(words.split()), letters=letters)


LANGUAGES: Mapping[str, Language] = {
    "de": _language(
        "German",
        "Ich kann im Moment nur auf Englisch antworten; fragen Sie mich bitte zum Beispiel: “{example}”",
        "ich du er wir ihr mein meine meinen dein was wer wie wo wann warum wieso welche welcher welches ist sind war hat haben "
        "habe nicht kein keine und oder aber mit für auf bei von zu zum zur im am den dem das die der ein eine einen mir"
        " mich uns "
        "gibt es heute morgen gestern woche monat quartal zuletzt letzte letzten bitte danke hallo guten tag läuft steht stand "
        "kontakt ansprechpartner montag dienstag mittwoch donnerstag freitag nächster offen wichtig zeig zeige noch mal "
        "nächste nächsten schon über kunde kunden geschäft",
        "äöüß",
    ),
    "fr": _language(
        "French",
        "Pour le moment, je ne peux répondre qu’en anglais ; demandez-moi par exemple : “{example}”",
        "qu à promis je tu il nous vous ils mon ma mes ton ta quel quelle quels quelles que qui quoi comment où quand"
        " pourquoi est sont était "
        "avons ai avez pas ne et ou mais avec pour sur chez dans le la les des un une du au aux en ce cette aujourd hui demain "
        "hier semaine mois dernière dernier merci bonjour salut svp plaît lundi mardi mercredi jeudi vendredi affaires "
        "affaire faut faire dois",
        "çœêèùâî",
    ),
    "es": _language(
        "Spanish",
        "Por ahora solo puedo responder en inglés; pregúnteme, por ejemplo: “{example}”",
        "yo tú él nosotros mi mis tu tus qué que quién quien cómo como cuándo cuando dónde por para es son está están fue hay "
        "tengo tiene tenemos hacer no y o pero con sobre en el la los las un una de del al hoy mañana ayer semana mes último "
        "última gracias hola buenos días va cuál cual favor hablamos lunes martes miércoles jueves viernes oportunidades "
        "muéstrame dame",
        "ñ¿¡",
    ),
    "it": _language(
        "Italian",
        "Per ora posso rispondere solo in inglese; mi chieda per esempio: “{example}”",
        "io lui noi voi mio mia miei che chi come quando dove perché è sono era ha ho abbiamo non e ma con per su da di del"
        " della "
        "dei il lo la gli le un una al alla oggi domani ieri settimana mese ultimo ultima grazie ciao buongiorno va cosa"
        " devo fare "
        "quali quale mostrami nel nella lunedì martedì mercoledì giovedì venerdì",
    ),
    "nl": _language(
        "Dutch",
        "Op dit moment kan ik alleen in het Engels antwoorden; vraag me bijvoorbeeld: “{example}”",
        "ik jij hij wij we mijn jouw wat wie hoe waar wanneer waarom welke is zijn was heeft hebben heb niet geen en of maar met "
        "voor op bij van naar het de een dit dat vandaag morgen gisteren week maand laatste bedankt hallo goedemorgen staat gaat "
        "ervoor moet doen graag nog al maandag dinsdag woensdag donderdag vrijdag",
    ),
    "pt": _language(
        "Portuguese",
        "No momento só posso responder em inglês; pergunte-me, por exemplo: “{example}”",
        "eu tu ele nós meu minha meus que quem como quando onde por porque é são está foi tem tenho temos não e ou mas com para "
        "sobre em no na o a os as um uma do da dos das hoje amanhã ontem semana mês último última obrigado obrigada olá bom dia "
        "vai qual quais favor fazer falamos próximo resumo segunda terça quarta quinta sexta",
        "ãõ",
    ),
    "sv": _language(
        "Swedish",
        "Just nu kan jag bara svara på engelska; fråga mig till exempel: “{example}”",
        "jag du han hon vi min mitt mina vad vem hur var när varför vilken vilka är var har inte ingen och eller men med för på "
        "hos av till det den ett en idag imorgon igår vecka månad senaste tack hej god går gör ska måste kund kunder måndag "
        "tisdag onsdag torsdag fredag",
        "å",
    ),
    "da": _language(
        "Danish",
        "Lige nu kan jeg kun svare på engelsk; spørg mig for eksempel: “{example}”",
        "jeg du han hun vi min mit mine hvad hvem hvordan hvor hvornår hvorfor hvilken er var har ikke ingen og eller men med "
        "for på hos af til det den et en dag morgen går uge måned sidste tak hej går skal mandag tirsdag onsdag torsdag fredag",
        "øæå",
    ),
    "pl": _language(
        "Polish",
        "Na razie mogę odpowiadać tylko po angielsku; proszę zapytać na przykład: “{example}”",
        "ja ty on my mój moja moje co kto jak gdzie kiedy dlaczego który która jest są był ma mam mamy nie i lub ale z dla"
        " na u w "
        "do od to dziś dzisiaj jutro wczoraj tydzień miesiąc ostatni ostatnia dziękuję cześć dzień dobry słychać wygląda "
        "proszę poniedziałek wtorek środę czwartek piątek",
        "ąęłśźżń",
    ),
    "tr": _language(
        "Turkish",
        "Şu anda yalnızca İngilizce yanıt verebiliyorum; örneğin şunu sorabilirsiniz: “{example}”",
        "ben sen biz benim bizim ne kim nasıl nerede niçin hangi var yok mı mi değil ve veya ama ile için bugün yarın dün hafta "
        "ay son pazartesi salı çarşamba perşembe cuma teşekkürler merhaba bu şu müşteri",
        "ğşı",
    ),
    "hi": _language(
        "Hindi",
        "Abhi main sirf English mein jawab de sakta hoon; jaise poochhiye: “{example}”",
        "mera meri mere kya kaun kab kahan kyun kitna kitne kitni hai hain tha thi ka ki ke ko se mein par aur ya nahi nahin kar "
        "karo karna batao dikhao chahiye abhi aaj kal wala bhai yaar namaste dhanyavad kaisa kaise chal raha rahi ho",
    ),
    "ru": _language("Russian", "Сейчас я могу отвечать только по-английски; спросите, например: “{example}”"),
    "uk": _language("Ukrainian", "Наразі я можу відповідати лише англійською; запитайте, наприклад: “{example}”"),
    "ja": _language("Japanese", "現在は英語でしかお答えできません。例えば “{example}” とお尋ねください。"),
    "zh": _language("Chinese", "目前我只能用英语回答，例如您可以问：“{example}”"),
    "ko": _language("Korean", "지금은 영어로만 답할 수 있습니다. 예를 들어 “{example}”라고 물어보세요."),
    "ar": _language("Arabic", "يمكنني حالياً الإجابة بالإنجليزية فقط؛ اسألني مثلاً: “{example}”"),
}  # fmt: skip
_HINDI = "अभी मैं केवल अंग्रेज़ी में उत्तर दे सकता हूँ; उदाहरण के लिए पूछिए: “{example}”"
_ENGLISH_WORDS = """
i you he we they my your our what who how where when why which is are was were has have had not no and or but with for on at of
to the a an it this that today tomorrow yesterday week month last next me us do does did can could should would will please
thanks hello hi good any all from by about show tell give there be been going deal deals account pipeline one ones in if so
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_SCRIPTS = (("DEVANAGARI", "hi"), ("HANGUL", "ko"), ("CJK", "zh"), ("ARABIC", "ar"), ("CYRILLIC", "ru"))
_KANA = ("HIRAGANA", "KATAKANA")
_WORD = re.compile(r"[^\W\d_]+")
# One of these alone says the language.
_ALONE: Mapping[str, str] = {
    "hola": "es", "gracias": "es", "bonjour": "fr", "merci": "fr", "salut": "fr", "hallo": "de", "danke": "de", "moin": "de",
    "ciao": "it", "grazie": "it", "obrigado": "pt", "obrigada": "pt", "olá": "pt", "hej": "sv", "tack": "sv", "bedankt": "nl",
    "cześć": "pl", "dziękuję": "pl", "merhaba": "tr", "namaste": "hi",
}  # fmt: skip


def language_of(message: str) -> str | None:
    """The code of another language than English that the message is written in; None if it may be English."""
    text = unicodedata.normalize("NFC", message[:600])
    if script := _by_script(text):
        return script
    words = [word.casefold() for word in _WORD.findall(text)]
    english = sum(word in _ENGLISH for word in words)
    scores = {
        code: sum(word in each.words for word in words)
        + (1 if set(each.letters) & set(text.casefold()) else 0)
        + (1 if count_of_wishes(code, words) else 0)
        for code, each in LANGUAGES.items()
        if each.words
    }
    best = max(scores, key=lambda code: scores[code])
    if scores[best] >= 2 and scores[best] > english:
        return best
    return _ALONE.get(words[0]) if len(words) == 1 else None


def honest_sentence(code: str, message: str, *, example: str) -> str:
    """In the language of the message: that an answer is possible in English only."""
    devanagari = code == "hi" and _by_script(message) == "hi"
    return (_HINDI if devanagari else LANGUAGES[code].sentence).format(example=example)


def _by_script(text: str) -> str | None:
    """By the script of most of its letters; kana are Japanese, however few."""
    letters = [unicodedata.name(char, "") for char in text if char.isalpha()]
    if any(name.startswith(_KANA) for name in letters):
        return "ja"
    for script, code in _SCRIPTS:
        if sum(name.startswith(script) for name in letters) * 2 > len(letters):
            return "uk" if code == "ru" and set(text.casefold()) & set("іїєґ") else code
    return None
