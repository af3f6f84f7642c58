"""The deterministic author: recommendations by rules and templates, used with no key, no budget or no model."""

from agents.author.playbook.author import recommend

__all__ = ["recommend"]
