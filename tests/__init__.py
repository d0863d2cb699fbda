"""Tests, in the folders of what they test; contract/ holds suites shared by implementations, flow/ the end-to-end stories."""
