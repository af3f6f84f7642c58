"""A company's month in the bot's company: every half hour lived through the real bot, with people of several kinds, and judged."""
