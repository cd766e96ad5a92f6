package quotient.models.demo;

import quotient.models.conformer.ConformerSettings;
import quotient.models.sample.SampleSettings;
import quotient.models.train.TrainSettings;

/// How large the demonstration is. Training is a number of steps, so that the result does not depend
/// on the machine's speed. *Immutable.*
///
/// @param model what is trained
/// @param training for how long and how
/// @param sampling how the held-out molecules are sampled; count and seed are not used
/// @param perReference samples per known conformer
/// @param molecules held-out molecules that are judged, at most
/// @param verifySpace the space whose samplers are verified, or `all`
/// @param verifySamples size of the random checks
public record DemoSettings(
    ConformerSettings model,
    TrainSettings training,
    SampleSettings sampling,
    int perReference,
    int molecules,
    String verifySpace,
    int verifySamples) {

  /// The demonstration: a few minutes on two cores.
  public static DemoSettings standard(long seed) {
    return new DemoSettings(
        ConformerSettings.preset("tiny"), training(2_000, seed), sampling(25), 2, 52, "all", 400);
  }

  /// The same in a minute, with little to be learned in it.
  public static DemoSettings quick(long seed) {
    return new DemoSettings(
        ConformerSettings.preset("tiny"), training(100, seed), sampling(10), 2, 12, "plane", 400);
  }

  private static TrainSettings training(long steps, long seed) {
    TrainSettings d = TrainSettings.defaults(steps);
    return new TrainSettings(
        steps,
        0,
        3e-3,
        d.schedule(),
        d.warmup(),
        d.cycle(),
        d.beta1(),
        d.beta2(),
        d.weightDecay(),
        d.clip(),
        d.clipNorm(),
        0.98,
        d.validateEvery(),
        d.checkpointEvery(),
        d.keep(),
        seed);
  }

  private static SampleSettings sampling(int steps) {
    SampleSettings d = SampleSettings.defaults();
    return new SampleSettings(
        1, 0, d.sampler(), d.solver(), steps, d.timeGrid(), d.noiseScale(), d.sliceAtoms());
  }
}
