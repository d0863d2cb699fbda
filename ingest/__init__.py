"""Feeds to articles: the only stage that talks to publishers."""
