"""What each section of the chapter on continuity is told from: rows, verdicts and codes, and no words."""
