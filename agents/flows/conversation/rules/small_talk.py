"""Answers to messages that don't ask about accounts: greetings, thanks, and wishes that the bot can't fulfil."""

from __future__ import annotations

from store.domain.conversation.intents import Intent

HELP = (
    "Ask me, for example:\n"
    "• what first? · what's new? · what is at risk? · what closes this month?\n"
    "• how is Acme? · when did we last speak with Acme? · who is the contact there? · what did we promise them?\n"
    "• my pipeline · my overdue tasks · what did I decide last week? · what waits for my team?\n"
    "• skip the Acme one for two weeks · make it Friday · drop it because they signed\n"
    "To look at an account in the CRM now, use /review-account Acme. Only the buttons approve; your settings are in my Home tab."
)
_WELCOME = {"merci": "Je vous en prie.", "danke": "Gern geschehen.", "gracias": "De nada.", "grazie": "Prego."}


def welcome(message: str) -> str:
    """The answer to thanks, in their language if it is a usual one."""
    return next((said for word, said in _WELCOME.items() if word in message.casefold()), SAYINGS[Intent.THANKS])


SAYINGS: dict[Intent, str] = {
    Intent.HELP: HELP,
    Intent.THANKS: "You're welcome.",
    Intent.GREETING: "Hello. Ask “what first?”, or “help” for what else I can answer.",
    Intent.SMALL_TALK: "All well here. Ask “what first?” when you want to start.",
    Intent.WHO_ARE_YOU: (
        "I'm Sergas, a bot. I read your accounts in the CRM, say what needs attention, and write only what someone approves."
    ),
    Intent.STOP: (
        "To stop the briefs, press “Pause brief” in my Home tab; “My settings” there makes them fewer. “Skip the Acme one for two "
        "weeks” puts one card off."
    ),
    Intent.SETTINGS: (
        "That is yours to set, in my Home tab: “My settings” has the brief's time, working days, quiet hours and decisions a day; "
        "“Pause brief” stops it for a while, and “I'm away” lets a colleague decide for you."
    ),
    Intent.NOT_MY_JOB: "That's not something I can help with: I only know your accounts. Ask “help” for what I can answer.",
    Intent.OPERATING: (
        "I can't look into that here: an administrator's Home tab shows the last sync, people without Slack, stuck writes and "
        "spending, and “sergas status” prints them."
    ),
    Intent.NOT_IN_CRM: (
        "I don't have that: I keep no telephone numbers, e-mail addresses, quotas or targets. Open the record in the CRM for it."
    ),
    Intent.FOR_ME: "I can't call or write to customers. Ask me for a draft or an agenda, and do it yourself.",
    Intent.CHANGE_DEAL: (
        "I can't change or create deals, contacts or calls: I write only tasks, notes and a few account fields, and only when "
        "someone approves. Please do it in the CRM; I notice it with the next read."
    ),
}
