"""One module for each kind of request from Slack. Each takes about twenty lines: acknowledge, read, call one flow, render."""
