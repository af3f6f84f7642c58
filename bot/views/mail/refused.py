"""The message to a person in Slack, once, when the mail server will not take their copy."""

from __future__ import annotations

from bot.views.blocks import Part, section
from bot.views.text import mrkdwn


def refused_part(address: str, *, is_address: bool, code: str) -> Part:
    """`code` is the mail server's answer, such as `550 5.1.1`."""
    what = f"your address {mrkdwn(address, limit=254)}" if is_address else "the e-mail with your brief"
    said = (
        f"📭 The mail server refuses {what} ({mrkdwn(code, limit=20)}), so I send you no more copies. "
        "Your brief comes here as always. Once the problem is solved, turn copies on again under My settings in the Home tab."
    )
    return Part(name="mail_refused", text=said, blocks=[section(said, expand=True)])
