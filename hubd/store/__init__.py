"""The log and the registries on SQLModel."""
