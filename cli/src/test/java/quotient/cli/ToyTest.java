package quotient.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ToyTest {
  @TempDir private Path folder = Path.of("");

  private CommandLineRun train(String out, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "train",
                "toy",
                "--out",
                folder.resolve(out).toString(),
                "--width",
                "8",
                "--batch",
                "32",
                "--seed",
                "4"));
    line.addAll(List.of(more));
    return CommandLineRun.of(line.toArray(new String[0]));
  }

  @Test
  void aToyIsTrainedSampledMeasuredAndDrawn() throws IOException {
    CommandLineRun quotient = train("q", "--steps", "6");
    assertEquals(0, quotient.code(), quotient.err());
    assertTrue(quotient.err().contains("\nmemory: "), quotient.err());
    assertTrue(Files.readString(folder.resolve("q/report.html")).contains("\"type\":\"picture\""));
    assertEquals(0, train("c", "--steps", "4", "--strategy", "conventional").code());
    Path points = folder.resolve("points.csv");
    Path svg = folder.resolve("figure.svg");
    Path page = folder.resolve("page.html");
    CommandLineRun run =
        CommandLineRun.of(
            "sample",
            "toy",
            "--model",
            folder.resolve("c").toString(),
            "--model",
            folder.resolve("q").toString(),
            "-n",
            "7",
            "--steps",
            "5",
            "--seed",
            "9",
            "-o",
            points.toString(),
            "--svg",
            svg.toString(),
            "--report",
            page.toString(),
            "--likelihood",
            "hutchinson",
            "--json");
    assertEquals(0, run.code(), run.err());
    List<String> lines = Files.readAllLines(points);
    assertEquals(8, lines.size());
    assertEquals("x0,x1", lines.getFirst());
    assertTrue(Files.readString(svg).startsWith("<svg "));
    assertTrue(Files.readString(page).contains("Corollary 3"));
    JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
    JsonObject first = json.getAsJsonArray("models").get(0).getAsJsonObject();
    assertEquals("ode", first.get("sampler").getAsString());
    double share = first.getAsJsonObject("conventional").get("vertical_share").getAsDouble();
    assertTrue(share > 0 && share < 1, () -> "vertical share " + share);
    assertTrue(first.getAsJsonObject("likelihood").has("standard_error"));
  }

  @Test
  void resumingGivesTheBitsOfAnUninterruptedRun() throws IOException {
    assertEquals(0, train("whole", "--steps", "6", "--checkpoint-every", "3").code());
    assertEquals(0, train("parts", "--steps", "6", "--checkpoint-every", "3").code());
    Files.delete(folder.resolve("parts/checkpoints/step-0000006.safetensors"));
    CommandLineRun resumed = train("parts", "--resume");
    assertEquals(0, resumed.code(), resumed.err());
    assertTrue(resumed.err().contains("from step 3"), resumed.err());
    String last = "last.safetensors";
    assertEquals(
        -1, Files.mismatch(folder.resolve("whole/" + last), folder.resolve("parts/" + last)));
    CommandLineRun changed = train("parts", "--resume", "--lr", "0.1");
    assertEquals(2, changed.code());
    assertTrue(changed.err().contains("--resume changes nothing"), changed.err());
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheWayOut() {
    CommandLineRun ensemble = train("e", "--strategy", "ensemble");
    assertEquals(2, ensemble.code());
    assertTrue(ensemble.err().contains("--jitter 0"), ensemble.err());
    CommandLineRun space = train("s", "--space", "moebius");
    assertEquals(2, space.code());
    assertTrue(space.err().contains("diatomic"), space.err());
    CommandLineRun json =
        CommandLineRun.of("sample", "toy", "--model", "nowhere", "--json", "--seed", "1");
    assertEquals(2, json.code());
    assertTrue(json.err().contains("-o FILE"), json.err());
  }
}
