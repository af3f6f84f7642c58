"""The deterministic author: recommendations by rules and templates, for when there is no key, budget or model."""

from agents.author.playbook.author import introduction, recommend

__all__ = ["introduction", "recommend"]
