"""Malformed and forged Slack requests by the thousand, over a real socket, at the whole bot behind its gateway."""
