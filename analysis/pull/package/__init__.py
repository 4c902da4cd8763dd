"""A study's own data package: found, unpacked, vouched for."""
