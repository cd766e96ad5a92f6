package quotient.autodiff;

import quotient.tensor.FloatTensor;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Fills a new weight; the key is the parameter's own, derived from its name.
@FunctionalInterface
public interface Initializer {
  /// Writes all of `out`.
  void fill(RandomKey key, FloatTensor out);

  /// All elements the same.
  static Initializer constant(float value) {
    return (key, out) -> {
      for (int i = 0; i < out.size(); i++) {
        out.set(i, value);
      }
    };
  }

  /// Uniform in [-bound, bound).
  static Initializer uniform(double bound) {
    return (key, out) -> {
      for (int i = 0; i < out.size(); i++) {
        out.set(i, (float) (bound * (2 * key.uniform(i) - 1)));
      }
    };
  }

  /// Normal with that standard deviation.
  static Initializer normal(double deviation) {
    return (key, out) -> {
      for (int i = 0; i < out.size(); i++) {
        out.set(i, (float) (deviation * Normal.at(key, i)));
      }
    };
  }

  /// Uniform with bound sqrt(6 / (in + out)) for a weight [out, in]. Source: Glorot & Bengio 2010.
  static Initializer xavier() {
    return (key, out) -> uniform(Math.sqrt(6.0 / (out.rows() + out.columns()))).fill(key, out);
  }
}
