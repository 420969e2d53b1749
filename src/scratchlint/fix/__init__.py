"""Fixes: a finding's path is moved to its permanent home, in every place that spells it.

Data flows one way: a report's findings are gathered into regions (paths that move together), each region
gets a destination, the destination gives edits, the edits are verified in memory, and what holds is
offered, shown or applied.
"""
