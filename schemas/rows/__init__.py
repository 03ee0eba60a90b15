"""Rows of the warehouse, one model per table; `schemas.tables` derives columns, types and DDL from them."""
