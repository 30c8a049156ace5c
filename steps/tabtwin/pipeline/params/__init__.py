"""The options of the steps, a module per step. Parsing a command line must be fast: only Pydantic is
imported.
"""
