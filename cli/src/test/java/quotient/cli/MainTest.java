package quotient.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
  @TempDir private Path folder = Path.of("");

  private static void assertOneLine(int code, String part, CommandLineRun run) {
    assertEquals(code, run.code(), run.err());
    assertEquals(1, run.errorLines().size(), run.err());
    assertTrue(run.err().contains(part), run.err());
    assertEquals("", run.out());
  }

  @Test
  void noVerbAsksForOne() {
    CommandLineRun run = CommandLineRun.of();
    assertEquals(2, run.code());
    assertEquals("", run.out());
    assertTrue(run.err().contains("Verbs"), run.err());
  }

  @Test
  void misspeltWordsAreOneLineWithASuggestion() {
    assertOneLine(2, "did you mean info", CommandLineRun.of("infu"));
    assertOneLine(2, "did you mean --threads", CommandLineRun.of("info", "--thread"));
    assertOneLine(2, "did you mean \"info\"", CommandLineRun.of("help", "inof"));
  }

  @Test
  void wrongValuesAreUsageErrors() {
    assertOneLine(2, "--threads", CommandLineRun.of("info", "--threads", "0"));
    assertOneLine(2, "--threads", CommandLineRun.of("info", "--threads", "many"));
    assertOneLine(2, "--kernels", CommandLineRun.of("info", "--kernels", "gpu"));
  }

  @Test
  void shortHelpIsOneScreenWithExamplesFirst() {
    for (String[] verb : new String[][] {{}, {"info"}, {"generate-completion"}}) {
      String[] args = java.util.Arrays.copyOf(verb, verb.length + 1);
      args[verb.length] = "-h";
      CommandLineRun run = CommandLineRun.of(args);
      assertEquals(0, run.code(), run.err());
      assertTrue(run.out().lines().count() <= 40, run.out());
      assertTrue(run.out().lines().skip(2).findFirst().orElse("").equals("Examples"), run.out());
    }
  }

  @Test
  void fullHelpNamesCommonOptionsAndExitCodes() {
    CommandLineRun asked = CommandLineRun.of("help", "info");
    assertEquals(0, asked.code());
    for (String option :
        new String[] {
          "--seed",
          "--threads",
          "--kernels",
          "--config",
          "--json",
          "--quiet",
          "--verbose",
          "--no-color",
          "--progress",
          "--overwrite",
          "--dry-run",
          "--report",
          "130"
        }) {
      assertTrue(asked.out().contains(option), option);
    }
    assertEquals(asked, CommandLineRun.of("info", "--help"));
  }

  /// The library behind it complains on the process's own standard error, for instance of a percent sign
  /// that it takes for a format.
  @Test
  void helpOfEveryCommandComesWithoutComplaints() {
    PrintStream kept = System.err;
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    System.setErr(new PrintStream(complaints, true, StandardCharsets.UTF_8));
    try {
      for (String words :
          List.of(
              "info",
              "verify",
              "demo",
              "report",
              "convert",
              "forward",
              "bench",
              "train",
              "sample",
              "evaluate",
              "train toy",
              "train conformer",
              "train backbone",
              "sample toy",
              "sample conformer",
              "sample backbone",
              "evaluate conformer",
              "evaluate backbone",
              "generate-completion")) {
        String[] args = (words + " --help").split(" ", -1);
        CommandLineRun run = CommandLineRun.of(args);
        assertEquals(0, run.code(), words);
        assertEquals("", run.err(), words);
      }
    } finally {
      System.setErr(kept);
    }
    assertEquals("", complaints.toString(StandardCharsets.UTF_8));
  }

  @Test
  void completionScriptKnowsTheVerbs() {
    CommandLineRun run = CommandLineRun.of("generate-completion");
    assertEquals(0, run.code());
    assertTrue(run.out().contains("--kernels"));
  }

  @Test
  void infoIsOneJsonObject() {
    CommandLineRun run = CommandLineRun.of("info", "--json", "--threads", "3");
    assertEquals(0, run.code(), run.err());
    JsonObject info = JsonParser.parseString(run.out()).getAsJsonObject();
    assertEquals("quotient/info/1", info.get("schema").getAsString());
    assertEquals(3, info.get("threads").getAsInt());
    assertFalse(info.get("kernels").getAsString().isEmpty());
  }

  @Test
  void configFileGivesOptionsAndTheCommandLineWins() throws IOException {
    Path config = folder.resolve("c.json");
    Files.writeString(config, "{\"threads\": 3, \"json\": true}");
    CommandLineRun file = CommandLineRun.of("info", "--config", config.toString());
    assertTrue(file.out().contains("\"threads\": 3"), file.out() + file.err());
    CommandLineRun both = CommandLineRun.of("info", "--threads", "2", "--config=" + config);
    assertTrue(both.out().contains("\"threads\": 2"), both.out() + both.err());
  }

  @Test
  void configOfAnEarlierRunIsUnderstood() throws IOException {
    Path config = folder.resolve("x.run.json");
    Files.writeString(config, "{\"seed\": 9, \"settings\": {\"threads\": 5, \"json\": true}}");
    CommandLineRun run = CommandLineRun.of("info", "--config", config.toString());
    assertTrue(run.out().contains("\"threads\": 5"), run.out() + run.err());
  }

  @Test
  void unknownConfigKeyIsAnError() throws IOException {
    Path config = folder.resolve("c.json");
    Files.writeString(config, "{\"thraeds\": 3}");
    assertOneLine(
        2,
        "unknown key \"thraeds\"; did you mean \"threads\"",
        CommandLineRun.of("info", "--config", config.toString()));
  }

  @Test
  void wrongConfigFilesAreInputErrors() throws IOException {
    Path missing = folder.resolve("missing.json");
    assertOneLine(3, "no such file", CommandLineRun.of("info", "--config", missing.toString()));
    Path broken = folder.resolve("broken.json");
    Files.writeString(broken, "{\"threads\": ");
    assertOneLine(3, "broken.json", CommandLineRun.of("info", "--config", broken.toString()));
    Path list = folder.resolve("list.json");
    Files.writeString(list, "[1]");
    assertOneLine(3, "JSON object", CommandLineRun.of("info", "--config", list.toString()));
  }
}
