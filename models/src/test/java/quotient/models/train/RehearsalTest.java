package quotient.models.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quotient.autodiff.Tape;
import quotient.models.backbone.BackboneModel;
import quotient.models.backbone.BackboneSettings;
import quotient.models.backbone.BackboneTask;
import quotient.models.conformer.ConformerModel;
import quotient.models.conformer.ConformerSettings;
import quotient.models.conformer.ConformerTask;
import quotient.models.data.BackboneDataset;
import quotient.models.data.ConformerDataset;
import quotient.models.io.RecordJson;
import quotient.models.protein.Backbone;
import quotient.models.toy.ToyModel;
import quotient.models.toy.ToySettings;
import quotient.models.toy.ToyTask;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

/// What the rehearsal finds is an upper bound, and training does not notice that there was one.
final class RehearsalTest {
  private static final int DRAWS = 150;
  private static final RandomKey WEIGHTS = RandomKey.of(8);

  @TempDir Path folder;

  /// A task in one size.
  record Kind(String name, Supplier<TrainingTask> make) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    List<Kind> kinds = new ArrayList<>();
    for (String network : List.of("etflow-so3", "etflow-plus", "transformer")) {
      kinds.add(conformers(network, "quotient", 6, 60));
    }
    kinds.add(conformers("etflow-so3", "ensemble", 6, 5_000));
    kinds.add(conformers("etflow-plus", "af3", 30, 200));
    kinds.add(conformers("etflow-plus", "soft", 2, 1));
    kinds.add(backbones(0, 4, 500));
    kinds.add(backbones(4, 12, 900));
    kinds.add(backbones(10, 6, 1_000_000));
    kinds.add(toys(160));
    kinds.add(toys(20));
    return kinds.stream();
  }

  private static Kind conformers(String network, String strategy, int batch, int atoms) {
    String changes =
        String.format(
            "{\"network\":\"%s\",\"strategy\":\"%s\",\"batch\":%d,\"slice-atoms\":%d,"
                + "\"width\":16,\"layers\":2,\"heads\":2,\"radial\":8}",
            network, strategy, batch, atoms);
    return new Kind(
        changes,
        () -> {
          try {
            ConformerDataset data = ConformerDataset.embedded(ConformerDataset.Embedded.HELD_OUT);
            ConformerDataset.Split split = data.split();
            JsonObject json = JsonParser.parseString(changes).getAsJsonObject();
            ConformerSettings settings =
                RecordJson.merge(ConformerSettings.preset("tiny"), json, "test");
            ConformerModel model = ConformerModel.create(settings, WEIGHTS, split.training());
            return new ConformerTask(model, split.training(), split.validation());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static Kind backbones(int shortest, int batch, int pairs) {
    return new Kind(
        "backbones from " + shortest + " in slices of " + pairs,
        () -> {
          BackboneSettings settings =
              new BackboneSettings(
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
                  "quotient",
                  0.5,
                  "projected",
                  0.5,
                  1.9,
                  0,
                  shortest,
                  30,
                  1.2,
                  batch,
                  1,
                  pairs);
          List<Backbone> chains = new ArrayList<>();
          for (int n : new int[] {9, 12, 19, 26, 33, 47}) {
            chains.add(Backbone.trace("chain" + n, helix(n)));
          }
          BackboneDataset.Split split = BackboneDataset.of(chains).split();
          BackboneModel model = BackboneModel.create(settings, WEIGHTS, split.training());
          return new BackboneTask(model, split.training(), split.validation());
        });
  }

  private static float[] helix(int n) {
    float[] xyz = new float[3 * n];
    for (int i = 0; i < n; i++) {
      double angle = Math.toRadians(100) * i;
      xyz[3 * i] = (float) (2.3 * Math.cos(angle));
      xyz[3 * i + 1] = (float) (2.3 * Math.sin(angle));
      xyz[3 * i + 2] = 1.5f * i;
    }
    return xyz;
  }

  private static Kind toys(int batch) {
    return new Kind(
        "toys, " + batch + " at a time",
        () ->
            new ToyTask(
                ToyModel.create(
                    new ToySettings("plane", "two", "quotient", "independent", 0.1, 16, 2, batch),
                    WEIGHTS)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void noSliceOfAnyBatchNeedsMore(Kind kind) {
    TrainingTask task = kind.make().get();
    float[] gradients = task.parameters().newVector();
    TrainingTask.Largest largest = task.largest();
    Tape tape = new Tape(Tensors.singleThreaded());
    largest.slice().gradients(tape, gradients);
    long planned = tape.memory().heldBytes();
    tape.restartPeak();
    for (int k = 0; k < DRAWS; k++) {
      List<TrainingTask.Slice> slices = task.draw(RandomKey.of(5).child(k));
      assertTrue(slices.size() == 1 || !largest.alone(), slices.size() + " slices");
      for (TrainingTask.Slice slice : slices) {
        slice.gradients(tape, gradients);
      }
    }
    assertEquals(planned, tape.memory().heldBytes(), "what the tape holds");
    assertTrue(tape.peakBytes() <= planned, tape.memory() + " of " + planned);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aRunStaysWithinItsPlanAndEndsInTheSameBits(Kind kind) throws IOException {
    Path plain = folder.resolve("plain");
    float[] expected = train(kind, plain, 1, false);
    for (int threads : new int[] {1, 3}) {
      Path planned = folder.resolve("planned" + threads);
      assertArrayEquals(expected, train(kind, planned, threads, true));
      for (String file : List.of("checkpoints/step-0000006.safetensors", "best.safetensors")) {
        assertArrayEquals(
            Files.readAllBytes(plain.resolve(file)), Files.readAllBytes(planned.resolve(file)));
      }
    }
  }

  private static float[] train(Kind kind, Path out, int threads, boolean rehearsed)
      throws IOException {
    TrainingTask task = kind.make().get();
    RunDirectory run = new RunDirectory(out);
    try (WorkerPool pool = WorkerPool.of(threads)) {
      Lanes lanes = new Lanes(pool);
      Trainer trainer =
          new Trainer(
              task,
              TrainSettings.defaults(6).withSeed(3),
              run,
              Checkpoint.newHeader("test"),
              lanes);
      if (rehearsed) {
        MemoryPlan plan = trainer.plan();
        assertEquals(0, trainer.passBytes());
        assertEquals(plan.passes(), lanes.heldBytes());
        trainer.run(SILENT);
        assertTrue(trainer.passBytes() > 0);
        assertTrue(trainer.passBytes() <= plan.passes(), trainer.passBytes() + ": " + plan);
        assertEquals(plan.passes(), lanes.heldBytes(), "what the tapes hold");
        assertEquals(plan.packed(), task.parameters().packedBytes(), "packed weights");
      } else {
        trainer.run(SILENT);
      }
    }
    return task.parameters().copyValues();
  }

  private static final Trainer.Listener SILENT =
      new Trainer.Listener() {
        @Override
        public void onStep(Trainer.StepMetrics metrics) {}

        @Override
        public void onValidation(long step, Map<String, Double> figures) {}
      };
}
