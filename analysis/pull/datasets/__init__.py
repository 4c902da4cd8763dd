"""The register of data sets, and whether files are what it says."""
