"""Confined, warm child processes: every parser of foreign bytes and every SQL query runs in one."""
