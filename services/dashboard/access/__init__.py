"""Who may use the dashboard: people, their sessions, and the gate that every request passes."""
