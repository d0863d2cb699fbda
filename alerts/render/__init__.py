"""A message as plain text, HTML, Slack blocks or terminal panels. Pure: the same message gives the same bytes."""
