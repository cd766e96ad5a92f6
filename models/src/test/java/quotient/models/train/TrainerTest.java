package quotient.models.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quotient.autodiff.Initializer;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.models.io.FormatException;
import quotient.models.io.Safetensors;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// A linear regression through the real loop: what is claimed of the loop holds for any task.
final class TrainerTest {
  private static final int INPUTS = 5;
  private static final int SLICES = 7;
  private static final int EXAMPLES = 11;

  @TempDir Path folder;

  /// y = w . x with noise; batch loss = mean squared error over all slices.
  private static final class Regression implements TrainingTask {
    private final ParameterSet parameters;
    private final Parameter weight;
    private long poisonedStep = -1;
    private int draws;
    private final Set<Tape> rehearsed = Collections.synchronizedSet(new HashSet<>());

    Regression() {
      ParameterSet.Builder builder = new ParameterSet.Builder();
      builder.declare("w", Shape.of(1, INPUTS), Initializer.normal(1));
      parameters = builder.build(RandomKey.of(3).child("weights"));
      weight = parameters.get("w");
    }

    @Override
    public ParameterSet parameters() {
      return parameters;
    }

    @Override
    public List<Slice> draw(RandomKey key) {
      boolean poisoned = draws++ == poisonedStep;
      List<Slice> slices = new ArrayList<>();
      for (int s = 0; s < SLICES; s++) {
        RandomKey own = key.child(s);
        slices.add((tape, gradients) -> poisoned ? Double.NaN : slice(own, gradients));
      }
      return slices;
    }

    @Override
    public Largest largest() {
      RandomKey key = RandomKey.of(0).child("rehearsal");
      return new Largest(
          (tape, gradients) -> {
            rehearsed.add(tape);
            return slice(key, gradients);
          },
          tape -> {},
          false,
          "--size");
    }

    private double slice(RandomKey key, float[] gradients) {
      float[] x = new float[EXAMPLES * INPUTS];
      Normal.fill(key, x, 0, x.length);
      FloatTensor w = weight.value();
      Arrays.fill(gradients, 0);
      double loss = 0;
      for (int e = 0; e < EXAMPLES; e++) {
        double error = 0.1 * Normal.at(key.child("noise"), e);
        for (int i = 0; i < INPUTS; i++) {
          error += (w.get(i) - (i + 1)) * x[e * INPUTS + i];
        }
        double share = 1.0 / (SLICES * EXAMPLES);
        loss += share * error * error;
        for (int i = 0; i < INPUTS; i++) {
          gradients[weight.offset() + i] += (float) (2 * share * error * x[e * INPUTS + i]);
        }
      }
      return loss;
    }

    @Override
    public Map<String, Double> validate(Lanes lanes) {
      double[] loss = new double[1];
      for (int i = 0; i < INPUTS; i++) {
        double d = weight.value().get(i) - (i + 1);
        loss[0] += d * d;
      }
      return Map.of("loss", loss[0]);
    }
  }

  private static TrainSettings settings(long steps) {
    return new TrainSettings(
        steps,
        0,
        0.15,
        TrainSettings.Schedule.COSINE,
        3,
        0,
        0.9,
        0.99,
        1e-6,
        TrainSettings.Clip.DYNAMIC,
        1,
        0.9,
        10,
        10,
        2,
        11);
  }

  private static JsonObject model() {
    return Checkpoint.newHeader("test");
  }

  private record Run(float[] weights, Trainer.Outcome outcome) {}

  private static final Trainer.Listener SILENT =
      new Trainer.Listener() {
        @Override
        public void onStep(Trainer.StepMetrics metrics) {}

        @Override
        public void onValidation(long step, Map<String, Double> figures) {}
      };

  private Run train(String name, TrainSettings settings, int threads, boolean resume)
      throws IOException {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      Regression task = new Regression();
      Trainer trainer =
          new Trainer(
              task, settings, new RunDirectory(folder.resolve(name)), model(), new Lanes(pool));
      if (resume) {
        trainer.resume();
      }
      Trainer.Outcome outcome = trainer.run(SILENT);
      return new Run(task.parameters().copyValues(), outcome);
    }
  }

  @Test
  void lossFallsToTheNoiseAndTheBestModelIsKept() throws IOException {
    Run run = train("falls", settings(200), 1, false);
    assertEquals(Trainer.Outcome.FINISHED, run.outcome());
    RunDirectory directory = new RunDirectory(folder.resolve("falls"));
    List<JsonObject> steps =
        directory.readMetrics().stream().filter(line -> line.has("loss")).toList();
    assertEquals(200, steps.size());
    double first = steps.getFirst().get("loss").getAsDouble();
    double last = steps.getLast().get("loss").getAsDouble();
    assertTrue(last < 0.01 * first, first + " -> " + last);
    Safetensors best = Safetensors.read(directory.best());
    assertEquals("test", Checkpoint.header(best, "best").get("kind").getAsString());
    assertEquals(INPUTS, best.floats("w").length);
    assertEquals(List.of(190L, 200L), directory.checkpointSteps());
  }

  @Test
  void threadsDoNotChangeTheBits() throws IOException {
    float[] one = train("one", settings(30), 1, false).weights();
    for (int threads : new int[] {2, 3, 8}) {
      assertArrayEquals(one, train("t" + threads, settings(30), threads, false).weights());
    }
  }

  @Test
  void aResumedRunEndsInTheSameBits() throws IOException {
    float[] whole = train("whole", settings(50), 2, false).weights();
    train("parts", settings(50), 1, false);
    RunDirectory parts = new RunDirectory(folder.resolve("parts"));
    // as if the process had died after step 47: what came after the checkpoint of step 40 is lost
    Files.delete(parts.checkpoint(50));
    Run resumed = train("parts", settings(50), 2, true);
    assertArrayEquals(whole, resumed.weights());
    byte[] a = Files.readAllBytes(new RunDirectory(folder.resolve("whole")).checkpoint(50));
    assertArrayEquals(a, Files.readAllBytes(parts.checkpoint(50)));
    long lines = parts.readMetrics().stream().filter(line -> line.has("loss")).count();
    assertEquals(50, lines);
  }

  @Test
  void anInterruptedRunLeavesACheckpointOfItsLastStep() throws IOException {
    try (WorkerPool pool = WorkerPool.of(1)) {
      RunDirectory directory = new RunDirectory(folder.resolve("interrupted"));
      Trainer trainer =
          new Trainer(new Regression(), settings(50), directory, model(), new Lanes(pool));
      Trainer.Outcome outcome =
          trainer.run(
              new Trainer.Listener() {
                @Override
                public void onStep(Trainer.StepMetrics metrics) {
                  if (metrics.step() == 16) {
                    Thread.currentThread().interrupt();
                  }
                }

                @Override
                public void onValidation(long step, Map<String, Double> figures) {}
              });
      assertTrue(Thread.interrupted());
      assertEquals(Trainer.Outcome.INTERRUPTED, outcome);
      assertEquals(List.of(10L, 17L), directory.checkpointSteps());
    }
    assertArrayEquals(
        train("uninterrupted", settings(50), 1, false).weights(),
        train("interrupted", settings(50), 1, true).weights());
  }

  @Test
  void theLargestSliceIsRehearsedOnEveryTapeAndVectorsAreCounted() throws IOException {
    for (int threads : new int[] {1, 2, 5}) {
      try (WorkerPool pool = WorkerPool.of(threads)) {
        Regression task = new Regression();
        RunDirectory directory = new RunDirectory(folder.resolve("planned" + threads));
        Trainer trainer = new Trainer(task, settings(5), directory, model(), new Lanes(pool));
        MemoryPlan plan = trainer.plan();
        assertEquals(threads, task.rehearsed.size());
        long vector = 4L * task.parameters().length();
        assertEquals(vector, plan.weights());
        assertEquals((1 + threads) * vector, plan.gradients());
        assertEquals(2 * vector, plan.moments());
        assertEquals(vector, plan.average());
        assertEquals(0, trainer.step());
      }
    }
  }

  @Test
  void aHeapThatIsTooSmallIsToldWithWhatIsNeededAndTheWayOut() {
    try (WorkerPool pool = WorkerPool.of(2)) {
      RunDirectory directory = new RunDirectory(folder.resolve("heap"));
      Trainer trainer =
          new Trainer(new Regression(), settings(5), directory, model(), new Lanes(pool));
      HeapTooSmallException e = assertThrows(HeapTooSmallException.class, () -> trainer.plan(100));
      assertEquals(
          "memory: a heap of 0 MiB is too small; training needs at least 1 MiB and room for its"
              + " data: go on with --resume and JDK_JAVA_OPTIONS=-Xmx1g, or start anew with a lower"
              + " --threads or --size",
          e.getMessage());
    }
  }

  @Test
  void anExhaustedHeapIsToldInTheSameWords() {
    try (WorkerPool pool = WorkerPool.of(1)) {
      TrainingTask greedy =
          new TrainingTask() {
            private final Regression inner = new Regression();

            @Override
            public ParameterSet parameters() {
              return inner.parameters();
            }

            @Override
            public List<Slice> draw(RandomKey key) {
              return inner.draw(key);
            }

            @Override
            public Largest largest() {
              return new Largest(
                  (tape, gradients) -> {
                    throw new OutOfMemoryError("as a pass would");
                  },
                  tape -> {},
                  true,
                  "--size");
            }

            @Override
            public Map<String, Double> validate(Lanes lanes) {
              return inner.validate(lanes);
            }
          };
      RunDirectory directory = new RunDirectory(folder.resolve("greedy"));
      Trainer trainer = new Trainer(greedy, settings(5), directory, model(), new Lanes(pool));
      HeapTooSmallException e =
          assertThrows(HeapTooSmallException.class, () -> trainer.plan(3L << 30));
      assertTrue(e.getMessage().contains("a heap of 3072 MiB is too small"), e.getMessage());
      assertTrue(e.getMessage().contains("-Xmx4g"), e.getMessage());
      assertTrue(e.getMessage().endsWith("a lower --size"), e.getMessage());
    }
  }

  @Test
  void divergenceNamesTheStepAndTheCheckpointThatIsIntact() throws IOException {
    try (WorkerPool pool = WorkerPool.of(2)) {
      Regression task = new Regression();
      task.poisonedStep = 25;
      RunDirectory directory = new RunDirectory(folder.resolve("diverged"));
      Trainer trainer = new Trainer(task, settings(50), directory, model(), new Lanes(pool));
      TrainingDivergedException e =
          assertThrows(TrainingDivergedException.class, () -> trainer.run(SILENT));
      assertTrue(e.getMessage().startsWith("step 25: loss is NaN"), e.getMessage());
      assertTrue(e.getMessage().contains("checkpoint of step 20 is intact"), e.getMessage());
    }
  }

  @Test
  void aFailingSliceStopsTheStepOnAnyNumberOfThreads() {
    for (int threads : new int[] {1, 2, 4}) {
      try (WorkerPool pool = WorkerPool.of(threads)) {
        TrainingTask failing =
            new TrainingTask() {
              private final Regression inner = new Regression();

              @Override
              public ParameterSet parameters() {
                return inner.parameters();
              }

              @Override
              public List<Slice> draw(RandomKey key) {
                List<Slice> slices = new ArrayList<>(inner.draw(key));
                slices.set(3, FAILING);
                return slices;
              }

              @Override
              public Largest largest() {
                return inner.largest();
              }

              @Override
              public Map<String, Double> validate(Lanes lanes) {
                return inner.validate(lanes);
              }
            };
        RunDirectory directory = new RunDirectory(folder.resolve("fails" + threads));
        Trainer trainer = new Trainer(failing, settings(5), directory, model(), new Lanes(pool));
        ArithmeticException e = assertThrows(ArithmeticException.class, () -> trainer.run(SILENT));
        assertEquals("slice 3", e.getMessage());
      }
    }
  }

  private static final TrainingTask.Slice FAILING =
      (Tape tape, float[] gradients) -> {
        throw new ArithmeticException("slice 3");
      };

  @Test
  void aCheckpointOfAnotherModelIsRefused() throws IOException {
    train("small", settings(10), 1, false);
    ParameterSet.Builder builder = new ParameterSet.Builder();
    builder.declare("w", Shape.of(2, INPUTS), Initializer.constant(0));
    ParameterSet other = builder.build(RandomKey.of(0));
    Path file = new RunDirectory(folder.resolve("small")).checkpoint(10);
    FormatException e = assertThrows(FormatException.class, () -> Checkpoint.read(file, other));
    assertTrue(e.getMessage().contains("weights.w has shape [1, 5], expected [2, 5]"));
  }
}
