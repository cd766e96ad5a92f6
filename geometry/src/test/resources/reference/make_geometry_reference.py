"""Writes geometry_reference.json: projections and volume gradients in 60-digit arithmetic.

Python 3 with mpmath 1.3. Inputs are drawn from random.Random(20260421) and rounded to 17 digits, so that
both sides read the same doubles. Nearly linear clouds are there because their small numbers drown in
double rounding unless the moments are taken in the principal frame.
"""

import json
import random

import mpmath as mp

mp.mp.dps = 60
CUT = mp.mpf("1e-12")
rng = random.Random(20260421)


def cloud(n, kind, amplitude=0.0):
    rows = [[rng.gauss(0, 1) for _ in range(3)] for _ in range(n)]
    axis = [0.36, 0.48, 0.8]
    if kind == "planar":
        rows = [[r[0], r[1], 0.3 * r[0] - 0.7 * r[1]] for r in rows]
    if kind == "linear":
        rows = [[r[0] * a + amplitude * s for a, s in zip(axis, r[::-1])] for r in rows]
    return rows


def centred(rows, weights):
    total = sum(weights)
    mean = [sum(w * mp.mpf(r[k]) for w, r in zip(weights, rows)) / total for k in range(3)]
    return [[mp.mpf(r[k]) - mean[k] for k in range(3)] for r in rows]


def cross(a, b):
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]


def solve(name, n, kind, metric=None, amplitude=0.0):
    A = metric or [[1.0 if i == j else 0.0 for j in range(n)] for i in range(n)]
    weights = [mp.mpf(sum(row)) for row in A]
    if abs(sum(weights)) < 1e-9:
        weights = [mp.mpf(1)] * n
    x = [[float(e) for e in row] for row in centred(cloud(n, kind, amplitude), weights)]
    v = [[rng.gauss(0, 1) for _ in range(3)] for _ in range(n)]
    X = centred(x, weights)
    V = centred(v, weights)
    AX = [[sum(mp.mpf(A[i][j]) * X[j][k] for j in range(n)) for k in range(3)] for i in range(n)]
    S = mp.matrix(3, 3)
    for i in range(n):
        for p in range(3):
            for q in range(3):
                S[p, q] += X[i][p] * AX[i][q]
    J = (S[0, 0] + S[1, 1] + S[2, 2]) * mp.eye(3) - S
    values, U = mp.eigsy(J)
    keep = [k for k in range(3) if values[k] > CUT * max(values)]
    AV = [[sum(mp.mpf(A[i][j]) * V[j][k] for j in range(n)) for k in range(3)] for i in range(n)]
    L = [sum(cross(X[i], AV[i])[k] for i in range(n)) for k in range(3)]
    omega = [
        sum(U[p, k] * sum(U[q, k] * L[q] for q in range(3)) / values[k] for k in keep)
        for p in range(3)
    ]
    Pv = [[V[i][k] - cross(omega, X[i])[k] for k in range(3)] for i in range(n)]
    weight = [sum(1 / values[k] for k in keep if k != a) for a in range(3)]
    gradient = [
        [
            sum(weight[a] * U[p, a] * sum(U[q, a] * X[i][q] for q in range(3)) for a in range(3))
            for p in range(3)
        ]
        for i in range(n)
    ]
    flat = lambda rows: [float(e) for row in rows for e in row]
    return {
        "name": name,
        "metric": flat(A) if metric else [],
        "x": flat(x),
        "v": flat(v),
        "rank": len(keep),
        "logOrbitVolume": float(sum(mp.log(values[k]) for k in keep) / 2),
        "projection": flat(Pv),
        "gradient": flat(gradient),
    }


masses = [12.011, 1.008, 15.999, 14.007, 1.008]
cases = [
    solve("general, 4 points", 4, "general"),
    solve("general, 17 points", 17, "general"),
    solve("planar, 6 points", 6, "planar"),
    solve("nearly linear at 1e-2, 5 points", 5, "linear", amplitude=1e-2),
    solve("nearly linear at 1e-4, 4 points", 4, "linear", amplitude=1e-4),
    solve("nearly linear at 1e-5, 3 points", 3, "linear", amplitude=1e-5),
    solve("linear, 5 points", 5, "linear"),
    solve("diatomic", 2, "general"),
    solve("masses", 5, "general", [[masses[i] if i == j else 0.0 for j in range(5)] for i in range(5)]),
    solve(
        "star graph",
        4,
        "general",
        [[3.0, -1.0, -1.0, -1.0], [-1.0, 1.0, 0.0, 0.0], [-1.0, 0.0, 1.0, 0.0], [-1.0, 0.0, 0.0, 1.0]],
    ),
]
with open("geometry_reference.json", "w") as out:
    out.write('{"mpmath": "%s", "seed": 20260421, "digits": 60, "cases": [\n' % mp.__version__)
    out.write(",\n".join(json.dumps(case) for case in cases))
    out.write("\n]}\n")
