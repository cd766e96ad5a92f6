"""Writes optimizers.txt: trajectories of update rules in double, for OptimizerTest.

Independent of the Java code: NumPy, from the papers' formulas (Kingma & Ba 2015, Algorithm 1;
Loshchilov & Hutter 2019, Algorithm 2). No random numbers. Run: python3 optimizers.py > optimizers.txt
"""
import sys

import numpy as np

WEIGHTS, STEPS = 5, 12


def gradient(p, k):
    """A quadratic bowl with a disturbance; sizes from 1e-4 to 10."""
    scale = 10.0 ** np.array([1, 0, -1, -2, -4])
    return scale * (p + np.sin(1.3 * k + np.arange(WEIGHTS)))


def adamw(beta1, beta2, epsilon, decay, rate):
    p = np.linspace(-1, 1.5, WEIGHTS).astype(np.float32).astype(np.float64)
    m = np.zeros(WEIGHTS)
    v = np.zeros(WEIGHTS)
    for k in range(1, STEPS + 1):
        g = gradient(p, k)
        p = p - rate(k) * decay * p
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        p = p - rate(k) * (m / (1 - beta1**k)) / (np.sqrt(v / (1 - beta2**k)) + epsilon)
        yield k, p


def show(name, trajectory):
    for k, p in trajectory:
        print(name, k, *(repr(float(x)) for x in p))


print(f"# numpy {np.__version__}, python {sys.version.split()[0]}; columns: rule, step, weights")
show("adam", adamw(0.9, 0.999, 1e-8, 0, lambda k: 1e-2))
show("etflow", adamw(0.95, 0.999, 1e-8, 1e-8, lambda k: 1e-2 * k / STEPS))
show("decay", adamw(0.9, 0.99, 1e-8, 0.1, lambda k: 1e-2))
