package quotient.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The quick demonstration, twice: about a minute.
@Tag("slow")
final class DemoTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void quickDemoHasTheSameBitsOnOneAndTwoThreads() throws IOException {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    CommandLineRun first =
        CommandLineRun.of(
            "demo", "--quick", "--seed", "1", "--threads", "1", "--out", one.toString());
    CommandLineRun second =
        CommandLineRun.of(
            "demo", "--quick", "--seed", "1", "--threads", "2", "--out", two.toString());
    assertEquals(0, first.code(), first.err());
    assertEquals(0, second.code(), second.err());
    for (String name : new String[] {"samples.sdf", "evaluation.json", "run/best.safetensors"}) {
      assertArrayEquals(
          Files.readAllBytes(one.resolve(name)), Files.readAllBytes(two.resolve(name)), name);
    }
    JsonObject figures =
        JsonParser.parseString(Files.readString(one.resolve("evaluation.json"))).getAsJsonObject();
    for (String which : new String[] {"trained", "untrained", "prior"}) {
      assertTrue(figures.getAsJsonObject(which).has("recall"), which);
    }
    assertTrue(Files.readString(one.resolve("report.html")).contains("\"type\":\"gallery\""));
    CommandLineRun again =
        CommandLineRun.of("demo", "--quick", "--seed", "1", "--out", one.toString());
    assertEquals(2, again.code());
  }
}
