"""A brief as an e-mail: the words of its Slack message, as HTML and as plain text. Buttons lead to Slack."""
