package quotient.geometry;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// Reads reference values: those committed beside the tests, and the larger set beside the repository
/// where a machine has it.
final class Reference {
  private Reference() {}

  /// A committed file of `reference/`.
  static JsonObject committed(String file) throws IOException {
    try (InputStream in = Reference.class.getResourceAsStream("/reference/" + file)) {
      Assertions.assertNotNull(in, file);
      return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .getAsJsonObject();
    }
  }

  /// A file of the theory reference set; the test is skipped where the set is not at hand.
  static JsonObject shared(String file) throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (root.getParent() != null && !Files.exists(root.resolve("mvnw"))) {
      root = root.getParent();
    }
    Path path = root.resolve("../shared/parity/theory").resolve(file).normalize();
    Assumptions.assumeTrue(Files.exists(path), "no reference set at " + path);
    try (Reader reader = Files.newBufferedReader(path)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    }
  }

  /// The objects of an array.
  static List<JsonObject> objects(JsonObject object, String key) {
    List<JsonObject> list = new ArrayList<>();
    for (JsonElement element : object.getAsJsonArray(key)) {
      list.add(element.getAsJsonObject());
    }
    return list;
  }

  /// All numbers of an array of any depth, in order.
  static double[] numbers(JsonObject object, String key) {
    List<Double> list = new ArrayList<>();
    collect(object.getAsJsonArray(key), list);
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = list.get(i);
    }
    return numbers;
  }

  private static void collect(JsonArray array, List<Double> list) {
    for (JsonElement element : array) {
      if (element.isJsonArray()) {
        collect(element.getAsJsonArray(), list);
      } else {
        list.add(element.getAsDouble());
      }
    }
  }

  /// Largest difference over the largest expected entry.
  static double relativeError(double[] expected, double[] actual) {
    Assertions.assertEquals(expected.length, actual.length);
    double difference = 0;
    double scale = 0;
    for (int i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
      scale = Math.max(scale, Math.abs(expected[i]));
    }
    return scale > 0 ? difference / scale : difference;
  }

  static double[] horizontal(QuotientSpace space, double[] x, double[] v) {
    double[] out = new double[x.length];
    space.horizontal(x, v, out, 0, x.length);
    return out;
  }

  static double[] gradient(QuotientSpace space, double[] x) {
    double[] out = new double[x.length];
    space.logOrbitVolumeGradient(x, out, 0, x.length);
    return out;
  }

  static float[] toFloats(double[] x) {
    float[] out = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = (float) x[i];
    }
    return out;
  }

  static double[] toDoubles(float[] x) {
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = x[i];
    }
    return out;
  }
}
