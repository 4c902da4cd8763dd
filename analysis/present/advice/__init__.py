"""What results mean to those who have to decide."""
