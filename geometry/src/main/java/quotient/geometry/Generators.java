package quotient.geometry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import quotient.geometry.shape.SO3;
import quotient.tensor.random.RandomKey;

/// Generators of the classical actions, and the spaces that have no closed form of their own.
///
/// *Thread-safe.*
public final class Generators {
  private Generators() {}

  /// so(d) on `points` points of R^d: one generator for each pair of axes a < b, turning a to b.
  public static List<Generator> rotations(int dimension, int points) {
    List<Generator> generators = new ArrayList<>();
    int n = dimension * points;
    for (int a = 0; a < dimension; a++) {
      for (int b = a + 1; b < dimension; b++) {
        double[] t = new double[n * n];
        for (int p = 0; p < n; p += dimension) {
          t[(p + a) * n + p + b] = -1;
          t[(p + b) * n + p + a] = 1;
        }
        generators.add(Generator.linear(n, t));
      }
    }
    return generators;
  }

  /// Common translations of `points` points of R^d along each axis.
  public static List<Generator> translations(int dimension, int points) {
    List<Generator> generators = new ArrayList<>();
    int n = dimension * points;
    for (int a = 0; a < dimension; a++) {
      double[] shift = new double[n];
      for (int p = a; p < n; p += dimension) {
        shift[p] = 1;
      }
      generators.add(Generator.affine(n, new double[n * n], shift));
    }
    return generators;
  }

  /// u(1) on C^n, (re, im) interleaved: multiplication by i.
  public static List<Generator> phase(int complexes) {
    return rotations(2, complexes);
  }

  /// su(2) on `sites` spinors: (i/2) sigma_a, layout as in {@link SpinorsModSU2}.
  public static List<Generator> spin(int sites) {
    return List.of(pauli(1, sites), pauli(2, sites), pauli(3, sites));
  }

  /// u(2) on `sites` spinors: (i/2) sigma_a and i/2.
  public static List<Generator> spinAndPhase(int sites) {
    return List.of(pauli(1, sites), pauli(2, sites), pauli(3, sites), pauli(0, sites));
  }

  private static Generator pauli(int axis, int sites) {
    int n = 4 * sites;
    double[] t = new double[n * n];
    double[] unit = new double[n];
    double[] image = new double[n];
    for (int j = 0; j < n; j++) {
      unit[j] = 1;
      Arrays.fill(image, 0);
      Pauli.add(
          axis == 0 ? 0.5 : 0,
          axis == 1 ? 0.5 : 0,
          axis == 2 ? 0.5 : 0,
          axis == 3 ? 0.5 : 0,
          unit,
          image,
          0,
          n);
      unit[j] = 0;
      for (int i = 0; i < n; i++) {
        t[i * n + j] = image[i];
      }
    }
    return Generator.linear(n, t);
  }

  /// so(3) on a sum of irreducible representations, degree l with 2 l + 1 coordinates each.
  ///
  ///     basis of one l, real: m = 0, then (cos 1, sin 1), ..., (cos l, sin l)
  ///     [T_x, T_y] = T_z and cyclic;   T_z turns (cos m, sin m) by m
  ///
  /// l = 1 in this basis is the vector (z, x, y).
  public static List<Generator> irreps(int... degrees) {
    int n = 0;
    for (int l : degrees) {
      if (l < 0) {
        throw new IllegalArgumentException("irreps: negative degree " + l);
      }
      n += 2 * l + 1;
    }
    List<Generator> generators = new ArrayList<>();
    for (int axis = 0; axis < 3; axis++) {
      double[] t = new double[n * n];
      int at = 0;
      for (int l : degrees) {
        fillIrrep(axis, l, t, n, at);
        at += 2 * l + 1;
      }
      generators.add(Generator.linear(n, t));
    }
    return generators;
  }

  /// The real form of -i J_axis. With J_+ |m> = k_m |m+1>, k_m = sqrt(l(l+1) - m(m+1)), and
  ///
  ///     c_m = (|-m> + (-1)^m |m>) / sqrt 2,   s_m = i (|-m> - (-1)^m |m>) / sqrt 2
  ///
  /// the non-zero entries below follow for m >= 1; the pair (0, c_1), (0, s_1) has sqrt 2 more.
  private static void fillIrrep(int axis, int l, double[] t, int n, int at) {
    for (int m = 0; m <= l; m++) {
      int c = at + (m == 0 ? 0 : 2 * m - 1);
      int s = at + 2 * m;
      if (axis == 2 && m > 0) {
        couple(t, n, s, c, m);
      }
      if (axis == 2 || m == l) {
        continue;
      }
      double k = 0.5 * Math.sqrt(l * (l + 1.0) - m * (m + 1.0));
      int nextC = at + 2 * m + 1;
      int nextS = at + 2 * m + 2;
      if (m == 0) {
        couple(t, n, axis == 0 ? nextS : c, axis == 0 ? c : nextC, -Math.sqrt(2) * k);
      } else if (axis == 0) {
        couple(t, n, nextS, c, -k);
        couple(t, n, nextC, s, k);
      } else {
        couple(t, n, nextC, c, k);
        couple(t, n, nextS, s, k);
      }
    }
  }

  private static void couple(double[] t, int n, int row, int column, double value) {
    t[row * n + column] += value;
    t[column * n + row] -= value;
  }

  /// The Haar law of SU(2) and SO(3) for three generators with [T_x, T_y] = T_z and cyclic: angle and
  /// axis of a uniform unit quaternion.
  public static void haarOfSpin(RandomKey key, double[] coefficients) {
    double w = SO3.randomQuaternion(0, key);
    double x = SO3.randomQuaternion(1, key);
    double y = SO3.randomQuaternion(2, key);
    double z = SO3.randomQuaternion(3, key);
    double sine = Math.sqrt(x * x + y * y + z * z);
    double scale = sine > 0 ? 2 * StrictMath.atan2(sine, w) / sine : 0;
    coefficients[0] = scale * x;
    coefficients[1] = scale * y;
    coefficients[2] = scale * z;
  }

  /// SO(3) acting on a sum of irreducible representations, such as the quadrupole l = 2 of a
  /// symmetric traceless matrix.
  ///
  /// Generic, with Haar-uniform elements. For l = 2 alone the singular set (two equal eigenvalues)
  /// has codimension 2; finite stabilisers are harmless.
  public static GeneratorQuotient irrepsModSO3(int... degrees) {
    StringBuilder name = new StringBuilder();
    for (int l : degrees) {
      name.append(name.isEmpty() ? "l=" : "+").append(l);
    }
    return GeneratorQuotient.of("(" + name + ")/SO(3)", irreps(degrees), Generators::haarOfSpin);
  }
}
