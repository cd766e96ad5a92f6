package quotient.models.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import quotient.models.protein.Backbone;

/// Pictures of chains whose course is known.
final class BackboneFigureTest {
  private static final Pattern LINE = Pattern.compile("<polyline fill=\"none\" stroke=\"(#\\w+)\"");

  private static Backbone helix(String name, int residues) {
    float[] xyz = new float[3 * residues];
    for (int i = 0; i < residues; i++) {
      double angle = Math.toRadians(100) * i;
      xyz[3 * i] = (float) (2.3 * Math.cos(angle));
      xyz[3 * i + 1] = (float) (1.5 * i);
      xyz[3 * i + 2] = (float) (-2.3 * Math.sin(angle));
    }
    return Backbone.trace(name, xyz);
  }

  private static int count(String svg, String color) {
    int count = 0;
    Matcher lines = LINE.matcher(svg);
    while (lines.find()) {
      count += lines.group(1).equals(color) ? 1 : 0;
    }
    return count;
  }

  @Test
  void aHelixIsDrawnAsOneAlongItsLongAxis() {
    String svg = BackboneFigure.traces(List.of(helix("one", 30))).svg();
    assertEquals(29, count(svg, "#c2571a") + count(svg, "#9aa6b8"), "a line for every step");
    assertTrue(count(svg, "#c2571a") > 20, svg);
    assertEquals(0, count(svg, "#0f6e84"), "no strand");
    assertTrue(svg.contains("one: 30 residues"), svg);
  }

  @Test
  void knownChainsOfOtherLengthsAreLeftOut() {
    List<Backbone> made = List.of(helix("a", 20), helix("b", 30));
    List<Backbone> known = List.of(helix("c", 19), helix("d", 25), helix("e", 31));
    String svg = BackboneFigure.distributions(made, known).svg();
    assertTrue(svg.contains("2 generated and 1 known chains of 20 to 30 residues"), svg);
  }
}
