"""What Slack sends, each kind answered in about twenty lines: acknowledge, read it, call one flow, render."""
