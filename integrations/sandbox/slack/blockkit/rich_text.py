"""The rich_text block: sections, lists, quotes and preformatted text, and their elements.

Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

from integrations.sandbox.slack.blockkit.objects import URL
from integrations.sandbox.slack.blockkit.rules import anything, boolean, by_type, items, one_of, shape, string, whole

ID = string(at_most=255)
STYLE = shape(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
    ),
)
TEXT = shape({"type": anything, "text": string(at_most=3000)}, {"style": STYLE})
LINK = shape({"type": anything, "url": URL}, {"text": string(at_most=3000), "unsafe": boolean, "style": STYLE})
INLINE = by_type(
    {
        "text": TEXT,
        "link": LINK,
        "emoji": shape({"type": anything, "name": ID}, {"unicode": ID, "style": STYLE}),
        "user": shape({"type": anything, "user_id": ID}, {"style": STYLE}),
        "channel": shape({"type": anything, "channel_id": ID}, {"style": STYLE}),
        "usergroup": shape({"type": anything, "usergroup_id": ID}, {"style": STYLE}),
        "broadcast": shape({"type": anything, "range": one_of("here", "channel", "everyone")}, {"style": STYLE}),
        "date": shape(
            {"type": anything, "timestamp": whole(low=0, high=2**40), "format": string(at_most=255)},
            {"url": URL, "fallback": string(at_most=3000), "style": STYLE},
        ),
        "color": shape({"type": anything, "value": ID}, {"style": STYLE}),
    }
)
INLINES = items(INLINE, at_most=1000, at_least=0)
SECTION = shape({"type": anything, "elements": INLINES})
PART = by_type(
    {
        "rich_text_section": SECTION,
        "rich_text_list": shape(
            {
                "type": anything,
                "style": one_of("bullet", "ordered"),
                "elements": items(by_type({"rich_text_section": SECTION}), at_most=1000),
            },
            {"indent": whole(low=0, high=8), "offset": whole(low=0, high=10_000), "border": whole(low=0, high=1)},
        ),
        "rich_text_quote": shape({"type": anything, "elements": INLINES}, {"border": whole(low=0, high=1)}),
        "rich_text_preformatted": shape(
            {"type": anything, "elements": items(by_type({"text": TEXT, "link": LINK}), at_most=1000)},
            {"border": whole(low=0, high=1), "language": ID},
        ),
    }
)
RICH_TEXT = shape({"type": anything, "elements": items(PART, at_most=1000)}, {"block_id": ID})
