"""Workbooks as billing offices send them, made by the programs that they use, each with its verdict written beside it
before anything reads it."""
