"""The form in which Slack sends what a person typed: addresses become links, emoji become names, and three characters are
escaped (https://docs.slack.dev/messaging/formatting-message-text)."""

from __future__ import annotations

import re

# Slack links a bare name with one of the internet's endings; these are the ones that occur here.
_ADDRESS = re.compile(
    r"(?<![\w.+-])(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})|(?P<url>https?://[^\s<>|]{1,2000})"
    r"|(?P<site>(?<![\w.-])(?:[\w-]{1,63}\.){1,4}(?:com|org|net|io|eu|de|fr|uk|example)\b)",
    re.IGNORECASE,
)


def as_slack_sends(text: str) -> str:
    """`Ask sam@x.org 👍` becomes `Ask <mailto:sam@x.org|sam@x.org> :+1:`."""
    return _named(_ADDRESS.sub(_linked, escaped(text)))


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _linked(found: re.Match[str]) -> str:
    if mail := found["mail"]:
        return f"<mailto:{mail}|{mail}>"
    return f"<{found['url']}>" if found["url"] else f"<http://{found['site']}|{found['site']}>"


def _named(text: str) -> str:
    if text.isascii():
        return text
    import emoji

    return emoji.demojize(text, language="alias")
