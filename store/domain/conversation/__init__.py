"""What people ask in a conversation: the kinds of question, the accounts named and the days meant. Pure."""
