package quotient.models.net;

import java.util.LinkedHashMap;
import java.util.Map;

/// The size of a Proteína network for C-alpha backbones.
///
/// @param width d, of a token
/// @param layers number of blocks
/// @param heads A; a head has floor(d / A) channels, so that all heads together may be narrower than d
/// @param conditionWidth c
/// @param timeWidth of the embedding of t
/// @param indexWidth of the embedding of residue numbers, even
/// @param foldWidth of the embedding of each of the three levels of a fold class
/// @param pairWidth p
/// @param registers R, learned tokens in front of each chain
/// @param separations classes of residue separation, odd
/// @param distances classes of distance in x_t
/// @param ownDistances classes of distance in the self-conditioning cloud
/// @param folds classes, architectures and topologies known: three numbers; each table has a row more
///     for "unknown"
public record ProteinaConfig(
    int width,
    int layers,
    int heads,
    int conditionWidth,
    int timeWidth,
    int indexWidth,
    int foldWidth,
    int pairWidth,
    int registers,
    int separations,
    int distances,
    int ownDistances,
    Folds folds) {
  /// How many fold classes there are at each level.
  ///
  /// @param classes C
  /// @param architectures C.A
  /// @param topologies C.A.T
  public record Folds(int classes, int architectures, int topologies) {
    /// Those of the released fold classifier.
    public static final Folds CATH = new Folds(5, 43, 1336);

    public Folds {
      requirePositive("classes", classes);
      requirePositive("architectures", architectures);
      requirePositive("topologies", topologies);
    }

    /// Of a level, 0 to 2.
    public int count(int level) {
      return switch (level) {
        case 0 -> classes;
        case 1 -> architectures;
        default -> topologies;
      };
    }
  }

  /// 58 899 988 weights. Source: Xu et al. 2026, Table 4.
  public static final ProteinaConfig SIXTY_MILLION =
      new ProteinaConfig(512, 12, 12, 128, 196, 196, 196, 196, 10, 127, 64, 128, Folds.CATH);

  /// About ten million weights.
  public static final ProteinaConfig SMALL =
      new ProteinaConfig(256, 8, 8, 64, 64, 64, 64, 64, 8, 127, 64, 128, Folds.CATH);

  /// About two million weights.
  public static final ProteinaConfig TINY =
      new ProteinaConfig(128, 6, 4, 64, 64, 64, 32, 64, 4, 127, 64, 128, Folds.CATH);

  public ProteinaConfig {
    requirePositive("channels", width);
    requirePositive("layers", layers);
    requirePositive("heads", heads);
    requirePositive("condition channels", conditionWidth);
    requirePositive("pair channels", pairWidth);
    requirePositive("fold channels", foldWidth);
    if (timeWidth < 4 || indexWidth < 2 || indexWidth % 2 != 0) {
      throw new IllegalArgumentException(
          "proteina: embeddings need an even width for residue numbers and at least 4 for times,"
              + " found "
              + indexWidth
              + " and "
              + timeWidth);
    }
    if (width < heads) {
      throw new IllegalArgumentException(
          "proteina: " + heads + " heads need a width of at least that, found " + width);
    }
    if (registers < 0) {
      throw new IllegalArgumentException("proteina: " + registers + " registers");
    }
    if (separations < 1 || separations % 2 == 0 || distances < 2 || ownDistances < 2) {
      throw new IllegalArgumentException(
          "proteina: pair classes must be an odd number of separations and two or more distances,"
              + " found "
              + separations
              + ", "
              + distances
              + " and "
              + ownDistances);
    }
  }

  private static void requirePositive(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "proteina: the number of " + what + " must be positive, found " + number);
    }
  }

  /// Channels of one head.
  public int headWidth() {
    return width / heads;
  }

  /// Channels of all heads, I.
  public int innerWidth() {
    return heads * headWidth();
  }

  /// Classes of a pair: separations, then distances of the self-conditioning cloud, then of x_t.
  public int pairClasses() {
    return separations + ownDistances + distances;
  }

  /// The map of strings that goes into a weights file.
  public Map<String, String> toMetadata() {
    Map<String, String> map = new LinkedHashMap<>();
    put(map, "token_dim", width);
    put(map, "nlayers", layers);
    put(map, "nheads", heads);
    put(map, "dim_cond", conditionWidth);
    put(map, "t_emb_dim", timeWidth);
    put(map, "idx_emb_dim", indexWidth);
    put(map, "fold_emb_dim", foldWidth);
    put(map, "pair_repr_dim", pairWidth);
    put(map, "num_registers", registers);
    put(map, "seq_sep_dim", separations);
    put(map, "xt_pair_dist_dim", distances);
    put(map, "x_sc_pair_dist_dim", ownDistances);
    put(map, "classes_C", folds.classes);
    put(map, "classes_A", folds.architectures);
    put(map, "classes_T", folds.topologies);
    return map;
  }

  private static void put(Map<String, String> map, String key, int number) {
    map.put(key, Integer.toString(number));
  }

  /// The configuration in such a map; other keys are ignored.
  ///
  /// @throws IllegalArgumentException naming the key that is missing or makes no sense
  public static ProteinaConfig fromMetadata(Map<String, String> map) {
    return new ProteinaConfig(
        number(map, "token_dim"),
        number(map, "nlayers"),
        number(map, "nheads"),
        number(map, "dim_cond"),
        number(map, "t_emb_dim"),
        number(map, "idx_emb_dim"),
        number(map, "fold_emb_dim"),
        number(map, "pair_repr_dim"),
        number(map, "num_registers"),
        number(map, "seq_sep_dim"),
        number(map, "xt_pair_dist_dim"),
        number(map, "x_sc_pair_dist_dim"),
        new Folds(number(map, "classes_C"), number(map, "classes_A"), number(map, "classes_T")));
  }

  private static int number(Map<String, String> map, String key) {
    String value = map.get(key);
    if (value == null) {
      throw new IllegalArgumentException("proteina configuration: \"" + key + "\" is missing");
    }
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "proteina configuration: " + key + " must be a whole number, found \"" + value + "\"", e);
    }
  }
}
