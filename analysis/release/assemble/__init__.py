"""The Quarto project of a paper: text, figures, tables, numbers and cover."""
