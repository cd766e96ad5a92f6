package quotient.models.train;

import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.models.io.FormatException;
import quotient.models.io.Safetensors;

/// Weights of a network from a file of named tensors.
final class NamedWeights {
  private NamedWeights() {}

  /// Fills every parameter from the tensor of its name behind the prefix.
  ///
  /// @throws FormatException if a weight is missing or has another shape
  static void load(ParameterSet parameters, Safetensors weights, String prefix)
      throws FormatException {
    float[] values = parameters.newVector();
    for (Parameter p : parameters.parameters()) {
      String name = prefix + p.name();
      if (!weights.contains(name)) {
        throw new FormatException("weights: there is no tensor " + name + " " + p.shape());
      }
      if (!weights.shape(name).equals(p.shape())) {
        throw new FormatException(
            "weights: " + name + " has shape " + weights.shape(name) + ", expected " + p.shape());
      }
      float[] numbers = weights.floats(name);
      System.arraycopy(numbers, 0, values, p.offset(), numbers.length);
    }
    parameters.update(master -> System.arraycopy(values, 0, master, 0, values.length));
  }
}
