"""Panels as tables, and models with unit and time effects fitted to them; nothing here knows a study."""
