package quotient.models.backbone;

import quotient.models.interpolant.TimeGrid;
import quotient.models.sample.Guidance;
import quotient.models.sample.NoiseSchedule;
import quotient.models.sample.OdeSampler;
import quotient.models.sample.Sampler;
import quotient.models.sample.SamplerKind;
import quotient.models.sample.SelfConditioning;

/// How backbones are drawn from a model. *Immutable.*
///
/// @param count structures per length
/// @param seed the root of all randomness: structure j of a length depends on (seed, length, j)
/// @param sampler a {@link SamplerKind} by its label
/// @param solver of the ODE samplers: euler or heun
/// @param steps of the solver
/// @param timeGrid the times, see {@link TimeGrid#parse}
/// @param noiseSchedule g(t) of the SDE samplers, see {@link NoiseSchedule#parse}
/// @param noiseLimit the largest g(t); 0 for none
/// @param noiseScale gamma of the SDE samplers
/// @param selfConditioning what the network sees of its last estimate: model (as it was trained), off,
///     projected or raw
/// @param label the fold class asked for: none, natural, or one of {@link FoldLabel#parse}
/// @param guidance weight of the guidance; 1 for none
/// @param autoguidance the share of the weaker model in what is led away from, else the model without
///     its label
/// @param restrainFrom the time from which consecutive alpha carbons of the estimate are kept at the
///     distance of a trans peptide; 1 for never
/// @param sliceResidues structures go through the network in groups of about that many residues
public record BackboneSampleSettings(
    int count,
    long seed,
    String sampler,
    String solver,
    int steps,
    String timeGrid,
    String noiseSchedule,
    double noiseLimit,
    double noiseScale,
    String selfConditioning,
    String label,
    double guidance,
    double autoguidance,
    double restrainFrom,
    int sliceResidues) {

  /// Checks every setting.
  ///
  /// @throws IllegalArgumentException naming the setting, the expectation and the finding
  public BackboneSampleSettings {
    if (count < 1) {
      throw new IllegalArgumentException("n: expected a positive number, found " + count);
    }
    if (steps < 1) {
      throw new IllegalArgumentException("steps: expected a positive number, found " + steps);
    }
    if (!(noiseScale >= 0 && noiseScale <= 10)) {
      throw new IllegalArgumentException(
          "noise-scale: expected a number from 0 to 10, found " + noiseScale);
    }
    if (!(noiseLimit >= 0)) {
      throw new IllegalArgumentException(
          "noise-limit: expected a number of 0 or more, found " + noiseLimit);
    }
    if (!(restrainFrom >= 0 && restrainFrom <= 1)) {
      throw new IllegalArgumentException(
          "restrain-from: expected a time from 0 to 1, found " + restrainFrom);
    }
    if (sliceResidues < 1) {
      throw new IllegalArgumentException(
          "slice-residues: expected a positive number, found " + sliceResidues);
    }
    mode(selfConditioning, SelfConditioning.Mode.PROJECTED);
    FoldChoice.check(label);
    new Guidance(guidance, autoguidance);
    sampler(
        sampler,
        solver,
        TimeGrid.parse(timeGrid, steps),
        noiseSchedule,
        noiseLimit,
        noiseScale,
        SelfConditioning.Mode.OFF);
  }

  /// One structure per length by the quotient SDE in 200 steps, with a noise that the steps resolve:
  /// the published schedule leaves twice the noise that is meant near the data, see
  /// docs/decisions/backbone-sampler.md.
  public static BackboneSampleSettings defaults() {
    return new BackboneSampleSettings(
        1,
        0,
        "quotient-sde",
        "euler",
        200,
        "log:2",
        "linear:20",
        0,
        0.9,
        "model",
        "none",
        1,
        0,
        1,
        512);
  }

  /// The same with a weaker model as all of what guidance leads away from.
  public BackboneSampleSettings autoguided() {
    return new BackboneSampleSettings(
        count,
        seed,
        sampler,
        solver,
        steps,
        timeGrid,
        noiseSchedule,
        noiseLimit,
        noiseScale,
        selfConditioning,
        label,
        guidance,
        1,
        restrainFrom,
        sliceResidues);
  }

  /// The same with another number of structures per length.
  public BackboneSampleSettings withCount(int other) {
    return new BackboneSampleSettings(
        other,
        seed,
        sampler,
        solver,
        steps,
        timeGrid,
        noiseSchedule,
        noiseLimit,
        noiseScale,
        selfConditioning,
        label,
        guidance,
        autoguidance,
        restrainFrom,
        sliceResidues);
  }

  /// The same with another seed.
  public BackboneSampleSettings withSeed(long other) {
    return new BackboneSampleSettings(
        count,
        other,
        sampler,
        solver,
        steps,
        timeGrid,
        noiseSchedule,
        noiseLimit,
        noiseScale,
        selfConditioning,
        label,
        guidance,
        autoguidance,
        restrainFrom,
        sliceResidues);
  }

  /// The kind of sampler.
  public SamplerKind kind() {
    return SamplerKind.parse(sampler);
  }

  /// How the field is guided.
  public Guidance guided() {
    return new Guidance(guidance, autoguidance);
  }

  /// The sampler that these settings describe.
  ///
  /// @param trained what the network saw of its own estimate in training
  public Sampler create(SelfConditioning.Mode trained) {
    return sampler(
        sampler,
        solver,
        TimeGrid.parse(timeGrid, steps),
        noiseSchedule,
        noiseLimit,
        noiseScale,
        mode(selfConditioning, trained));
  }

  private static SelfConditioning.Mode mode(String text, SelfConditioning.Mode trained) {
    return switch (text) {
      case "model" -> trained;
      case "off" -> SelfConditioning.Mode.OFF;
      case "projected" -> SelfConditioning.Mode.PROJECTED;
      case "raw" -> SelfConditioning.Mode.RAW;
      default ->
          throw new IllegalArgumentException(
              "self-conditioning: expected model, off, projected or raw, found \"" + text + "\"");
    };
  }

  private static Sampler sampler(
      String kind,
      String solver,
      TimeGrid grid,
      String schedule,
      double limit,
      double gamma,
      SelfConditioning.Mode mode) {
    OdeSampler.Solver chosen =
        switch (solver) {
          case "euler" -> new OdeSampler.Solver.Euler();
          case "heun" -> new OdeSampler.Solver.Heun();
          default ->
              throw new IllegalArgumentException(
                  "solver: expected euler or heun, found \"" + solver + "\"");
        };
    NoiseSchedule named = NoiseSchedule.parse(schedule);
    double largest = limit == 0 ? Double.POSITIVE_INFINITY : limit;
    NoiseSchedule limited =
        new NoiseSchedule(
            named.form(), named.scale(), named.exponent(), largest, named.lastNoise(), gamma);
    return SamplerKind.parse(kind).create(chosen, grid, limited, mode);
  }
}
