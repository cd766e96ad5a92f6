package quotient.autodiff.optim;

import quotient.autodiff.ParameterSet;

/// An update rule. Implementations keep flat state vectors and are *confined*.
public sealed interface Optimizer permits Adam, GradientDescent {
  /// Numbers per chunk when an update runs on several threads.
  int CHUNK = 1 << 16;

  /// Updates the weights once.
  ///
  /// @param gradients flat vector of the set, left as it is
  /// @param gradientScale the factor of all gradients that clipping asks for
  /// @param rate of this step
  void step(ParameterSet parameters, float[] gradients, double gradientScale, double rate);

  /// @throws IllegalArgumentException unless the vector has one number per weight of the set
  static void requireLength(String rule, float[] vector, int length) {
    if (vector.length != length) {
      throw new IllegalArgumentException(
          rule + ": a vector of " + vector.length + " numbers for " + length + " weights");
    }
  }
}
