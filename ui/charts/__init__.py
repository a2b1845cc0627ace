"""Figures built from view models; nothing here talks to a browser."""
