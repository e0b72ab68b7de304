"""A choice under limits and rules, and how it is improved."""
