package quotient.models.generate;

/// How samples become conformers that are handed out. *Immutable.*
///
/// @param stereo fix, check or off
/// @param geometry fix, check or off: what is done about broken bonds and clashes
/// @param retries how often a sample that is not right is drawn again
/// @param fragments refuse, or largest: what happens to molecules of several parts
/// @param allowUnknown whether kinds of atoms that the model has not seen are let through
/// @param maxAtoms molecules with more atoms are refused; 0 means no limit
/// @param timeLimit seconds per molecule; 0 means no limit
/// @param pruneRmsd conformers closer than that to an earlier one are dropped, Å; 0 keeps all
public record GenerateSettings(
    String stereo,
    String geometry,
    int retries,
    String fragments,
    boolean allowUnknown,
    int maxAtoms,
    double timeLimit,
    double pruneRmsd) {

  /// Checks every setting.
  ///
  /// @throws IllegalArgumentException naming the setting, the expectation and the finding
  public GenerateSettings {
    RepairPolicy.parse("stereo", stereo);
    RepairPolicy.parse("geometry", geometry);
    if (!fragments.equals("refuse") && !fragments.equals("largest")) {
      throw new IllegalArgumentException(
          "fragments: expected refuse or largest, found \"" + fragments + "\"");
    }
    if (retries < 0) {
      throw new IllegalArgumentException("retries: expected 0 or more, found " + retries);
    }
    if (maxAtoms < 0) {
      throw new IllegalArgumentException("max-atoms: expected 0 or more, found " + maxAtoms);
    }
    if (!(timeLimit >= 0)) {
      throw new IllegalArgumentException("time-limit: expected 0 or more, found " + timeLimit);
    }
    if (!(pruneRmsd >= 0)) {
      throw new IllegalArgumentException("prune-rmsd: expected 0 or more, found " + pruneRmsd);
    }
  }

  /// Stereochemistry and geometry repaired with three retries, fragments and unknown atoms refused, no limits.
  public static GenerateSettings defaults() {
    return new GenerateSettings("fix", "fix", 3, "refuse", false, 0, 0, 0);
  }

  /// The same, with or without kinds of atoms that the model has not seen.
  public GenerateSettings withAllowUnknown(boolean allow) {
    return new GenerateSettings(
        stereo, geometry, retries, fragments, allow, maxAtoms, timeLimit, pruneRmsd);
  }

  /// The same with another limit, in seconds per molecule; 0 means none.
  public GenerateSettings withTimeLimit(double seconds) {
    return new GenerateSettings(
        stereo, geometry, retries, fragments, allowUnknown, maxAtoms, seconds, pruneRmsd);
  }

  /// The same with another treatment of broken geometries.
  public GenerateSettings withGeometry(String policy) {
    return new GenerateSettings(
        stereo, policy, retries, fragments, allowUnknown, maxAtoms, timeLimit, pruneRmsd);
  }

  /// What is done about wrong stereochemistry.
  public RepairPolicy stereoPolicy() {
    return RepairPolicy.parse("stereo", stereo);
  }

  /// What is done about broken geometries.
  public RepairPolicy geometryPolicy() {
    return RepairPolicy.parse("geometry", geometry);
  }
}
