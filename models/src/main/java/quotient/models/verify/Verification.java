package quotient.models.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

/// The statistical proof that the samplers recover the target, with negative controls: what
/// `quotient verify` runs.
///
/// A correct build fails the whole table with probability below {@link #FALSE_ALARM} for any seed:
/// every random row has the level FALSE_ALARM / rows, and thresholds add what time stepping was
/// measured to contribute. A build in which a control is not detected fails too.
/// Source: theory.md 9.2 to 9.7.
public final class Verification {
  /// The probability that the table of a correct build has a failing row.
  public static final double FALSE_ALARM = 1e-3;

  /// The number of samples at which the checks have their usual size.
  public static final int STANDARD_SAMPLES = 4000;

  private Verification() {}

  /// What to verify.
  ///
  /// @param space one of {@link #spaces}, or `all`
  /// @param samples the size of the random checks; controls never get too few to be detected
  /// @param seed of all random numbers
  public record Settings(String space, int samples, long seed) {
    public Settings {
      if (!space.equals("all") && !spaces().contains(space)) {
        throw new IllegalArgumentException(
            "verify: unknown space \""
                + space
                + "\"; use all or one of "
                + String.join(", ", spaces()));
      }
      if (samples < 1) {
        throw new IllegalArgumentException(
            "verify: the number of samples must be positive, found " + samples);
      }
    }

    boolean includes(String name) {
      return space.equals("all") || space.equals(name);
    }
  }

  /// Is told what is being checked.
  @FunctionalInterface
  public interface Progress {
    /// Called before each check.
    ///
    /// @param done how many checks are done
    /// @param all how many there are
    /// @param next the name of the next one
    void see(int done, int all, String next);
  }

  /// The names of the spaces that can be verified on their own.
  public static List<String> spaces() {
    TreeSet<String> names = new TreeSet<>(EquilibriumCheck.names());
    SpaceCase.all().forEach(subject -> names.add(subject.name()));
    names.add("phase-3");
    return List.copyOf(names);
  }

  /// Whether every row is as it should be.
  public static boolean passed(List<Row> rows) {
    return rows.stream().allMatch(Row::passed);
  }

  /// Runs the checks.
  ///
  /// The rows depend on the settings alone, not on the number of threads.
  public static List<Row> run(Settings settings, WorkerPool pool, Progress progress) {
    List<Measurement> measurements = new ArrayList<>();
    List<Check> checks = checks(settings, pool);
    for (int i = 0; i < checks.size(); i++) {
      progress.see(i, checks.size(), checks.get(i).name());
      checks.get(i).body().run(measurements);
    }
    measurements.removeIf(measurement -> !settings.includes(measurement.space()));
    double level = FALSE_ALARM / Math.max(1, measurements.size());
    List<Row> rows = new ArrayList<>();
    for (Measurement measurement : measurements) {
      rows.add(measurement.row(level));
    }
    return List.copyOf(rows);
  }

  private record Check(String name, Body body) {}

  private interface Body {
    void run(List<Measurement> out);
  }

  private static List<Check> checks(Settings settings, WorkerPool pool) {
    double scale = (double) settings.samples() / STANDARD_SAMPLES;
    RandomKey key = RandomKey.of(settings.seed()).child("verify");
    List<Check> checks = new ArrayList<>();
    for (SpaceCase subject : SpaceCase.all()) {
      if (settings.includes(subject.name())) {
        checks.add(
            new Check(
                "generator on " + subject.name(), out -> new GeneratorCheck(subject).run(out)));
      }
    }
    EquilibriumCheck equilibrium = new EquilibriumCheck(pool, key.child("equilibrium"), scale);
    for (String name : EquilibriumCheck.names()) {
      if (settings.includes(name)) {
        checks.add(new Check("equilibrium on " + name, out -> equilibrium.run(name, out)));
      }
    }
    GaussianCheck gaussian = new GaussianCheck(pool, key.child("gaussian"), scale);
    MixtureCheck mixture = new MixtureCheck(pool, key.child("mixture"), scale);
    AlignmentCheck alignment = new AlignmentCheck(pool, key.child("alignment"), scale);
    VerticalCheck vertical = new VerticalCheck(pool, key.child("vertical"));
    if (settings.includes("shapes-5")) {
      checks.add(new Check("Gaussian target", gaussian::isotropic));
      checks.add(new Check("harmonic prior", gaussian::harmonic));
    }
    if (settings.includes("phase-3")) {
      checks.add(new Check("two shapes in the plane", mixture::planar));
      checks.add(new Check("alignment in the plane", alignment::planar));
    }
    if (settings.includes("shapes")) {
      checks.add(new Check("two shapes in space", mixture::spatial));
      checks.add(new Check("alignment in space", alignment::spatial));
    }
    if (settings.includes("diatomic")) {
      checks.add(new Check("alignment of a diatomic", AlignmentCheck::diatomic));
      checks.add(new Check("alignment of smooth lengths", AlignmentCheck::smooth));
    }
    if (settings.includes("phase-3") || settings.includes("shapes")) {
      checks.add(new Check("vertical output", vertical::run));
    }
    return checks;
  }
}
