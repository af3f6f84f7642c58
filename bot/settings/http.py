"""Where the bot listens for signed HTTP."""

from __future__ import annotations

from pydantic import Field

from bot.settings.section import Section


class HttpSettings(Section):
    prefix = "SERGAS_HTTP_"

    host: str = Field("127.0.0.1", description="Address to listen on for signed HTTP.")
    port: int = Field(3000, ge=0, le=65535, description="Port to listen on for signed HTTP; 0 takes a free one.")
