"""How each kind of write looks to people, one file each; `bot.views.write` finds them here by the kinds' names."""
