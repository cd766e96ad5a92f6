package quotient.models.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HtmlReportTest {
  private static final Pattern DATA =
      Pattern.compile(
          "<script id=\"data\" type=\"application/json\">(.*?)</script>", Pattern.DOTALL);

  @TempDir private Path folder = Path.of("");

  private static Section.Chart chart() {
    return new Section.Chart(
        "Loss",
        "",
        "step",
        "loss",
        true,
        List.of(
            new Section.Series(
                "train",
                new double[] {0, 1, 2},
                new double[] {1, Double.NaN, 0.25},
                Section.Series.Line.PLAIN)));
  }

  private static Section.Gallery gallery() {
    return new Section.Gallery(
        "Molecules",
        "",
        List.of(
            new MoleculeView(
                "water",
                Map.of("SMILES", "O"),
                List.of("O", "H", "H"),
                new int[] {0, 1, 1, 0, 2, 1},
                false,
                List.of(
                    new MoleculeView.Shape(
                        "generated 1", false, new float[] {0, 0, 0, 1, 0, 0, 0, -0.9996f, 0})),
                List.of(new MoleculeView.Frame(0.5, new float[9])))));
  }

  private static JsonObject dataOf(String html) {
    Matcher m = DATA.matcher(html);
    assertTrue(m.find());
    return JsonParser.parseString(m.group(1)).getAsJsonObject();
  }

  @Test
  void pageLoadsNothingFromElsewhere() throws IOException {
    String html = new HtmlReport("t", "s").add(chart()).add(gallery()).html();
    assertTrue(html.contains("default-src 'none'"));
    assertFalse(Pattern.compile("<(script|img|link|iframe)[^>]*(src|href)=").matcher(html).find());
    assertFalse(html.contains("@import"));
    assertFalse(html.contains("{{title}}") || html.contains("{{data}}"));
  }

  @Test
  void hostileTextStaysText() throws IOException {
    String hostile = "</script><script>alert(1)</script> {{scripts}} <b>&";
    String html =
        new HtmlReport(hostile, hostile)
            .add(new Section.Facts(hostile, "", Map.of(hostile, hostile), true))
            .html();
    assertFalse(html.contains("alert(1)</script>"));
    JsonObject data = dataOf(html);
    assertEquals(hostile, data.get("title").getAsString());
    JsonObject facts = data.getAsJsonArray("sections").get(0).getAsJsonObject();
    JsonArray pair = facts.getAsJsonArray("values").get(0).getAsJsonArray();
    assertEquals(hostile, pair.get(1).getAsString());
  }

  @Test
  void viewerAndPlotterAreThereOnlyWhenNeeded() throws IOException {
    String plain = new HtmlReport("t", "s").html();
    assertFalse(plain.contains("uPlot=function") || plain.contains("Copyright (c) 2014"));
    String withChart = new HtmlReport("t", "s").add(chart()).html();
    assertTrue(withChart.contains("uPlot=function") && withChart.contains("Leon Sorokin"));
    String withMolecules = new HtmlReport("t", "s").add(gallery()).html();
    assertTrue(withMolecules.contains("University of Pittsburgh"));
    String withoutViewer = new HtmlReport("t", "s").add(gallery()).withoutViewer().html();
    assertTrue(withoutViewer.length() < withMolecules.length() - 500_000);
  }

  @Test
  void coordinatesAreThousandthsAndGapsAreNull() throws IOException {
    JsonArray sections =
        dataOf(new HtmlReport("t", "s").add(chart()).add(gallery()).html())
            .getAsJsonArray("sections");
    assertEquals(
        "[1,null,0.25]",
        sections
            .get(0)
            .getAsJsonObject()
            .getAsJsonArray("series")
            .get(0)
            .getAsJsonObject()
            .get("y")
            .toString());
    assertEquals(
        "[0,0,0,1000,0,0,0,-1000,0]",
        sections
            .get(1)
            .getAsJsonObject()
            .getAsJsonArray("molecules")
            .get(0)
            .getAsJsonObject()
            .getAsJsonArray("conformers")
            .get(0)
            .getAsJsonObject()
            .get("xyz")
            .toString());
  }

  @Test
  void thinningKeepsTheMean() {
    double[] x = new double[1000];
    double[] y = new double[1000];
    for (int i = 0; i < 1000; i++) {
      x[i] = i;
      y[i] = i % 7;
    }
    Section.Series thin = new Section.Series("a", x, y, Section.Series.Line.PLAIN).thinned(10);
    assertEquals(10, thin.y().length);
    assertEquals(49.5, thin.x()[0], 1e-9);
    double mean = 0;
    double thinMean = 0;
    for (double v : y) {
      mean += v / 1000;
    }
    for (double v : thin.y()) {
      thinMean += v / 10;
    }
    assertEquals(mean, thinMean, 1e-12);
  }

  @Test
  void smoothingAConstantIsTheConstant() {
    double[] three = {3, 3, 3, 3};
    assertArrayEquals(
        three,
        new Section.Series("a", new double[4], three, Section.Series.Line.FAINT)
            .smoothed("s", 10)
            .y(),
        1e-12);
  }

  @Test
  void fileHasItsFinalNameOnlyWhenWhole() throws IOException {
    Path file = folder.resolve("r.html");
    new HtmlReport("t", "s").write(file);
    assertTrue(Files.readString(file).startsWith("<!doctype html>"));
    assertFalse(Files.exists(folder.resolve("r.html.part")));
  }
}
