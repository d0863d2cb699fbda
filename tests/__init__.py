"""Tests, in the folders of what they test; contract/ suites are shared, flow/ tells end-to-end stories."""
