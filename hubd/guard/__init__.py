"""Identities, roles, permissions, the audit chain, secrets."""
