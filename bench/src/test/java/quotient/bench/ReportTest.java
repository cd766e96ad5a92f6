package quotient.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReportTest {
  private static Row product(String shape, double ratio) {
    return new Row(
        "gemm-nn",
        shape,
        1,
        200,
        OptionalDouble.of(200 / ratio),
        Optional.of("library 1.0, as installed"),
        "GFLOP/s",
        OptionalDouble.of(ratio),
        OptionalDouble.of(80),
        0.01);
  }

  private static final Row ALONE =
      new Row(
          "exp",
          "16384",
          1,
          12.345,
          OptionalDouble.empty(),
          Optional.empty(),
          "GB/s",
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          0.02);

  private static final Report REPORT =
      new Report(
          List.of(1), List.of(250.4), List.of(product("64 64 64", 4), product("8 8 8", 1), ALONE));

  @Test
  void theTableHasOneAlignedLinePerRow() {
    List<String> lines = REPORT.table().lines().toList();
    assertTrue(lines.get(0).endsWith("multiply-add peak 250 GFLOP/s with 1 thread"), lines.get(0));
    int unit = lines.get(2).indexOf("unit");
    assertEquals("GFLOP/s", lines.get(3).substring(unit, unit + 7));
    assertEquals("GB/s   ", lines.get(5).substring(unit, unit + 7));
    assertTrue(lines.get(3).contains(" 4.00 "), lines.get(3));
    assertTrue(lines.get(5).matches("exp +16384 +1 +12\\.35 +- +GB/s +- +- +-"), lines.get(5));
  }

  @Test
  void productsHaveAGeometricMeanPerPeer() {
    assertEquals(
        Map.of("products against library 1.0, as installed, threads: 1", 2.0), REPORT.means());
    assertTrue(REPORT.table().contains("2.00 geometric mean ratio, products against library"));
  }

  private static Row timed(String name, double milliseconds) {
    return new Row(
        name,
        "128 18",
        2,
        milliseconds,
        OptionalDouble.empty(),
        Optional.empty(),
        "ms",
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        0);
  }

  @Test
  void strategiesAreAShareOfTheStepOfTheSameBatch() {
    List<Row> rows = List.of(timed("strategy-quotient", 5), timed("etflow-train-qm9", 1000));
    Report report = new Report(List.of(2), List.of(400.0), rows);
    assertEquals(
        Map.of("etflow-train-qm9 is strategy-quotient, threads: 2", 0.005), report.shares());
    assertTrue(report.table().contains("0.50 % of etflow-train-qm9 is strategy-quotient"));
    assertEquals(Map.of(), REPORT.shares());
  }

  @Test
  void stepsAreComparedWithTheTimeOfTheirProductsAtThePeak() {
    Row step =
        new Row(
            "etflow-sample-qm9",
            "128 18",
            2,
            500,
            OptionalDouble.empty(),
            Optional.empty(),
            "ms",
            OptionalDouble.empty(),
            OptionalDouble.of(60),
            0);
    Report report = new Report(List.of(1, 2), List.of(110.0, 220.0), List.of(step));
    assertEquals(
        Map.of("etflow-sample-qm9 128 18, threads: 2, takes 0.500 s at 132 GFLOP/s", 0.3),
        report.bounds());
    assertTrue(report.table().contains("0.300 s at the peak, etflow-sample-qm9 128 18"));
    assertEquals(Map.of(), REPORT.bounds());
  }

  @Test
  void jsonHasStableKeysAndNullWithoutAPeer() {
    JsonObject json = REPORT.json();
    assertEquals("quotient/bench/1", json.get("schema").getAsString());
    JsonObject row = json.getAsJsonArray("rows").get(2).getAsJsonObject();
    Set<String> contract =
        Set.of(
            "name",
            "shape",
            "threads",
            "ours",
            "peer",
            "peer_name",
            "unit",
            "ratio",
            "percent_of_peak");
    assertTrue(row.keySet().containsAll(contract), row.keySet().toString());
    assertTrue(row.get("peer").isJsonNull());
    assertTrue(row.get("peer_name").isJsonNull());
    assertTrue(row.get("ratio").isJsonNull());
    JsonObject compared = json.getAsJsonArray("rows").get(0).getAsJsonObject();
    assertEquals(4.0, compared.get("ratio").getAsDouble());
    assertFalse(compared.get("percent_of_peak").isJsonNull());
  }
}
