"""The ways out: Slack, e-mail, signed webhook, terminal."""
