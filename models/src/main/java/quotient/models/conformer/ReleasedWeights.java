package quotient.models.conformer;

import java.util.Optional;
import quotient.models.io.FormatException;
import quotient.models.io.Safetensors;
import quotient.tensor.Shape;

/// Weights under the names of the released ET-Flow checkpoints, perhaps with more in front.
///
/// Width, depth, radial functions and variant follow from the shapes; heads are not to be seen there
/// and are taken as released. All published checkpoints were trained with the harmonic prior, aligned
/// starting clouds and norms as loss. Source: etflow.md §1 and §9.
public final class ReleasedWeights {
  private static final String REPRESENTATION = "network.representation_model.";
  private static final String FIRST = REPRESENTATION + "embedding.weight";
  private static final String HEAD = "network.output_model.output_network.0.";
  private static final int HEADS = 8;

  private ReleasedWeights() {}

  /// What stands in front of the released names; empty if this file does not use them.
  public static Optional<String> prefix(Safetensors file) {
    return file.names().stream()
        .filter(name -> name.endsWith(FIRST))
        .map(name -> name.substring(0, name.length() - FIRST.length()))
        .findFirst();
  }

  /// The settings of the network whose weights these are.
  ///
  /// @throws FormatException if the shapes fit no ET-Flow network
  static ConformerSettings settings(Safetensors file, String prefix, String name)
      throws FormatException {
    int width = dim(file, prefix + FIRST, 1, 2);
    int radial = dim(file, prefix + REPRESENTATION + "distance_expansion.means", 0, 1);
    int layers = 0;
    while (file.contains(prefix + REPRESENTATION + layer(layers) + "layernorm.weight")) {
      layers++;
    }
    int values = dim(file, prefix + REPRESENTATION + layer(0) + "v_proj.weight", 0, 2);
    if (values != 3 * width && values != 4 * width) {
      throw new FormatException(
          name + ": values of " + values + " numbers; expected 3 or 4 times " + width);
    }
    try {
      return new ConformerSettings(
          values == 4 * width ? "etflow-so3" : "etflow-o3",
          width,
          layers,
          HEADS,
          radial,
          "conventional",
          "harmonic",
          "aligned",
          "l2-atom",
          "uniform",
          0.1,
          64,
          1,
          320,
          file.contains(prefix + HEAD + "update_net.3.weight") ? "norm" : "plain");
    } catch (IllegalArgumentException e) {
      throw new FormatException(name + ": no released ET-Flow network: " + e.getMessage(), e);
    }
  }

  private static String layer(int l) {
    return "attention_layers." + l + ".";
  }

  private static int dim(Safetensors file, String tensor, int dim, int rank)
      throws FormatException {
    Shape shape = file.shape(tensor);
    if (shape.rank() != rank) {
      throw new FormatException(tensor + " has shape " + shape + ", expected rank " + rank);
    }
    return shape.dim(dim);
  }
}
