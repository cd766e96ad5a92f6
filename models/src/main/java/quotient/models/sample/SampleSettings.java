package quotient.models.sample;

import quotient.models.interpolant.TimeGrid;

/// How structures are drawn from a model. *Immutable.*
///
/// @param count samples per molecule
/// @param seed the root of all randomness: sample j of a molecule depends on (seed, molecule, j)
/// @param sampler a {@link SamplerKind} by its label
/// @param solver euler, heun, multistep or adaptive; SDE samplers with full noise have euler and
///     multistep, quotient-sde euler alone
/// @param steps from the prior to the data, each one network call (two with Heun)
/// @param timeGrid the times, see {@link TimeGrid#parse}
/// @param noiseScale gamma of the SDE samplers
/// @param sliceAtoms clouds go through the network in groups of about that many atoms
public record SampleSettings(
    int count,
    long seed,
    String sampler,
    String solver,
    int steps,
    String timeGrid,
    double noiseScale,
    int sliceAtoms) {

  /// Checks every setting.
  ///
  /// @throws IllegalArgumentException naming the setting, the expectation and the finding
  public SampleSettings {
    if (count < 1) {
      throw new IllegalArgumentException("n: expected a positive number, found " + count);
    }
    if (steps < 1) {
      throw new IllegalArgumentException("steps: expected a positive number, found " + steps);
    }
    if (!(noiseScale > 0 && noiseScale <= 10)) {
      throw new IllegalArgumentException(
          "noise-scale: expected a number above 0 and up to 10, found " + noiseScale);
    }
    if (sliceAtoms < 1) {
      throw new IllegalArgumentException(
          "slice-atoms: expected a positive number, found " + sliceAtoms);
    }
    sampler(sampler, solver, steps, timeGrid, noiseScale);
  }

  /// One sample per molecule by the quotient ODE in fifty Euler steps, seed 0.
  public static SampleSettings defaults() {
    return new SampleSettings(1, 0, "quotient-ode", "euler", 50, "uniform", 1.0, 320);
  }

  /// The same with another number of samples.
  public SampleSettings withCount(int other) {
    return new SampleSettings(
        other, seed, sampler, solver, steps, timeGrid, noiseScale, sliceAtoms);
  }

  /// The same with another seed.
  public SampleSettings withSeed(long other) {
    return new SampleSettings(
        count, other, sampler, solver, steps, timeGrid, noiseScale, sliceAtoms);
  }

  /// The kind of sampler.
  public SamplerKind kind() {
    return SamplerKind.parse(sampler);
  }

  /// The sampler that these settings describe.
  public Sampler create() {
    return sampler(sampler, solver, steps, timeGrid, noiseScale);
  }

  private static Sampler sampler(
      String kind, String solver, int steps, String timeGrid, double noiseScale) {
    OdeSampler.Solver chosen =
        switch (solver) {
          case "euler" -> new OdeSampler.Solver.Euler();
          case "heun" -> new OdeSampler.Solver.Heun();
          case "multistep" -> new OdeSampler.Solver.Multistep();
          case "adaptive" -> OdeSampler.Solver.Adaptive.STANDARD;
          default ->
              throw new IllegalArgumentException(
                  "solver: expected euler, heun, multistep or adaptive, found \"" + solver + "\"");
        };
    return SamplerKind.parse(kind)
        .create(
            chosen,
            TimeGrid.parse(timeGrid, steps),
            NoiseSchedule.linear(1, noiseScale),
            SelfConditioning.Mode.OFF);
  }
}
