package quotient.models.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quotient.autodiff.ParameterSet;
import quotient.models.data.BackboneBatcher;
import quotient.models.data.BackboneDataset;
import quotient.models.data.FoldClass;
import quotient.models.io.FormatException;
import quotient.models.net.ProteinaConfig;
import quotient.models.protein.Backbone;
import quotient.models.train.Checkpoint;
import quotient.models.train.Lanes;
import quotient.models.train.ModelExport;
import quotient.models.train.TrainingTask;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

/// Batches, training and sampling of backbone models, on synthetic chains and a very small network.
final class BackboneModelTest {
  @TempDir private Path folder = Path.of("");

  private static BackboneSettings settings(String strategy, double estimated, double labels) {
    return settings(strategy, estimated, labels, 0);
  }

  private static BackboneSettings settings(
      String strategy, double estimated, double labels, double emphasis) {
    return new BackboneSettings(
        12,
        1,
        2,
        8,
        8,
        8,
        4,
        6,
        1,
        64,
        128,
        strategy,
        estimated,
        "projected",
        labels,
        1.9,
        emphasis,
        0,
        20,
        1.2,
        4,
        1,
        500);
  }

  /// Helices of several lengths, some with a straight tail.
  private static BackboneDataset data() {
    List<Backbone> chains = new ArrayList<>();
    for (int k = 0; k < 5; k++) {
      int n = 12 + 5 * k;
      float[] xyz = new float[3 * n];
      for (int i = 0; i < n; i++) {
        double angle = Math.toRadians(100) * Math.min(i, 16);
        xyz[3 * i] = (float) (2.3 * Math.cos(angle) + 5);
        xyz[3 * i + 1] = (float) (2.3 * Math.sin(angle));
        xyz[3 * i + 2] = (float) (i < 16 ? 1.5 * i : 24 + 3.4 * (i - 16));
      }
      chains.add(Backbone.trace("chain" + k, xyz));
    }
    return BackboneDataset.of(chains);
  }

  private static BackboneModel model(BackboneSettings settings) {
    return BackboneModel.create(settings, RandomKey.of(3), data());
  }

  // ---- batches ----

  @Test
  void windowsHaveLengthsFromTheShortestUp() {
    BackboneDataset data = data();
    BackboneBatcher batcher = new BackboneBatcher(data, 200, 10, 20, 0);
    Set<Integer> lengths = new TreeSet<>();
    for (BackboneBatcher.Example example : batcher.draw(RandomKey.of(5))) {
      lengths.add(example.length());
    }
    assertEquals(10, lengths.stream().mapToInt(n -> n).min().orElse(0));
    assertEquals(20, lengths.stream().mapToInt(n -> n).max().orElse(0));
    assertTrue(lengths.size() >= 10);
  }

  @Test
  void batchesAreCentredTurnedCroppedAndInNanometres() {
    BackboneDataset data = data();
    BackboneBatcher batcher = new BackboneBatcher(data, 40, 0, 20, 0);
    List<BackboneBatcher.Example> drawn = batcher.draw(RandomKey.of(1));
    assertEquals(40, drawn.size());
    int cropped = 0;
    for (BackboneBatcher.Example example : drawn) {
      double[] x = example.cloudNm();
      assertTrue(example.length() <= 20);
      cropped += example.length() == 20 ? 1 : 0;
      double[] mean = new double[3];
      for (int i = 0; i < x.length; i++) {
        mean[i % 3] += x[i];
      }
      assertArrayEquals(new double[3], mean, 1e-6);
      double dx = x[3] - x[0];
      double dy = x[4] - x[1];
      double dz = x[5] - x[2];
      assertEquals(0.36, Math.sqrt(dx * dx + dy * dy + dz * dz), 0.03, example.name());
    }
    assertTrue(cropped > 5);
    List<BackboneBatcher.Example> again = batcher.draw(RandomKey.of(1));
    assertArrayEquals(drawn.get(7).cloudNm(), again.get(7).cloudNm());
    assertNotEquals(drawn.get(7).cloudNm()[0], batcher.draw(RandomKey.of(2)).get(7).cloudNm()[0]);
  }

  @Test
  void windowsAreCompactWhereThatIsAskedFor() {
    BackboneDataset data = data();
    BackboneDataset.Chain longest = data.get(4);
    double any = 0;
    double compact = 0;
    for (int k = 0; k < 50; k++) {
      any += spread(new BackboneBatcher(data, 1, 0, 12, 0).example(longest, RandomKey.of(k)));
      compact += spread(new BackboneBatcher(data, 1, 0, 12, 0.1).example(longest, RandomKey.of(k)));
    }
    assertTrue(compact < 0.8 * any, compact + " and " + any);
  }

  private static double spread(BackboneBatcher.Example example) {
    double sum = 0;
    for (double value : example.cloudNm()) {
      sum += value * value;
    }
    return sum;
  }

  @Test
  void slicesHoldChainsOfLikeLengthInEveryOrder() {
    List<BackboneBatcher.Example> drawn =
        new BackboneBatcher(data(), 30, 0, 40, 0).draw(RandomKey.of(4));
    List<List<BackboneBatcher.Example>> slices = BackboneBatcher.slices(drawn, 1_500);
    int last = 0;
    int count = 0;
    for (List<BackboneBatcher.Example> slice : slices) {
      long pairs = 0;
      for (BackboneBatcher.Example example : slice) {
        assertTrue(example.length() >= last);
        last = example.length();
        pairs += (long) example.length() * example.length();
        count++;
      }
      assertTrue(slice.size() == 1 || pairs <= 1_500, pairs + " pairs");
    }
    assertEquals(30, count);
  }

  @Test
  void coarseFoldClassesAreNumberedAsInCath() {
    assertEquals(FoldClass.ALPHA, data().get(0).fold());
    assertEquals(1, FoldClass.ALPHA.number());
    assertEquals("alpha/beta", FoldClass.ALPHA_BETA.label());
    assertEquals(FoldClass.BETA.row(), FoldLabel.parse("2.x.x").fold());
    assertEquals(FoldClass.ALPHA_BETA.row(), FoldLabel.parse("Alpha/Beta").fold());
    assertThrows(IllegalArgumentException.class, () -> FoldLabel.parse("1.10.8"));
    assertThrows(IllegalArgumentException.class, () -> FoldLabel.parse("7"));
  }

  @Test
  void naturalLabelsAreDrawnAsOftenAsTheTrainingHasThem() {
    JsonObject folds = new JsonObject();
    folds.addProperty("alpha", 30);
    folds.addProperty("alpha/beta", 70);
    FoldChoice natural = FoldChoice.parse("natural", Optional.of(folds));
    assertFalse(natural.isNone());
    int[] counts = new int[4];
    for (int k = 0; k < 4000; k++) {
      counts[natural.label(RandomKey.of(k)).fold()]++;
    }
    assertEquals(1200, counts[0], 150, "5 standard deviations");
    assertEquals(4000, counts[0] + counts[2]);
    assertEquals(natural.label(RandomKey.of(1)), natural.label(RandomKey.of(1)));
    assertThrows(
        IllegalArgumentException.class, () -> FoldChoice.parse("natural", Optional.empty()));
    assertTrue(FoldChoice.parse("none", Optional.empty()).isNone());
    assertEquals(
        FoldLabel.parse("beta"), FoldChoice.parse("beta", Optional.empty()).label(RandomKey.of(3)));
    BackboneModel model = model(settings("quotient", 0.5, 0.5));
    FoldLabel drawn = BackboneSampler.Request.of(1, 12, 0, model.folds("natural")).label();
    assertEquals(FoldLabel.parse("alpha"), drawn, "all chains of the data are helices");
  }

  @Test
  void aModelMayCarryItsOwnWayOfSampling() throws IOException {
    BackboneModel model = model(settings("quotient", 0.5, 0.5));
    assertEquals(BackboneSampleSettings.defaults(), model.sampling());
    Path file = folder.resolve("plain.safetensors");
    Path own = folder.resolve("own.safetensors");
    ParameterSet parameters = model.network().parameters();
    Checkpoint.writeModel(file, parameters, parameters.copyValues(), model.description());
    ModelExport.read(file)
        .withSampling(Map.of("noise-schedule", "tangent", "noise-scale", "0.3"))
        .write(own, true);
    BackboneSampleSettings sampling = BackboneModel.read(own).sampling();
    assertEquals("tangent", sampling.noiseSchedule());
    assertEquals(0.3, sampling.noiseScale());
    assertEquals(BackboneSampleSettings.defaults().steps(), sampling.steps());
    assertThrows(
        FormatException.class,
        () -> ModelExport.read(file).withSampling(Map.of("noise-scale", "-1")));
  }

  // ---- training ----

  private static double loss(BackboneTask task, RandomKey key, float[] gradients, Lanes lanes) {
    double[] sum = new double[1];
    float[] own = new float[gradients.length];
    for (TrainingTask.Slice slice : task.draw(key)) {
      lanes.forEach(1, (index, tape, lane) -> sum[0] += slice.gradients(tape, own));
      for (int i = 0; i < own.length; i++) {
        gradients[i] += own[i];
      }
    }
    return sum[0];
  }

  @Test
  void theGradientOfABatchIsTheSlopeOfItsLoss() {
    for (String strategy : new String[] {"quotient", "conventional", "soft", "emphasized"}) {
      BackboneModel model =
          model(
              strategy.equals("emphasized")
                  ? settings("quotient", 0, 0.5, 5)
                  : settings(strategy, 0, 0.5));
      BackboneTask task = new BackboneTask(model, data(), data());
      ParameterSet parameters = task.parameters();
      try (WorkerPool pool = WorkerPool.of(1)) {
        Lanes lanes = new Lanes(pool);
        RandomKey key = RandomKey.of(9);
        float[] gradients = parameters.newVector();
        loss(task, key, gradients, lanes);
        float[] direction = parameters.newVector();
        double slope = 0;
        for (int i = 0; i < direction.length; i++) {
          direction[i] = (float) (RandomKey.of(5).uniform(i) - 0.5);
          slope += (double) direction[i] * gradients[i];
        }
        float[] at = parameters.copyValues();
        double[] values = new double[2];
        double step = 2e-3;
        for (int side = 0; side < 2; side++) {
          double move = side == 0 ? step : -step;
          parameters.update(w -> {
            for (int i = 0; i < w.length; i++) {
              w[i] = (float) (at[i] + move * direction[i]);
            }
          });
          values[side] = loss(task, key, parameters.newVector(), lanes);
        }
        double measured = (values[0] - values[1]) / (2 * step);
        assertEquals(measured, slope, 0.02 * Math.abs(measured) + 2e-3, strategy);
      }
    }
  }

  @Test
  void selfConditioningIsDecidedOncePerStepAndChangesTheLoss() {
    BackboneModel never = model(settings("quotient", 0, 0));
    BackboneModel always = model(settings("quotient", 1, 0));
    try (WorkerPool pool = WorkerPool.of(1)) {
      Lanes lanes = new Lanes(pool);
      RandomKey key = RandomKey.of(2);
      double without =
          loss(
              new BackboneTask(never, data(), data()),
              key,
              never.network().parameters().newVector(),
              lanes);
      double with =
          loss(
              new BackboneTask(always, data(), data()),
              key,
              always.network().parameters().newVector(),
              lanes);
      assertNotEquals(without, with);
      BackboneModel half = model(settings("quotient", 0.5, 0));
      BackboneTask task = new BackboneTask(half, data(), data());
      int seen = 0;
      for (int k = 0; k < 20; k++) {
        double value = loss(task, key.child(k), half.network().parameters().newVector(), lanes);
        double reference =
            loss(
                new BackboneTask(never, data(), data()),
                key.child(k),
                never.network().parameters().newVector(),
                lanes);
        seen += value == reference ? 0 : 1;
      }
      assertTrue(seen > 3 && seen < 17, "self-conditioned " + seen + " of 20");
    }
  }

  @Test
  void aSliceAndTheNumberOfThreadsDoNotChangeTheValidation() {
    BackboneTask task = new BackboneTask(model(settings("quotient", 0.5, 0.5)), data(), data());
    try (WorkerPool one = WorkerPool.of(1);
        WorkerPool two = WorkerPool.of(2)) {
      assertEquals(task.validate(new Lanes(one)), task.validate(new Lanes(two)));
    }
  }

  @Test
  void whatMakesNoSenseForChainsIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> settings("ensemble", 0.5, 0.5));
    assertThrows(IllegalArgumentException.class, () -> settings("quotient", 1.5, 0.5));
    assertThrows(IllegalArgumentException.class, () -> BackboneSettings.preset("huge"));
    assertEquals(ProteinaConfig.SIXTY_MILLION, BackboneSettings.preset("60m").config(), "Table 4");
  }

  // ---- sampling ----

  private static BackboneSampleSettings sampling(String sampler, int sliceResidues) {
    return new BackboneSampleSettings(
        1,
        1,
        sampler,
        "euler",
        4,
        "log:2",
        "inverse-time",
        0,
        0.45,
        "model",
        "none",
        1,
        0,
        1,
        sliceResidues);
  }

  @Test
  void aStructureDependsOnItsOwnKeyAlone() {
    BackboneModel model = model(settings("quotient", 0.5, 0.5));
    try (WorkerPool one = WorkerPool.of(1);
        WorkerPool two = WorkerPool.of(2)) {
      for (String sampler : new String[] {"quotient-sde", "quotient-ode", "sde"}) {
        BackboneSampleSettings settings = sampling(sampler, 30);
        List<BackboneSampler.Request> all = new ArrayList<>();
        for (int j = 0; j < 4; j++) {
          all.add(BackboneSampler.Request.of(7, 9 + j, j, FoldLabel.NONE));
        }
        List<float[]> together =
            new BackboneSampler(model, Optional.empty(), new Lanes(two))
                .sample(all, settings, Optional.empty());
        List<float[]> alone =
            new BackboneSampler(model, Optional.empty(), new Lanes(one))
                .sample(all.subList(2, 3), settings, Optional.empty());
        assertArrayEquals(alone.getFirst(), together.get(2), sampler);
        assertEquals(27, together.getFirst().length);
      }
    }
  }

  @Test
  void guidanceNeedsWhatItMixesAndChangesTheResult() {
    BackboneModel model = model(settings("quotient", 0.5, 0.5));
    BackboneModel weak =
        BackboneModel.create(settings("quotient", 0.5, 0.5), RandomKey.of(4), data());
    BackboneSampleSettings guided =
        new BackboneSampleSettings(
            1,
            1,
            "quotient-ode",
            "euler",
            4,
            "uniform",
            "inverse-time",
            0,
            0.45,
            "off",
            "none",
            2,
            0,
            1,
            99);
    BackboneSampleSettings auto =
        new BackboneSampleSettings(
            1,
            1,
            "quotient-ode",
            "euler",
            4,
            "uniform",
            "inverse-time",
            0,
            0.45,
            "off",
            "none",
            2,
            1,
            1,
            99);
    try (WorkerPool pool = WorkerPool.of(1)) {
      BackboneSampler sampler = new BackboneSampler(model, Optional.empty(), new Lanes(pool));
      List<BackboneSampler.Request> bare =
          List.of(BackboneSampler.Request.of(7, 12, 0, FoldLabel.NONE));
      List<BackboneSampler.Request> alpha =
          List.of(BackboneSampler.Request.of(7, 12, 0, FoldLabel.parse("alpha")));
      assertThrows(
          IllegalArgumentException.class, () -> sampler.sample(bare, guided, Optional.empty()));
      assertThrows(
          IllegalArgumentException.class, () -> sampler.sample(bare, auto, Optional.empty()));
      float[] plain =
          sampler.sample(bare, sampling("quotient-ode", 99), Optional.empty()).getFirst();
      float[] labelled = sampler.sample(alpha, guided, Optional.empty()).getFirst();
      float[] led =
          new BackboneSampler(model, Optional.of(weak), new Lanes(pool))
              .sample(bare, auto, Optional.empty())
              .getFirst();
      assertFalse(java.util.Arrays.equals(plain, labelled));
      assertFalse(java.util.Arrays.equals(led, labelled));
    }
  }

  private static float[] sampled(BackboneModel model) {
    try (WorkerPool pool = WorkerPool.of(1)) {
      return new BackboneSampler(model, Optional.empty(), new Lanes(pool))
          .sample(
              List.of(BackboneSampler.Request.of(7, 12, 0, FoldLabel.NONE)),
              sampling("quotient-sde", 99),
              Optional.empty())
          .getFirst();
    }
  }

  @Test
  void aModelIsReadBackAsItWasWritten() throws IOException {
    BackboneModel model = model(settings("soft", 0.5, 0.5));
    Path file = folder.resolve("model.safetensors");
    ParameterSet parameters = model.network().parameters();
    Checkpoint.writeModel(file, parameters, parameters.copyValues(), model.description());
    BackboneModel back = BackboneModel.read(file);
    assertEquals(model.settings(), back.settings());
    assertArrayEquals(parameters.copyValues(), back.network().parameters().copyValues());
    assertEquals("backbone", back.description().get("kind").getAsString());
    BackboneModel packed = BackboneModel.readForSampling(file);
    assertTrue(packed.network().parameters().isInferenceOnly());
    assertArrayEquals(sampled(back), sampled(packed));
    Checkpoint.writeModel(
        file, parameters, parameters.copyValues(), Checkpoint.newHeader("conformer"));
    assertThrows(FormatException.class, () -> BackboneModel.read(file));
  }
}
