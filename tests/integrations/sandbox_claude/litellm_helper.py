"""litellm against the stand-in, in a process of its own because importing it takes seconds: prints one line of JSON."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ.update(LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_MODE="PRODUCTION")


def main(url: str, key: str) -> None:
    import litellm
    from pydantic import BaseModel

    class Person(BaseModel):
        name: str
        age: int

    litellm.telemetry = False
    common: dict[str, Any] = {"model": "anthropic/claude-sonnet-5-5", "api_base": url, "api_key": key, "num_retries": 0}
    town = {"type": "object", "properties": {"town": {"type": "string"}}, "required": ["town"]}
    tools = [{"type": "function", "function": {"name": "get_weather", "description": "Weather", "parameters": town}}]

    def asking(text: Any) -> list[dict[str, Any]]:
        return [{"role": "user", "content": text}]

    told: dict[str, Any] = {}
    told["text"] = litellm.completion(messages=asking("Good morning"), **common).choices[0].message.content
    pieces = litellm.completion(messages=asking("Good morning"), stream=True, **common)
    told["streamed"] = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    question = asking("What's the weather in Rome?")
    message = litellm.completion(messages=question, tools=tools, **common).choices[0].message
    (call,) = message.tool_calls
    told["call"] = [call.function.name, json.loads(call.function.arguments)]
    result = {"role": "tool", "tool_call_id": call.id, "content": "Rome: 21 degrees"}
    history = [*question, message.model_dump(), result]
    told["answer"] = litellm.completion(messages=history, tools=tools, **common).choices[0].message.content
    shaped = litellm.completion(messages=asking("Anna Berg is 23 years old."), response_format=Person, **common)
    told["shaped"] = json.loads(shaped.choices[0].message.content)
    # litellm refuses to force a tool on models that always think.
    older = {**common, "model": "anthropic/claude-haiku-4-5"}
    forced = litellm.completion(messages=asking("Oslo"), tools=tools, tool_choice="required", **older)
    told["forced"] = json.loads(forced.choices[0].message.tool_calls[0].function.arguments)
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    try:
        litellm.completion(messages=asking([picture]), **common)
    except litellm.exceptions.BadRequestError as refused:
        told["picture"] = "does not support image input" in str(refused)
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
