"""Questions asked of the derived tables; each answers with frozen row dataclasses."""
