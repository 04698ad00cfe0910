"""Helm charts: their files, Chart.yaml and ignore rules, read as Helm 3 reads them, and what Helm refuses."""
