"""Tests of services.dashboard."""
