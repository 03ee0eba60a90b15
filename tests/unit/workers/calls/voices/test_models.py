"""Mixtures, clusters and sequences, the parts of telling voices apart."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from workers.calls.voices.clusters import Spectrum
from workers.calls.voices.mixtures import fit
from workers.calls.voices.sequence import best_sequence


def two_clouds():
    draw = np.random.default_rng(3)
    return np.concatenate([draw.normal(-3, 1, (400, 2)), draw.normal(3, 0.5, (200, 2))]).astype(np.float32)


def test_a_mixture_finds_the_clouds():
    found = fit(two_clouds(), 2, 0)
    order = found.means[:, 0].argsort()
    assert found.weights[order] == pytest.approx([2 / 3, 1 / 3], abs=0.02)
    assert found.means[order].ravel() == pytest.approx([-3, -3, 3, 3], abs=0.2)
    assert np.sqrt(found.variances[order][0]) == pytest.approx([1, 1], abs=0.15)


def test_the_likelihood_is_that_of_the_density():
    found = fit(two_clouds(), 2, 0)
    frames = two_clouds()[::50]
    density = sum(
        weight * np.prod(np.exp(-((frames - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance), axis=1)
        for weight, mean, variance in zip(found.weights, found.means, found.variances, strict=True)
    )
    shares, likely = found.posteriors(frames)
    assert likely == pytest.approx(np.log(density), abs=1e-3)
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(frames)))


def test_a_mixture_is_adapted_half_the_way_by_as_many_frames():
    found = fit(two_clouds(), 1, 0)
    moved = found.adapted(np.full((8, 2), 10, np.float32), 8.0)
    assert moved.means[0] == pytest.approx((found.means[0] + 10) / 2, rel=1e-3)


def likeness(sizes, within=0.8, between=0.05):
    names = np.repeat(np.arange(len(sizes)), sizes)
    return np.where(names[:, None] == names, within, between).astype(np.float32), names


def test_groups_that_are_alike():
    similarity, names = likeness((12, 7, 9))
    spectrum = Spectrum(similarity)
    found = spectrum.groups(3)
    assert [len(set(found[names == one])) for one in range(3)] == [1, 1, 1]
    assert len(set(found)) == 3


def test_as_many_eigenvalues_are_large_as_there_are_groups():
    similarity, _ = likeness((12, 7, 9), between=0.0)
    assert Spectrum(similarity).largest(4) == pytest.approx([1, 1, 1, 0], abs=0.2)
    assert Spectrum(similarity[:2, :2]).largest(3) == pytest.approx([1, -1, 0], abs=1e-6)


def test_unlike_windows_count_as_strangers():
    similarity, names = likeness((5, 5), between=-0.6)
    found = Spectrum(similarity).groups(2)
    assert len(set(zip(names, found, strict=True))) == 2


@pytest.mark.parametrize("change", [0.0, 1.0, 5.0])
def test_the_best_sequence_is_the_best_of_all(change):
    likely = np.random.default_rng(int(change)).normal(0, 2, (6, 3))

    def worth(path):
        return sum(likely[step, state] for step, state in enumerate(path)) - change * sum(a != b for a, b in pairwise(path))

    best = max(product(range(3), repeat=6), key=worth)
    assert worth(tuple(best_sequence(likely, change))) == pytest.approx(worth(best))
