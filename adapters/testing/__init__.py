"""Contract suites and drawn inputs that built-ins, fakes and third-party adapters are run against."""
