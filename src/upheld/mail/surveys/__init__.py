"""Surveys that are anonymous by construction: who was invited and what was answered never meet."""
