package quotient.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchCommandTest {
  private static final String SMALL = "attention-nt 18 18 32";

  @Test
  void oneSmallShapeGivesOneRowWithoutPeers() {
    CommandLineRun run =
        CommandLineRun.of(
            "bench", "--quick", "--threads", "1", "--only", SMALL, "--peers", "none", "--json");
    assertEquals(0, run.code(), run.out() + run.err());
    JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
    assertEquals(1, json.getAsJsonArray("rows").size());
    JsonObject row = json.getAsJsonArray("rows").get(0).getAsJsonObject();
    assertEquals("attention-nt", row.get("name").getAsString());
    assertEquals("18 18 32", row.get("shape").getAsString());
    assertEquals("GFLOP/s", row.get("unit").getAsString());
    assertTrue(row.get("ours").getAsDouble() > 0);
    assertTrue(row.get("peer").isJsonNull() && row.get("peer_name").isJsonNull());
    assertTrue(run.err().contains("-Ppeers"), run.err());
  }

  @Test
  void unknownCasesAndFoldersWithoutPeersAreUsageErrors(@TempDir Path folder) {
    assertEquals(2, CommandLineRun.of("bench", "--only", "nonsense").code());
    CommandLineRun run = CommandLineRun.of("bench", "--peers", folder.toString());
    assertEquals(2, run.code());
    assertTrue(run.err().contains("no peers there"), run.err());
  }

  @Test
  void aDryRunOnlyCounts() {
    CommandLineRun run =
        CommandLineRun.of("bench", "--dry-run", "--only", SMALL, "--peers", "none");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.err().contains("would measure 1 case"), run.err());
    assertEquals("", run.out());
  }
}
