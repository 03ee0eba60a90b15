from __future__ import annotations

from workers.brochures.spacing import respaced, set_apart


def test_hyphened_packages_speak_for_blanks():
    assert set_apart(["500-g-Packung", "100g"])
    assert not set_apart(["500 Stück", "100g"])
    assert respaced("4x100g=400-g-Packung") == "4 x 100 g = 400-g-Packung"
