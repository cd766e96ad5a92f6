package quotient.geometry;

import java.util.Arrays;

/// What all finite groups have in common: orbits are isolated points, so P is the identity, the
/// volume is 1 and its gradient 0. Such a group acts only through matching.
interface FiniteQuotient extends LinearQuotient {
  @Override
  default int orbitDimension(double[] x, int from, int to) {
    return 0;
  }

  @Override
  default void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    Ranges.copy(v, out, from, to);
  }

  @Override
  default double logOrbitVolume(double[] x, int from, int to) {
    return 0;
  }

  @Override
  default void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    Arrays.fill(out, from, to, 0);
  }

  @Override
  default double smallestOrbitEigenvalue(double[] x, int from, int to) {
    return Double.POSITIVE_INFINITY;
  }
}
