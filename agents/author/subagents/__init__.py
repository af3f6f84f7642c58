"""The agents that are asked for one thing each: a prompt, a model, a list of tools, the shape of the answer, limits."""
