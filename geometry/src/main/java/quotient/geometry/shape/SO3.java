package quotient.geometry.shape;

import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Rotations of R^3: exponential, logarithm, unit quaternions, Haar-uniform draws.
///
/// A rotation is a row-major `double[9]` that acts on column vectors, y = R x. The rotation vector
/// omega turns by the angle |omega| about omega, right-handed: exp((0, 0, pi/2)) takes (1, 0, 0) to
/// (0, 1, 0). Quaternions are (w, x, y, z), of unit length; q and -q are the same rotation.
/// *Thread-safe.*
public final class SO3 {
  private SO3() {}

  /// Writes the identity.
  public static void identity(double[] rotation) {
    for (int i = 0; i < 9; i++) {
      rotation[i] = i % 4 == 0 ? 1 : 0;
    }
  }

  /// Writes the matrix of a unit quaternion.
  public static void ofQuaternion(double w, double x, double y, double z, double[] rotation) {
    rotation[0] = 1 - 2 * (y * y + z * z);
    rotation[1] = 2 * (x * y - w * z);
    rotation[2] = 2 * (x * z + w * y);
    rotation[3] = 2 * (x * y + w * z);
    rotation[4] = 1 - 2 * (x * x + z * z);
    rotation[5] = 2 * (y * z - w * x);
    rotation[6] = 2 * (x * z - w * y);
    rotation[7] = 2 * (y * z + w * x);
    rotation[8] = 1 - 2 * (x * x + y * y);
  }

  /// Writes the unit quaternion of a rotation, w >= 0.
  ///
  /// The largest of the four components is found first, so that no small one is divided by.
  /// Source: Shepperd 1978.
  public static void toQuaternion(double[] r, double[] quaternion) {
    double trace = r[0] + r[4] + r[8];
    double w;
    double x;
    double y;
    double z;
    if (trace >= Math.max(r[0], Math.max(r[4], r[8]))) {
      w = 1 + trace;
      x = r[7] - r[5];
      y = r[2] - r[6];
      z = r[3] - r[1];
    } else if (r[0] >= Math.max(r[4], r[8])) {
      w = r[7] - r[5];
      x = 1 + r[0] - r[4] - r[8];
      y = r[1] + r[3];
      z = r[2] + r[6];
    } else if (r[4] >= r[8]) {
      w = r[2] - r[6];
      x = r[1] + r[3];
      y = 1 - r[0] + r[4] - r[8];
      z = r[5] + r[7];
    } else {
      w = r[3] - r[1];
      x = r[2] + r[6];
      y = r[5] + r[7];
      z = 1 - r[0] - r[4] + r[8];
    }
    double norm = Math.copySign(Math.sqrt(w * w + x * x + y * y + z * z), w);
    quaternion[0] = w / norm;
    quaternion[1] = x / norm;
    quaternion[2] = y / norm;
    quaternion[3] = z / norm;
  }

  /// Writes the rotation with rotation vector (x, y, z), in radians.
  public static void exp(double x, double y, double z, double[] rotation) {
    double angle = Math.sqrt(x * x + y * y + z * z);
    double half = 0.5 * angle;
    // sin(half) / angle, by its series where the quotient would lose its value
    double scale = angle < 1e-4 ? 0.5 - angle * angle / 48 : StrictMath.sin(half) / angle;
    ofQuaternion(StrictMath.cos(half), scale * x, scale * y, scale * z, rotation);
  }

  /// Writes the rotation vector of a rotation: angle in [0, pi], the inverse of {@link #exp}.
  ///
  /// Half a turn has two such vectors; one of them is returned.
  public static void log(double[] rotation, double[] omega) {
    double[] q = new double[4];
    toQuaternion(rotation, q);
    double sine = Math.sqrt(q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    // angle / sin(angle / 2)
    double scale = sine < 1e-8 ? 2 : 2 * StrictMath.atan2(sine, q[0]) / sine;
    omega[0] = scale * q[1];
    omega[1] = scale * q[2];
    omega[2] = scale * q[3];
  }

  /// Component k of the uniformly distributed unit quaternion that belongs to the key: four normal
  /// numbers divided by their length.
  public static double randomQuaternion(int k, RandomKey key) {
    double w = Normal.at(key, 0);
    double x = Normal.at(key, 1);
    double y = Normal.at(key, 2);
    double z = Normal.at(key, 3);
    double norm = Math.sqrt(w * w + x * x + y * y + z * z);
    return switch (k) {
      case 0 -> w / norm;
      case 1 -> x / norm;
      case 2 -> y / norm;
      default -> z / norm;
    };
  }

  /// Writes the Haar-uniform rotation that belongs to the key.
  public static void random(RandomKey key, double[] rotation) {
    ofQuaternion(
        randomQuaternion(0, key),
        randomQuaternion(1, key),
        randomQuaternion(2, key),
        randomQuaternion(3, key),
        rotation);
  }

  /// Turns all points by the Haar-uniform rotation that belongs to the key, without allocation.
  public static void rotateRandomly(RandomKey key, double[] x, double[] out, int from, int to) {
    double w = randomQuaternion(0, key);
    double i = randomQuaternion(1, key);
    double j = randomQuaternion(2, key);
    double k = randomQuaternion(3, key);
    for (int p = from; p < to; p += 3) {
      double px = x[p];
      double py = x[p + 1];
      double pz = x[p + 2];
      // x + 2 w (q × x) + 2 q × (q × x)
      double cx = 2 * (j * pz - k * py);
      double cy = 2 * (k * px - i * pz);
      double cz = 2 * (i * py - j * px);
      out[p] = px + w * cx + j * cz - k * cy;
      out[p + 1] = py + w * cy + k * cx - i * cz;
      out[p + 2] = pz + w * cz + i * cy - j * cx;
    }
  }

  /// out_i = R x_i for the points in [from, to), xyz interleaved; `out` may be `x`.
  public static void rotate(double[] rotation, double[] x, double[] out, int from, int to) {
    for (int i = from; i < to; i += 3) {
      double px = x[i];
      double py = x[i + 1];
      double pz = x[i + 2];
      out[i] = rotation[0] * px + rotation[1] * py + rotation[2] * pz;
      out[i + 1] = rotation[3] * px + rotation[4] * py + rotation[5] * pz;
      out[i + 2] = rotation[6] * px + rotation[7] * py + rotation[8] * pz;
    }
  }

  /// out_i = R x_i for float points in [from, to), products in double; `out` may be `x`.
  public static void rotate(double[] rotation, float[] x, float[] out, int from, int to) {
    for (int i = from; i < to; i += 3) {
      double px = x[i];
      double py = x[i + 1];
      double pz = x[i + 2];
      out[i] = (float) (rotation[0] * px + rotation[1] * py + rotation[2] * pz);
      out[i + 1] = (float) (rotation[3] * px + rotation[4] * py + rotation[5] * pz);
      out[i + 2] = (float) (rotation[6] * px + rotation[7] * py + rotation[8] * pz);
    }
  }
}
