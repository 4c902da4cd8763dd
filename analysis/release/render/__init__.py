"""An assembled project becomes HTML, PDF and Word."""
