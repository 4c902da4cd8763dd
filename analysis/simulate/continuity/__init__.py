"""Contacts with general practice in the reference pilots, and the truth about them."""
