"""The subagents. Each does one thing, with its own prompt, model, tools, answer schema and limits."""
