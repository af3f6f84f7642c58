"""A mail server, spoken to over SMTP: encrypted unless it is on this machine."""
