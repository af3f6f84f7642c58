"""A strict local Claude: the Messages API on its own wire, with characters that answer in place of a model."""

from __future__ import annotations

from integrations.sandbox.claude.answers import Call, Said
from integrations.sandbox.claude.characters import CHARACTERS
from integrations.sandbox.claude.composer import Character, ModelCall
from integrations.sandbox.claude.faults import Fault, Faults
from integrations.sandbox.claude.limits import Limits
from integrations.sandbox.claude.models import DEFAULT_MODELS, Model
from integrations.sandbox.claude.pace import Latency
from integrations.sandbox.claude.prompt import Prompt
from integrations.sandbox.claude.server import ClaudeSandbox

__all__ = [
    "CHARACTERS",
    "DEFAULT_MODELS",
    "Call",
    "Character",
    "ClaudeSandbox",
    "Fault",
    "Faults",
    "Latency",
    "Limits",
    "Model",
    "ModelCall",
    "Prompt",
    "Said",
]
