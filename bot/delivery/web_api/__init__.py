"""Slack's Web API as the bot uses it: every call in its turn, none beyond Slack's rates."""
