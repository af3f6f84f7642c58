"""Thinking: which models do so unasked, which ways of requesting it they accept, and its cost.

There is no real thinking here. A thought is a block before the answer with a number of tokens, which count towards
`max_tokens` as in the real service, and an empty text unless the request wants a summary.

Source: https://platform.claude.com/docs/en/build-with-claude/thinking
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.sandbox.claude.errors import invalid
from integrations.sandbox.claude.models import Model
from integrations.sandbox.claude.shapes import AdaptiveThinking, Asked, Counted, EnabledThinking, Thinking

_EFFORT: Mapping[str, float] = {"low": 0.25, "medium": 0.5, "high": 1.0, "xhigh": 2.0, "max": 4.0}
_SIGNED = "sandbox-thought-"
_SUMMARY = "I look at the data I was given and at the question."


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    tokens: int
    signature: str
    text: str = ""

    def block(self) -> dict[str, str]:
        return {"type": "thinking", "thinking": self.text, "signature": self.signature}


def check_thinking(asked: Counted, model: Model) -> None:
    """Raises: Refusal for a way of thinking that the model does not support, and for thoughts that are not its own."""
    kind = asked.thinking.type if asked.thinking else None
    if kind is not None and kind not in model.thinking:
        instead = ' Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
        raise invalid(
            f'"thinking.type.{kind}" is not supported for this model.{instead if "adaptive" in model.thinking else ""}'
        )
    forced = asked.tool_choice is not None and asked.tool_choice.type in ("any", "tool")
    if forced and kind in ("adaptive", "enabled"):
        raise invalid("Thinking may not be enabled when tool_choice forces tool use.")
    for number, message in enumerate(asked.messages):
        for place, block in enumerate(message.content):
            if isinstance(block, Thinking) and not block.signature.startswith(_SIGNED):
                raise invalid(f"messages.{number}.content.{place}: Invalid `signature` in `thinking` block")


def thought_of(asked: Asked, model: Model, tokens: int, mark: str) -> Thought | None:
    """Return the model's thought before this answer; `tokens` apply at high effort. None if it does not think."""
    config = asked.thinking
    if tokens == 0 or not (isinstance(config, AdaptiveThinking | EnabledThinking) or (config is None and model.thinks)):
        return None
    effort = (asked.output_config.effort if asked.output_config else None) or model.effort
    spent = max(1, round(tokens * _EFFORT[effort]))
    if isinstance(config, EnabledThinking):
        spent = min(spent, config.budget_tokens)
    summed_up = config is not None and config.display == "summarized"
    return Thought(tokens=spent, signature=_SIGNED + mark, text=_SUMMARY if summed_up else "")
