package quotient.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RoundsTest {
  /// A side that claims a time per repetition and keeps a diary.
  private static Contender claiming(String name, double seconds, List<String> diary) {
    return repetitions -> {
      diary.add(name + " " + repetitions);
      return seconds * repetitions;
    };
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
    assertEquals(2.5, Rounds.median(new double[] {4, 1, 3, 2}));
    assertEquals(3, Rounds.median(new double[] {9, 3, 1}));
  }

  @Test
  void quantilesAreLinearBetweenOrderStatistics() {
    double[] x = {40, 10, 20, 30, 0};
    assertEquals(0, Rounds.quantile(x, 0));
    assertEquals(10, Rounds.quantile(x, 0.25));
    assertEquals(35, Rounds.quantile(x, 0.875));
    assertEquals(40, Rounds.quantile(x, 1));
    assertArrayEquals(new double[] {40, 10, 20, 30, 0}, x);
  }

  @Test
  void theGeometricMeanOfRatiosAndTheirInversesIsOne() {
    assertEquals(1, Rounds.geometricMean(new double[] {2, 0.5, 3, 1.0 / 3}), 1e-15);
  }

  @Test
  void aSlowSampleDoesNotMoveTheMedian() {
    Rounds.Series series = new Rounds.Series(new double[] {1, 1, 50, 1, 1});
    assertEquals(1, series.median());
    assertEquals(1, series.least());
    assertEquals(0, series.spread());
  }

  @Test
  void sidesTakeTurnsAndSamplesLastLongEnough() throws IOException {
    List<String> diary = new ArrayList<>();
    Rounds.Effort effort = new Rounds.Effort(0, 1, 0, 0.01, 4, 3, 100);
    List<Rounds.Series> series =
        Rounds.measure(
            List.of(claiming("a", 0.001, diary), claiming("b", 0.5, diary)), effort, Rest.NONE);
    List<String> rounds = diary.subList(diary.size() - 8, diary.size());
    assertEquals(List.of("a 10", "b 1", "b 1", "a 10", "a 10", "b 1", "b 1", "a 10"), rounds);
    assertEquals(0.001, series.get(0).median(), 1e-12);
    assertEquals(0.5, series.get(1).median(), 1e-12);
  }

  @Test
  void aPauseIsFollowedByAnUnmeasuredRun() throws IOException {
    List<String> diary = new ArrayList<>();
    Rounds.Effort effort = new Rounds.Effort(0, 1, 0, 0.16, 3, 3, 100);
    Rounds.measure(List.of(claiming("a", 0.01, diary)), effort, () -> true);
    assertEquals(
        List.of("a 2", "a 16", "a 2", "a 16", "a 2", "a 16"),
        diary.subList(diary.size() - 6, diary.size()));
  }

  /// Processor time that grows at four looks, as that of a thread that waits busily.
  @Test
  void aRestLastsUntilNobodyElseComputes() throws IOException {
    int[] looks = new int[1];
    long busy = Rest.LOOK * 1_000_000L;
    assertTrue(Rest.until(() -> busy * Math.min(4, looks[0]++)).await());
    assertEquals(1 + 4 + 1, looks[0], "before, while it grew, and once more");
    looks[0] = 0;
    assertTrue(Rest.until(() -> busy * looks[0]++).await());
    assertEquals(1 + Rest.PATIENCE, looks[0], "it never rests");
  }

  @Test
  void warmingUpGoesOnUntilTheTimesAreSteady() throws IOException {
    int[] calls = new int[1];
    Contender compiling =
        repetitions -> {
          calls[0]++;
          return (calls[0] < 20 ? 0.02 / calls[0] : 0.0005) * repetitions;
        };
    Rounds.Series series =
        Rounds.measure(List.of(compiling), new Rounds.Effort(0, 10, 0, 0.001, 5, 3, 100), Rest.NONE)
            .getFirst();
    assertEquals(19 + 3 + 5, calls[0]);
    assertEquals(0.0005, series.median(), 1e-12);
  }

  /// A side as slow as its interpreted form until the compiler is done, which takes 40 samples, and
  /// steady all the time.
  @Test
  void warmingUpWaitsForCompilers() throws IOException {
    int[] calls = new int[1];
    Contender compiling = repetitions -> (++calls[0] <= 40 ? 0.01 : 0.0005) * repetitions;
    Compilers compilers = _ -> calls[0] > 0 && calls[0] <= 40;
    Rounds.Effort effort = new Rounds.Effort(0.1, 0.3, 0.1, 0.01, 5, 3, 100);
    Rounds.Series series =
        Rounds.measure(List.of(compiling), effort, Rest.NONE, compilers).getFirst();
    assertEquals(0.0005, series.median(), 1e-12);
  }

  @Test
  void warmingUpEndsEvenIfCompilersNeverRest() throws IOException {
    int[] calls = new int[1];
    Contender side =
        repetitions -> {
          calls[0]++;
          return 0.01 * repetitions;
        };
    Rounds.measure(
        List.of(side), new Rounds.Effort(0.1, 0.3, 0.1, 0.01, 5, 3, 100), Rest.NONE, _ -> true);
    assertTrue(calls[0] < 300, calls[0] + " calls");
  }

  @Test
  void aBusyLoopIsNoCompilation() {
    Compilers compilers = Compilers.ofThisProcess();
    double sum = 0;
    int rests = 0;
    for (int i = 0; i < 100 && rests < 5; i++) {
      long end = System.nanoTime() + 50_000_000;
      while (System.nanoTime() < end) {
        sum += Math.sqrt(sum + 1);
      }
      rests = compilers.haveWorked(0.05) ? 0 : rests + 1;
    }
    assertEquals(5, rests, "a loop that has long been compiled, sum " + sum);
  }

  @Test
  void warmingUpEndsEvenIfTheTimesNeverSettle() throws IOException {
    int[] calls = new int[1];
    Contender restless = repetitions -> (1 + calls[0]++ % 2) * 0.1 * repetitions;
    Rounds.measure(List.of(restless), new Rounds.Effort(0.1, 2, 0, 0.1, 3, 3, 100), Rest.NONE);
    assertTrue(calls[0] < 40, calls[0] + " calls");
  }

  @Test
  void longRepetitionsGetFewerRoundsButNeverLessThanThree() throws IOException {
    List<String> diary = new ArrayList<>();
    List<Rounds.Series> series =
        Rounds.measure(
            List.of(claiming("a", 5, diary)),
            new Rounds.Effort(0, 1, 0, 0.02, 15, 3, 20),
            Rest.NONE);
    assertEquals(4, series.getFirst().seconds().length);
    series =
        Rounds.measure(
            List.of(claiming("a", 50, diary)),
            new Rounds.Effort(0, 1, 0, 0.02, 15, 3, 20),
            Rest.NONE);
    assertEquals(3, series.getFirst().seconds().length);
  }

  @Test
  void effortsThatMakeNoSenseAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Rounds.Effort(2, 1, 0, 0.1, 3, 3, 1));
    assertThrows(IllegalArgumentException.class, () -> new Rounds.Effort(0, 1, 0, 0, 3, 3, 1));
    assertThrows(IllegalArgumentException.class, () -> new Rounds.Effort(0, 1, 0, 0.1, 0, 1, 1));
  }
}
