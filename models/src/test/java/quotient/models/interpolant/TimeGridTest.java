package quotient.models.interpolant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import quotient.models.SharedFiles;
import quotient.models.io.Safetensors;

final class TimeGridTest {
  @ParameterizedTest
  @CsvSource({
    "uniform, uniform",
    "power:0.5, power.p0.5",
    "power:2, power.p2.0",
    "log:1, log.p1.0",
    "log:2, log.p2.0",
    "edm:7, edm.p7.0",
    "loglinear, loglinear",
    "cos:1.5, cos_sch_v_snr.p1.5"
  })
  void gridsAgreeWithTheReference(String text, String key) throws IOException {
    Safetensors reference = SharedFiles.tensors("proteina/sampler_grids");
    for (int n : new int[] {10, 20, 400}) {
      double[] expected = reference.doubles("grid." + key + ".n" + n);
      assertArrayEquals(expected, TimeGrid.parse(text, n).toArray(), 2e-15);
    }
  }

  @Test
  void theLogGridHasItsPrintedFirstAndLastSteps() {
    TimeGrid grid = TimeGrid.log(400, 2);
    assertEquals(0.0115625, grid.time(1), 1e-7);
    assertEquals(0.0229927, grid.time(2), 1e-7);
    assertEquals(0.999883, grid.time(399), 1e-6);
    assertEquals(1, grid.time(400), 0);
  }

  @Test
  void badGridsAreRefusedWithTheWayOut() {
    assertThrows(IllegalArgumentException.class, () -> TimeGrid.uniform(0));
    assertThrows(IllegalArgumentException.class, () -> TimeGrid.of(0, 0.5, 0.5, 1));
    assertThrows(IllegalArgumentException.class, () -> TimeGrid.of(0.1, 1));
    assertThrows(IllegalArgumentException.class, () -> TimeGrid.log(10, -1));
    String message =
        assertThrows(IllegalArgumentException.class, () -> TimeGrid.parse("logg", 5)).getMessage();
    assertEquals(
        "time grid: unknown name \"logg\"; use uniform, power:P, log:P, edm:RHO, loglinear or cos:P",
        message);
  }
}
