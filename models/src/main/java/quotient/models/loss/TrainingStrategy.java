package quotient.models.loss;

import java.util.List;
import java.util.Locale;
import quotient.geometry.QuotientSpace;
import quotient.models.interpolant.Parameterization;
import quotient.models.interpolant.PathSample;

/// What a network is trained towards: one row of the table `w(t) |L (D - T)|^2`.
///
/// A strategy names the clean target y in place of x_1 and whether L is the horizontal projection at
/// x_t or the identity. {@link Objective} turns y into a velocity. Implementations are immutable.
/// Source: Xu et al. 2026, sections 3.2 and 4; style.md section 5; theory.md sections 6 to 8.
public sealed interface TrainingStrategy {

  /// The name on the command line.
  String name();

  /// Whether L is the horizontal projection at x_t.
  boolean isHorizontal();

  /// Whether y is a mean over a posterior; then the loss must be squared and x_0 independent.
  boolean isAveraged();

  /// Replaces x_1 by the clean target.
  ///
  ///     y: ragged batch as in path, x_1 on entry
  ///
  /// @param conversion of the path's interpolant
  /// @param velocity the network's output, read by targets that depend on it
  /// @return whether y was changed
  boolean clean(
      PathSample path,
      QuotientSpace space,
      Parameterization conversion,
      double[] velocity,
      double[] y);

  /// T = x_1, L = identity: ordinary flow matching.
  record Conventional() implements TrainingStrategy {
    @Override
    public String name() {
      return "conventional";
    }

    @Override
    public boolean isHorizontal() {
      return false;
    }

    @Override
    public boolean isAveraged() {
      return false;
    }

    @Override
    public boolean clean(
        PathSample path,
        QuotientSpace space,
        Parameterization conversion,
        double[] velocity,
        double[] y) {
      return false;
    }
  }

  /// T = x_1, L = P_{x_t}: the error is measured on the quotient space.
  record Quotient() implements TrainingStrategy {
    @Override
    public String name() {
      return "quotient";
    }

    @Override
    public boolean isHorizontal() {
      return true;
    }

    @Override
    public boolean isAveraged() {
      return false;
    }

    @Override
    public boolean clean(
        PathSample path,
        QuotientSpace space,
        Parameterization conversion,
        double[] velocity,
        double[] y) {
      return false;
    }
  }

  /// T = x_1 turned onto x_t, L = identity. Its optimum samples the wrong law, theory.md section 7.
  record GeoDiff() implements TrainingStrategy {
    @Override
    public String name() {
      return "geodiff";
    }

    @Override
    public boolean isHorizontal() {
      return false;
    }

    @Override
    public boolean isAveraged() {
      return false;
    }

    @Override
    public boolean clean(
        PathSample path,
        QuotientSpace space,
        Parameterization conversion,
        double[] velocity,
        double[] y) {
      int[] start = path.start();
      for (int b = 0; b < path.clouds(); b++) {
        space.align(y, path.xt(), y, start[b], start[b + 1]);
      }
      return true;
    }
  }

  /// T = x_1 turned onto the network's own clean cloud, L = identity, no gradient through the turn.
  /// Its optimum samples the wrong law, theory.md section 7.
  record Af3() implements TrainingStrategy {
    @Override
    public String name() {
      return "af3";
    }

    @Override
    public boolean isHorizontal() {
      return false;
    }

    @Override
    public boolean isAveraged() {
      return false;
    }

    @Override
    public boolean clean(
        PathSample path,
        QuotientSpace space,
        Parameterization conversion,
        double[] velocity,
        double[] y) {
      int[] start = path.start();
      double[] denoised = new double[y.length];
      for (int b = 0; b < path.clouds(); b++) {
        int from = start[b];
        int to = start[b + 1];
        conversion.denoised(
            path.covariances()[b], path.time()[b], path.xt(), velocity, denoised, from, to);
        space.projectPoint(denoised, from, to);
        space.align(y, denoised, y, from, to);
      }
      return true;
    }
  }

  /// T = E[R | x_t, shape of x_1] x_1, L = P_{x_t}: the mean over the orientation of x_1 instead of
  /// the one that was drawn. The optimum is that of {@link Quotient}, the variance much smaller.
  record Soft() implements TrainingStrategy {
    @Override
    public String name() {
      return "soft";
    }

    @Override
    public boolean isHorizontal() {
      return true;
    }

    @Override
    public boolean isAveraged() {
      return true;
    }

    @Override
    public boolean clean(
        PathSample path,
        QuotientSpace space,
        Parameterization conversion,
        double[] velocity,
        double[] y) {
      PosteriorMean mean = PosteriorMean.of(space, path.interpolant());
      int[] start = path.start();
      for (int b = 0; b < path.clouds(); b++) {
        mean.overRotations(
            path.covariances()[b], path.time()[b], path.xt(), y, start[b], start[b + 1]);
      }
      return true;
    }
  }

  /// T = the posterior mean over rotations, conformers and equivalent atoms, L = P_{x_t}: the
  /// denoiser of the stored conformers themselves.
  ///
  /// @param largestCount how many (conformer, relabelling) terms are evaluated per cloud
  record Ensemble(int largestCount) implements TrainingStrategy {
    private static final System.Logger LOG = System.getLogger("quotient.models.loss");

    /// The number of terms of theory.md 8.1.
    public static final int STANDARD_COUNT = 256;

    private static final double NOTEWORTHY_MASS = 1e-3;

    public Ensemble {
      if (largestCount < 1) {
        throw new IllegalArgumentException(
            "ensemble: need at least one term, found " + largestCount);
      }
    }

    @Override
    public String name() {
      return "ensemble";
    }

    @Override
    public boolean isHorizontal() {
      return true;
    }

    @Override
    public boolean isAveraged() {
      return true;
    }

    @Override
    public boolean clean(
        PathSample path,
        QuotientSpace space,
        Parameterization conversion,
        double[] velocity,
        double[] y) {
      if (path.known().length != path.clouds()) {
        throw new IllegalArgumentException(
            "ensemble: the examples do not say which conformers the molecules have; "
                + "use PathSample.knowing, or the strategy soft");
      }
      PosteriorMean mean = PosteriorMean.of(space, path.interpolant());
      int[] start = path.start();
      for (int b = 0; b < path.clouds(); b++) {
        double neglected =
            mean.overEnsemble(
                path.covariances()[b],
                path.time()[b],
                path.xt(),
                path.known()[b],
                largestCount,
                y,
                start[b],
                start[b + 1]);
        if (neglected > NOTEWORTHY_MASS) {
          LOG.log(
              System.Logger.Level.DEBUG,
              "ensemble: up to {0} of the posterior mass of a cloud left out",
              neglected);
        }
      }
      return true;
    }
  }

  /// All strategies, in the order of the documentation.
  static List<TrainingStrategy> all() {
    return List.of(
        new Quotient(),
        new Conventional(),
        new GeoDiff(),
        new Af3(),
        new Soft(),
        new Ensemble(Ensemble.STANDARD_COUNT));
  }

  /// Reads the name of a strategy.
  ///
  /// @throws IllegalArgumentException for any other text
  static TrainingStrategy parse(String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    for (TrainingStrategy strategy : all()) {
      if (strategy.name().equals(wanted)) {
        return strategy;
      }
    }
    throw new IllegalArgumentException(
        "strategy: unknown name \""
            + text
            + "\"; use "
            + String.join(", ", all().stream().map(TrainingStrategy::name).toList()));
  }
}
