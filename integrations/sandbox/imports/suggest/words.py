"""The words of a header or a file name, each in one form: `OpportunityID`, `deal_id` and `Deal Id` are all `deal id`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_ENGLISH: Mapping[str, str] = {
    "account": "accounts company companies organization organizations organisation organisations customer customers client "
    "clients firm firms",
    "deal": "deals opportunity opportunities opp opps",
    "contact": "contacts person persons people",
    "user": "users",
    "owner": "owners agent agents rep reps representative seller sellers salesperson salespeople salesman responsible "
    "assignee assigned",
    "created": "create creation opened engage engaged added start started entry",
    "close": "closed closing deadline due",
    "modified": "updated changed update modify",
    "expected": "est estimated forecasted planned potential",
    "amount": "value revenue price sum total acv arr mrr size budget worth cost",
    "email": "mail emails",
    "id": "identifier uid guid uuid key number no nr code",
    "date": "day on at time timestamp datetime",
    "stage": "phase step stages",
    "activity": "activities engagement engagements interaction interactions",
    "note": "notes comment comments remark remarks",
    "first": "given forename",
    "last": "family surname",
    "phone": "telephone mobile",
    "website": "web url domain site",
    "industry": "sector branch vertical",
    "employees": "headcount staff",
    "team": "teams",
    "product": "products",
    "title": "position",
    "text": "body content message",
    "subject": "topic",
    "active": "enabled",
    "probability": "likelihood",
    "won": "win success successful",
    "lost": "lose loss",
    "call": "calls",
    "meeting": "meetings appointment appointments",
    "task": "tasks todo todos",
    "event": "events",
    "lead": "leads prospect prospects",
    "pipeline": "pipelines funnel",
    "days": "d",
    "type": "kind category",
}
_ABROAD: Mapping[str, str] = {  # the same in German, French, Spanish, Swedish and Dutch
    "account": "firma firmen kunde kunden unternehmen empresa empresas cliente clientes "
    "cuenta cuentas entreprise société företag kund kunder klant klanten",
    "deal": "verkaufschance verkaufschancen geschäft geschäfte oportunidad oportunidades "
    "opportunité opportunités affaire affaires affär affärer",
    "contact": "ansprechpartner kontakt kontakte kontakter kontaktperson contacto contactos",
    "owner": "betreuer verantwortlich verantwortlicher vertriebler verkäufer "
    "eigentümer propietario responsable propriétaire säljare ansvarig",
    "created": "angelegt erstellt erstellungs eröffnet creado creada créé création skapad",
    "close": "abschluss abgeschlossen geschlossen cierre cerrado clôture avslut stängd",
    "modified": "geändert änderungs aktualisiert modificado modifié ändrad",
    "expected": "erwartet erwarteter erwartetes voraussichtlich voraussichtliches previsto prévu förväntat",
    "amount": "betrag umsatz wert auftragswert importe monto montant belopp valor",
    "id": "nummer",
    "date": "datum am fecha",
    "stage": "verkaufsphase etapa étape fase steg",
    "name": "bezeichnung nombre nom namn",
    "note": "notiz notizen bemerkung bemerkungen anmerkung nota notas anteckning",
    "first": "vorname förnamn prénom",
    "last": "nachname efternamn apellido apellidos",
    "phone": "telefon rufnummer handy mobil teléfono téléphone",
    "industry": "branche bransch sektor",
    "employees": "mitarbeiterzahl empleados anställda",
    "title": "titel funktion puesto",
    "probability": "wahrscheinlichkeit probabilidad probabilité sannolikhet",
    "currency": "währung waehrung moneda devise valuta",
    "user": "benutzer usuario usuarios utilisateur utilisateurs",
    "activity": "aktivität aktivitäten actividad actividades activité activités",
    "status": "estado statut",
    "type": "typ art tipo",
}
_SAME: Mapping[str, str] = {
    word: meaning for table in (_ENGLISH, _ABROAD) for meaning, words in table.items() for word in words.split()
}
_JOINED = re.compile(r"(?<=[a-zäöü]{3})(?=(?:nr|nummer|datum)\b)")  # Kundennr, Abschlussdatum


def words_of(text: str) -> tuple[str, ...]:
    """Split at capitals, digits and signs, and give each word its one form."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", unicodedata.normalize("NFC", text))
    return tuple(_SAME.get(word, word) for word in re.findall(r"[^\W_]+", _JOINED.sub(" ", apart.lower())))


def fit(words: tuple[str, ...], phrase: str, *, own: str) -> float:
    """Return how well a header says a phrase: 1 if it says just that, apart from its own module's name, less with more words, 0
    if a word is missing."""
    wanted = phrase.split()
    said = [word for word in words if word != own or word in wanted] or list(words)
    if not set(wanted) <= set(said):
        return 0.0
    return len(wanted) / max(len(said), len(wanted))
