"""The options of the steps, a module a step. A command line is to be read fast: only Pydantic is imported."""
