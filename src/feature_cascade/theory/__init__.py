"""Predictions of the paper, none of which uses the simulation."""
