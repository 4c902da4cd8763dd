"""Stage 6: the paper is rendered, versioned and released."""
