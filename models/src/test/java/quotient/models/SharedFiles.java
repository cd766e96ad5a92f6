package quotient.models;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import quotient.models.io.Safetensors;

/// Finds the reference numbers beside the repository; tests that need them are skipped elsewhere.
public final class SharedFiles {
  private SharedFiles() {}

  /// A file or folder under `../shared` of the repository.
  public static Path path(String relative) {
    Path root = Path.of("").toAbsolutePath();
    while (root != null && !Files.isDirectory(root.resolve(".mvn"))) {
      root = root.getParent();
    }
    Path found = root == null ? Path.of("shared") : root.resolveSibling("shared").resolve(relative);
    Assumptions.assumeTrue(Files.exists(found), () -> "needs " + found);
    return found;
  }

  /// The tensors of a parity file, named without its suffix.
  public static Safetensors tensors(String relative) throws IOException {
    return Safetensors.read(path("parity/" + relative + ".safetensors"));
  }

  /// A JSON object of `parity/theory`.
  public static JsonObject theory(String name) throws IOException {
    String text = Files.readString(path("parity/theory/" + name + ".json"));
    return JsonParser.parseString(text).getAsJsonObject();
  }

  /// The numbers of a nested JSON array in row-major order.
  public static double[] flat(JsonElement element) {
    List<Double> values = new ArrayList<>();
    collect(element, values);
    double[] out = new double[values.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = values.get(i);
    }
    return out;
  }

  private static void collect(JsonElement element, List<Double> values) {
    if (element instanceof JsonArray array) {
      array.forEach(child -> collect(child, values));
    } else {
      values.add(element.getAsDouble());
    }
  }
}
