package quotient.models.conformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quotient.models.data.Batcher;
import quotient.models.data.ConformerDataset;
import quotient.models.interpolant.PathSample;
import quotient.models.io.FormatException;
import quotient.models.io.RecordJson;
import quotient.models.io.Safetensors;
import quotient.models.sample.SampleSettings;
import quotient.models.train.Checkpoint;
import quotient.models.train.Lanes;
import quotient.models.train.RunDirectory;
import quotient.models.train.TrainSettings;
import quotient.models.train.Trainer;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

/// The whole loop on a very small network and real molecules: what holds whatever the size.
final class ConformerModelTest {
  private static ConformerDataset data;

  @TempDir Path folder;

  @BeforeAll
  static void readData() throws IOException {
    data = ConformerDataset.embedded(ConformerDataset.Embedded.HELD_OUT);
  }

  private static ConformerSettings settings(String changes) {
    JsonObject json = JsonParser.parseString(changes).getAsJsonObject();
    try {
      JsonObject small =
          JsonParser.parseString(
                  "{\"width\":16,\"layers\":2,\"heads\":2,\"radial\":8,\"batch\":6,"
                      + "\"slice-atoms\":40}")
              .getAsJsonObject();
      ConformerSettings base = RecordJson.merge(ConformerSettings.preset("tiny"), small, "test");
      return RecordJson.merge(base, json, "test");
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ConformerModel model(String changes) {
    return ConformerModel.create(settings(changes), RandomKey.of(4), data);
  }

  private static List<ConformerSampler.Request> requests(int molecules, int count) {
    List<ConformerSampler.Request> requests = new ArrayList<>();
    for (int i = 0; i < molecules; i++) {
      requests.add(
          new ConformerSampler.Request(data.get(i).graph(), RandomKey.of(9).child(i), 0, count));
    }
    return requests;
  }

  private static final SampleSettings FEW_STEPS =
      new SampleSettings(1, 0, "quotient-sde", "euler", 4, "uniform", 1, 60);

  @Test
  void theEmbeddedDataIsWhatItsReadmeSays() throws IOException {
    ConformerDataset train = ConformerDataset.embedded(ConformerDataset.Embedded.TRAIN);
    assertEquals(442, train.size());
    assertEquals(1503, train.conformerCount());
    assertEquals(52, data.size());
    assertEquals(177, data.conformerCount());
    assertEquals(List.of(), train.skipped());
    assertEquals(List.of(), data.skipped());
    List<String> names = train.molecules().stream().map(m -> m.name()).toList();
    assertFalse(data.molecules().stream().anyMatch(m -> names.contains(m.name())));
  }

  @Test
  void aSampleDependsOnItsOwnKeyAloneNotOnThreadsOrCompany() {
    ConformerModel model = model("{}");
    List<List<float[]>> together;
    try (WorkerPool pool = WorkerPool.of(3)) {
      together = new ConformerSampler(model, new Lanes(pool)).sample(requests(5, 3), FEW_STEPS);
    }
    try (WorkerPool pool = WorkerPool.of(1)) {
      ConformerSampler sampler = new ConformerSampler(model, new Lanes(pool));
      for (int i = 0; i < 5; i++) {
        ConformerSampler.Request whole = requests(5, 3).get(i);
        for (int j = 0; j < 3; j++) {
          ConformerSampler.Request one =
              new ConformerSampler.Request(whole.graph(), whole.key(), j, 1);
          float[] alone = sampler.sample(List.of(one), FEW_STEPS).getFirst().getFirst();
          assertArrayEquals(together.get(i).get(j), alone, "molecule " + i + " sample " + j);
        }
      }
    }
  }

  @Test
  void everySamplerGivesFiniteCentredClouds() {
    ConformerModel model = model("{\"prior\":\"harmonic\"}");
    try (WorkerPool pool = WorkerPool.of(2)) {
      ConformerSampler sampler = new ConformerSampler(model, new Lanes(pool));
      for (String kind :
          List.of(
              "quotient-ode",
              "quotient-sde",
              "quotient-sde-full",
              "quotient-sde-aligned",
              "ode",
              "sde",
              "realigned")) {
        SampleSettings settings = new SampleSettings(1, 0, kind, "euler", 3, "uniform", 1, 60);
        for (List<float[]> samples : sampler.sample(requests(3, 2), settings)) {
          for (float[] x : samples) {
            double[] sum = new double[3];
            for (int i = 0; i < x.length; i++) {
              assertTrue(Float.isFinite(x[i]), kind);
              sum[i % 3] += x[i];
            }
            for (double s : sum) {
              assertEquals(0, s, 1e-4, kind);
            }
          }
        }
      }
    }
  }

  @Test
  void anAlignedCouplingRefusesTheScore() {
    ConformerModel model = model("{\"coupling\":\"aligned\"}");
    try (WorkerPool pool = WorkerPool.of(1)) {
      ConformerSampler sampler = new ConformerSampler(model, new Lanes(pool));
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> sampler.sample(requests(1, 1), FEW_STEPS));
      assertTrue(e.getMessage().contains("aligned"), e.getMessage());
    }
  }

  private float[] train(String name, String changes, int threads) throws IOException {
    ConformerModel model = model(changes);
    try (WorkerPool pool = WorkerPool.of(threads)) {
      Trainer trainer =
          new Trainer(
              new ConformerTask(model, data, data),
              TrainSettings.defaults(6),
              new RunDirectory(folder.resolve(name)),
              model.description(),
              new Lanes(pool));
      trainer.run(
          new Trainer.Listener() {
            @Override
            public void onStep(Trainer.StepMetrics metrics) {
              assertTrue(metrics.loss() > 0);
            }

            @Override
            public void onValidation(long step, Map<String, Double> figures) {
              assertTrue(figures.get("loss") <= figures.get("conventional"));
            }
          });
    }
    return model.network().parameters().copyValues();
  }

  @Test
  void trainingHasTheSameBitsOnAnyNumberOfThreads() throws IOException {
    float[] one = train("one", "{}", 1);
    assertArrayEquals(one, train("two", "{}", 2));
    assertArrayEquals(one, train("five", "{}", 5));
  }

  /// Over the exact velocity, the loss of any network is its excess and what no network can avoid;
  /// on 256 examples the two agree to a few per cent.
  @Test
  void theFloorUnderTheLossDoesNotDependOnTheNetwork() throws IOException {
    String[] networks = {
      "{\"width\":16}",
      "{\"width\":32}",
      "{\"width\":32,\"network\":\"etflow-plus\"}",
      "{\"width\":32,\"network\":\"transformer\"}"
    };
    double[] floor = new double[networks.length];
    for (int k = 0; k < floor.length; k++) {
      ConformerModel model = model(networks[k]);
      try (WorkerPool pool = WorkerPool.of(2)) {
        Map<String, Double> figures =
            new ConformerTask(model, data, data).validate(new Lanes(pool));
        floor[k] = figures.get("loss") - figures.get("excess");
        assertTrue(floor[k] > 0.3, figures.toString());
        assertEquals(floor[0], floor[k], 0.1 * floor[0], figures.toString());
      }
    }
  }

  /// Over 400 examples a turned coordinate has mean 0 and the deviation r / sqrt(1200).
  @Test
  void onlyDataOfANetworkWithoutEquivarianceAreTurned() {
    for (String network : List.of("etflow-plus", "transformer")) {
      ConformerModel model = model("{\"network\":\"" + network + "\"}");
      List<Batcher.Example> examples = new ArrayList<>();
      for (int k = 0; k < 400; k++) {
        examples.add(new Batcher.Example(data.get(0), 0, RandomKey.of(3).child(k)));
      }
      PathSample path = new ConformerTask(model, data, data).sample(examples, model.paths());
      float[] x = data.get(0).conformers().getFirst();
      double mean = 0;
      double length = 0;
      for (int k = 0; k < 400; k++) {
        double squared = 0;
        for (int a = 0; a < 3; a++) {
          squared += Math.pow(path.x1()[path.start()[k] + a], 2);
        }
        length = Math.sqrt(squared);
        assertEquals(Math.sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]), length, 1e-4);
        mean += path.x1()[path.start()[k]] / 400;
      }
      if (network.equals("transformer")) {
        assertEquals(0, mean, 4 * length / Math.sqrt(1200), "turned at random");
      } else {
        assertEquals(x[0], mean, 1e-4, "as in the file");
      }
    }
  }

  @Test
  void everyStrategyTrains() throws IOException {
    for (String strategy :
        List.of("conventional", "geodiff", "af3", "quotient", "soft", "ensemble")) {
      train(strategy, "{\"strategy\":\"" + strategy + "\"}", 2);
    }
  }

  @Test
  void aRunDirectoryIsAModel() throws IOException {
    float[] last = train("run", "{}", 2);
    ConformerModel back = ConformerModel.read(folder.resolve("run"));
    assertEquals(settings("{}"), back.settings());
    assertEquals(last.length, back.network().parameters().length());
    assertTrue(back.vocabulary().orElseThrow().kinds().contains("C x4"));
    assertTrue(back.vocabulary().orElseThrow().unknown(data.get(0).molecule()).isEmpty());
  }

  @Test
  void otherFilesAreNoModels() throws IOException {
    Path random = folder.resolve("random.bin");
    byte[] bytes = new byte[4096];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) RandomKey.of(1).bits(i);
    }
    Files.write(random, bytes);
    assertThrows(FormatException.class, () -> ConformerModel.read(random));
    Safetensors other = new Safetensors();
    JsonObject header = Checkpoint.newHeader("backbone");
    other.metadata().put("quotient", header.toString());
    Path backbone = folder.resolve("backbone.safetensors");
    other.write(backbone);
    FormatException e = assertThrows(FormatException.class, () -> ConformerModel.read(backbone));
    assertTrue(e.getMessage().contains("expected a model of kind conformer"), e.getMessage());
    assertThrows(FormatException.class, () -> ConformerModel.read(folder));
  }
}
