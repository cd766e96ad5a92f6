package quotient.autodiff.optim;

import quotient.autodiff.ParameterSet;

/// An update rule. Implementations keep flat state vectors and are *confined*.
public interface Optimizer {
  /// Updates the weights once.
  ///
  /// @param gradients flat vector of the set, left as it is
  /// @param gradientScale the factor of all gradients that clipping asks for
  /// @param rate of this step
  void step(ParameterSet parameters, float[] gradients, double gradientScale, double rate);
}
