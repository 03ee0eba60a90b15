"""Reading page files: pure orchestration over the page adapters."""
