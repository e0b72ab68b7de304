"""Questions around the plan: what more money would buy, and what a target costs."""
