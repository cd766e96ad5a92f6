package quotient.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VerifyTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void everyRowOfThePlaneIsAsItShouldBeAndFaultsAreDetected() throws IOException {
    Path page = folder.resolve("verify.html");
    CommandLineRun run =
        CommandLineRun.of(
            "verify",
            "--space",
            "plane",
            "--samples",
            "200",
            "--seed",
            "1",
            "--json",
            "--report",
            page.toString());
    assertEquals(0, run.code(), run.out() + run.err());
    JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
    int detected = 0;
    for (JsonElement row : json.getAsJsonArray("rows")) {
      JsonObject one = row.getAsJsonObject();
      if (one.get("control").getAsBoolean()) {
        assertEquals("detected", one.get("verdict").getAsString());
        detected++;
      }
    }
    assertTrue(detected > 0);
    assertTrue(Files.readString(page).contains("\"type\":\"checks\""));
    assertTrue(Files.readString(page).contains("\"type\":\"picture\""));
  }

  @Test
  void unknownSpacesAndTooFewSamplesAreUsageErrors() {
    CommandLineRun space = CommandLineRun.of("verify", "--space", "moebius", "--seed", "1");
    assertEquals(2, space.code());
    assertTrue(space.err().contains("use all or one of"), space.err());
    assertEquals(2, CommandLineRun.of("verify", "--samples", "0", "--seed", "1").code());
  }
}
