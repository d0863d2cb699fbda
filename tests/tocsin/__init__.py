"""Tests of tocsin."""
