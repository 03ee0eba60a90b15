"""E-mail: one row per message, its text, and its attachments as documents of their own."""
