"""Requests to change something in another language than English: by their verbs, with a sentence that says what to press or type.

Only a person's own English words change a recommendation, so such a message never does. A verb is found by its beginning, or in
scripts without spaces anywhere; one too many costs the person a press, one too few leaves the message to be answered as a question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Wished(StrEnum):
    """What a message wants, by an example of how to say it in English; `{name}` is the account's."""

    SNOOZE = "skip {name} until Friday"
    MOVE = "move {name} to Friday"
    DROP = "drop {name} because it is done"
    DRAFT = "draft a mail to {name}"


@dataclass(frozen=True, slots=True)
class _Wishes:
    """The sentence, with an `{example}`, and the beginnings of the verbs."""

    sentence: str
    snooze: str
    drop: str
    move: str
    draft: str = ""


_WISHES: Mapping[str, _Wishes] = {
    "de": _Wishes(
        "Auf Deutsch ändere ich nichts. Bitte drücken Sie die Knöpfe auf der Karte, oder schreiben Sie mir auf Englisch, zum "
        "Beispiel: “{example}”",
        "erinner verschieb schieb pausier überspring zurückstell vertag", "lösch verwirf verwerf streich ablehn entfern vergiss",
        "verleg ändere ändern änder setz übergib übergeb", "schreib entwirf entwurf formulier verfass",
    ),
    "fr": _Wishes(
        "Je ne change rien sur un message en français. Utilisez les boutons de la carte, ou écrivez-moi en anglais, par exemple : "
        "“{example}”",
        "rappelle rappele reporte repousse décale ajourne", "supprime rejette oublie abandonne enlève écarte",
        "déplace modifie donne confie", "écris écrire rédige brouillon",
    ),
    "es": _Wishes(
        "No cambio nada con un mensaje en español. Pulse los botones de la tarjeta, o escríbame en inglés, por ejemplo: "
        "“{example}”",
        "recuérda recuerda recordar pospón pospon aplaza retrasa", "elimin descart rechaz olvida borra quita",
        "mueve mover cambia asigna", "escrib redacta borrador",
    ),
    "it": _Wishes(
        "Non modifico nulla in base a un messaggio in italiano. Usi i pulsanti che trova sulla scheda, o mi scriva in inglese, per "
        "esempio: “{example}”",
        "ricorda rimanda rinvia posticip", "elimin scarta rifiuta dimentica togli cancella", "sposta cambia assegna",
        "scriv bozza prepara",
    ),
    "nl": _Wishes(
        "Ik verander niets op basis van een bericht in het Nederlands. Gebruik de knoppen op de kaart, of schrijf me in "
        "het Engels, "
        "bijvoorbeeld: “{example}”",
        "herinner uitstel verschuif verschuiv overslaan", "verwijder negeer vergeet schrap", "verplaats wijzig verander",
        "schrijf opstel concept",
    ),
    "pt": _Wishes(
        "Não altero nada com uma mensagem em português. Use os botões do cartão, ou escreva-me em inglês, por exemplo: “{example}”",
        "lembra lembre adia adie pospo", "descarta descarte rejeita apaga esquece remova exclu", "mude muda altera passe",
        "escrev redija rascunho",
    ),
    "sv": _Wishes(
        "Jag kan inte ändra något på ett meddelande på svenska. Tryck på knapparna på kortet, eller skriv till mig på "
        "engelska, till "
        "exempel: “{example}”",
        "påminn skjut pausa hoppa", "släng ignorera avvisa radera glöm", "flytta ändra", "skriv utkast",
    ),
    "da": _Wishes(
        "Jeg kan ikke ændre noget på en besked på dansk. Tryk på knapperne på kortet, eller skriv til mig på engelsk, "
        "for eksempel: "
        "“{example}”",
        "påmind udskyd", "slet afvis ignorer glem fjern", "flyt ændr", "skriv udkast",
    ),
    "pl": _Wishes(
        "Nie mogę niczego zmienić na podstawie wiadomości po polsku. Proszę nacisnąć przycisk na karcie albo napisać po angielsku, "
        "na przykład: “{example}”",
        "przypomnij odłóż przełóż wstrzymaj", "usuń odrzuć skreśl zapomnij pomiń", "przenieś zmień przesuń", "napisz szkic",
    ),
    "tr": _Wishes(
        "Türkçe bir mesajla hiçbir şeyi değiştirmem. Lütfen karttaki düğmelere basın ya da bana İngilizce yazın, "
        "örneğin: “{example}”",
        "hatırlat ertele", "reddet kaldır unut", "taşı değiştir", "taslak",
    ),
    "hi": _Wishes(
        "Hindi sandesh se main kuch nahi badalta. Card ke button dabaiye, ya mujhe English mein likhiye, jaise: “{example}”",
        "yaad taal याद टाल", "hata chhod हटा छोड़", "badal बदल", "likho likhiye लिख",
    ),
    "ru": _Wishes(
        "По сообщению на русском я ничего не меняю. Нажмите кнопку на карточке или напишите мне по-английски, например: "
        "“{example}”",
        "напомни отлож перенес", "удали отклони убери забудь", "измени передай передвинь", "напиши черновик",
    ),
    "uk": _Wishes(
        "За повідомленням українською я нічого не змінюю. Натисніть кнопку на картці або напишіть мені англійською, наприклад: "
        "“{example}”",
        "нагадай відклад перенес", "видали відхили прибери забудь", "зміни передай", "напиши чернетк",
    ),
    "ja": _Wishes(
        "日本語のメッセージでは何も変更しません。カードのボタンを押すか、英語で書いてください。例: “{example}”",
        "リマインド 延期 後で あとで スヌーズ 思い出させ", "削除 却下 無視", "変更して 移動 移して", "下書き メールを書",
    ),
    "zh": _Wishes(
        "我不会根据中文消息更改任何内容。请按卡片上的按钮，或用英语写给我，例如：“{example}”",
        "提醒 推迟 延后 稍后 暂停", "删除 取消 拒绝 忽略", "改到 改成 移到", "写邮件 写一封 草稿",
    ),
    "ko": _Wishes(
        "한국어 메시지로는 아무것도 변경하지 않습니다. 카드의 버튼을 누르거나 영어로 써 주세요. 예: “{example}”",
        "알려줘 상기 미뤄 미루 나중에 연기", "삭제 거절 무시", "변경해 옮겨", "메일 써 초안",
    ),
    "ar": _Wishes(
        "لا أغيّر شيئاً بناءً على رسالة بالعربية. اضغط أزرار البطاقة، أو اكتب لي بالإنجليزية، مثلاً: “{example}”",
        "ذكرني ذكّرني أجل أجّل تأجيل", "احذف ارفض تجاهل", "غيّر انقل", "اكتب مسودة",
    ),
}  # fmt: skip
_HINDI = "हिंदी के संदेश से मैं कुछ नहीं बदलता। कार्ड के बटन दबाएँ, या मुझे अंग्रेज़ी में लिखें, जैसे: “{example}”"
_WITHOUT_SPACES = frozenset(("ja", "zh", "ko"))
_WORD = re.compile(r"[^\W\d_]+")
# A question about what one decided or wrote wants nothing changed.
_ASKING = re.compile(
    r"^\W*(?:was|wer|wann|wie|wo|warum|wieso|welche\w*|hat|habe|haben|que|quoi|qui|quand|comment|où|pourquoi|quel\w*|qué|quién|cuándo"
    r"|cómo|cuál\w*|che|cosa|chi|quando|come|dove|perché|qual\w*|wat|wie|wanneer|hoe|waar|o que|quem|como|onde|vad|vem|när|hur|hvad"
    r"|hvem|hvornår|hvordan|co|kto|kiedy|jak|gdzie|ne|kim|kya|kaun|kab|что|кто|когда|как|що|хто|коли|як)\b",
    re.IGNORECASE,
)


def wished_in(code: str, message: str) -> Wished | None:
    """What a message in this language wants done; None if it asks something."""
    text = unicodedata.normalize("NFC", message[:600]).casefold()
    if code not in _WISHES or _ASKING.search(text):
        return None
    of, words = _WISHES[code], _WORD.findall(text)
    for kind, verbs in (
        (Wished.SNOOZE, of.snooze),
        (Wished.DROP, of.drop),
        (Wished.MOVE, of.move),
        (Wished.DRAFT, of.draft),
    ):
        begins = tuple(verbs.split())
        if any(each.startswith(begins) for each in words) or (
            code in _WITHOUT_SPACES and any(map(text.__contains__, begins))
        ):
            return kind
    return None


def count_of_wishes(code: str, words: list[str]) -> int:
    """How many of these words, in small letters, are such verbs in this language."""
    of = _WISHES.get(code)
    begins = tuple(f"{of.snooze} {of.drop} {of.move} {of.draft}".split()) if of else ()
    return sum(each.startswith(begins) for each in words)


def say_it_so(code: str, message: str, wished: Wished | None, name: str) -> str:
    """In the language of the message: that it changes nothing, and what to press or type instead."""
    devanagari = code == "hi" and any("DEVANAGARI" in unicodedata.name(char, "") for char in message)
    sentence = _HINDI if devanagari else _WISHES[code].sentence
    return sentence.format(example=(wished or Wished.SNOOZE).format(name=name or "it"))
