"""The local language engine's parts: word lists, tokens, language, sentiment, terms and entities. Pure functions over data files."""
