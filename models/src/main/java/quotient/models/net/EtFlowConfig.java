package quotient.models.net;

import java.util.LinkedHashMap;
import java.util.Map;
import quotient.models.graph.GraphRule;
import quotient.models.net.layer.HeadLayout;

/// The size and the variant of an ET-Flow network.
///
/// @param channels H, width
/// @param layers L
/// @param heads A, a divisor of H
/// @param radial K, number of radial functions
/// @param crossProduct SO(3): messages have a cross-product term and tell mirror images apart; else
///     O(3)
/// @param headNorm whether the output head has layer norms
/// @param cutoff radius of the graph, Å; at the same number of Å² the radial functions end
/// @param maxNeighbours most radius edges into one atom
public record EtFlowConfig(
    int channels,
    int layers,
    int heads,
    int radial,
    boolean crossProduct,
    boolean headNorm,
    double cutoff,
    int maxNeighbours) {
  /// As trained on GEOM-QM9, SO(3): 9 064 209 weights.
  public static final EtFlowConfig QM9_SO3 = released(true, true);

  /// As trained on GEOM-QM9, O(3): 8 337 809 weights.
  public static final EtFlowConfig QM9_O3 = released(false, true);

  /// As trained on GEOM-Drugs, SO(3): 9 063 729 weights.
  public static final EtFlowConfig DRUGS_SO3 = released(true, false);

  /// As trained on GEOM-Drugs, O(3): 8 337 329 weights.
  public static final EtFlowConfig DRUGS_O3 = released(false, false);

  public EtFlowConfig {
    requirePositive("layers", layers);
    requirePositive("radial functions", radial);
    requirePositive("neighbours", maxNeighbours);
    if (channels < 2 || channels % 2 != 0) {
      throw new IllegalArgumentException(
          "etflow: the width must be even, since the head halves it; found " + channels);
    }
    if (heads < 1 || channels % heads != 0) {
      throw new IllegalArgumentException(
          "etflow: " + heads + " heads do not divide a width of " + channels);
    }
    if (!(cutoff > 0)) {
      throw new IllegalArgumentException("etflow: the cutoff must be positive, found " + cutoff);
    }
  }

  private static void requirePositive(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "etflow: the number of " + what + " must be positive, found " + number);
    }
  }

  private static EtFlowConfig released(boolean crossProduct, boolean headNorm) {
    return new EtFlowConfig(160, 20, 8, 64, crossProduct, headNorm, 10, 32);
  }

  /// The same variant with another width, depth, number of heads and of radial functions.
  public EtFlowConfig sized(int newChannels, int newLayers, int newHeads, int newRadial) {
    return new EtFlowConfig(
        newChannels, newLayers, newHeads, newRadial, crossProduct, headNorm, cutoff, maxNeighbours);
  }

  /// The parts of a value and their order.
  public HeadLayout layout() {
    return new HeadLayout(channels, heads, crossProduct ? 4 : 3);
  }

  /// Which edges the network works on.
  public GraphRule graphRule() {
    return new GraphRule(cutoff, maxNeighbours, cutoff, 2, 1);
  }

  /// The map of strings that goes into a weights file.
  public Map<String, String> toMetadata() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("variant", crossProduct ? "so3" : "o3");
    map.put("hidden_channels", Integer.toString(channels));
    map.put("num_layers", Integer.toString(layers));
    map.put("num_heads", Integer.toString(heads));
    map.put("num_rbf", Integer.toString(radial));
    map.put("cutoff_upper", Double.toString(cutoff));
    map.put("max_num_neighbors", Integer.toString(maxNeighbours));
    map.put("output_layer_norm", headNorm ? "True" : "False");
    return map;
  }

  /// Reads what {@link #toMetadata} writes; other keys are ignored, cutoff, neighbours and heads may
  /// be missing.
  ///
  /// @throws IllegalArgumentException naming the key that is missing or makes no sense
  public static EtFlowConfig fromMetadata(Map<String, String> map) {
    String variant = text(map, "variant", "");
    if (!variant.equals("so3") && !variant.equals("o3")) {
      throw new IllegalArgumentException(
          "etflow configuration: variant must be so3 or o3, found \"" + variant + "\"");
    }
    return new EtFlowConfig(
        number(map, "hidden_channels", ""),
        number(map, "num_layers", ""),
        number(map, "num_heads", "8"),
        number(map, "num_rbf", "64"),
        variant.equals("so3"),
        truth(map, "output_layer_norm"),
        decimal(map, "cutoff_upper", "10.0"),
        number(map, "max_num_neighbors", "32"));
  }

  private static String text(Map<String, String> map, String key, String otherwise) {
    String value = map.getOrDefault(key, otherwise);
    if (value.isEmpty()) {
      throw new IllegalArgumentException("etflow configuration: \"" + key + "\" is missing");
    }
    return value;
  }

  private static int number(Map<String, String> map, String key, String otherwise) {
    String value = text(map, key, otherwise);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "etflow configuration: " + key + " must be a whole number, found \"" + value + "\"", e);
    }
  }

  private static double decimal(Map<String, String> map, String key, String otherwise) {
    String value = text(map, key, otherwise);
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "etflow configuration: " + key + " must be a number, found \"" + value + "\"", e);
    }
  }

  private static boolean truth(Map<String, String> map, String key) {
    String value = text(map, key, "");
    if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
      throw new IllegalArgumentException(
          "etflow configuration: " + key + " must be True or False, found \"" + value + "\"");
    }
    return Boolean.parseBoolean(value);
  }
}
