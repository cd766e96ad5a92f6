package quotient.models.net;

import quotient.autodiff.Parameter;

/// Weights from formulas, so that a network of full size needs no weights file: the fills A and B of
/// `parity/etflow`.
final class FormulaWeights {
  private FormulaWeights() {}

  /// Writes the numbers of one parameter into the flat master.
  interface Formula {
    void fill(Parameter parameter, float[] master);
  }

  /// Fill A: slow waves, everywhere.
  static void waves(Parameter p, float[] master) {
    for (int i = 0; i < p.shape().size(); i++) {
      master[p.offset() + i] = (float) (0.02 * Math.sin(0.37 * i + 0.11 * p.index()));
    }
  }

  /// Fill B: hashed numbers of the size that training starts from.
  static void hashed(Parameter p, float[] master) {
    int size = p.shape().size();
    for (int i = 0; i < size; i++) {
      master[p.offset() + i] = (float) hashed(p, i, size);
    }
  }

  private static double hashed(Parameter p, int i, int size) {
    double low = Math.exp(-10);
    if (p.name().endsWith("distance_expansion.means")) {
      return low + (1 - low) * i / (size - 1);
    }
    if (p.name().endsWith("distance_expansion.betas")) {
      return Math.pow(2.0 / size * (1 - low), -2);
    }
    double u = uniform(i, p.index());
    if (p.name().endsWith("embedding.weight")) {
      return 2 * Math.sqrt(3) * u;
    }
    if (p.shape().rank() == 2) {
      return 2 * Math.sqrt(3.0 / p.shape().columns()) * u;
    }
    return p.name().endsWith(".weight") ? 1 + 0.2 * u : 0.2 * u;
  }

  private static double uniform(int i, int k) {
    int h = i * (int) 2654435761L + k * (int) 2246822519L + 374761393;
    h ^= h >>> 15;
    h *= (int) 2246822519L;
    h ^= h >>> 13;
    return (h & 0xffffffffL) / 4294967296.0 - 0.5;
  }
}
