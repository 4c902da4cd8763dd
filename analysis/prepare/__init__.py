"""Stage 2: tables are checked against the contract and joined."""
