package quotient.models.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quotient.models.sample.Step;
import quotient.tensor.parallel.WorkerPool;

final class VerificationTest {
  static List<SpaceCase> fastSpaces() {
    // Aligning irreducible representations is a search; those two take seconds and run as slow.
    return SpaceCase.all().stream().filter(space -> !space.name().startsWith("irreps")).toList();
  }

  @ParameterizedTest
  @MethodSource("fastSpaces")
  void oneStepMovesInvariantsLikeTheEuclideanStep(SpaceCase space) {
    List<Measurement> out = new ArrayList<>();
    new GeneratorCheck(space).run(out);
    for (Measurement measurement : out) {
      Row row = measurement.row(1e-6);
      assertTrue(row.passed(), row::toString);
    }
    assertEquals(space.curved() ? 14 : 6, out.size());
  }

  /// theory.md 9.2: the error of a right step halves with dt, that of a wrong one does not move.
  @Test
  void theErrorOfARightStepIsOfFirstOrderAndOfAWrongOneOfOrderZero() {
    GeneratorCheck check = new GeneratorCheck(SpaceCase.all().getFirst());
    double coarse = check.error(GeneratorCheck.Invariant.SQUARE, new Step.ProjectedNoise(), 1e-3);
    double fine = check.error(GeneratorCheck.Invariant.SQUARE, new Step.ProjectedNoise(), 5e-4);
    assertEquals(2, coarse / fine, 1e-6);
    double wrong = check.error(GeneratorCheck.Invariant.SQUARE, FaultyStep.WRONG_SIGN, 1e-3);
    double none = check.error(GeneratorCheck.Invariant.SQUARE, FaultyStep.NO_CURVATURE, 1e-3);
    double full =
        check.error(GeneratorCheck.Invariant.SQUARE, FaultyStep.FULL_WITH_CURVATURE, 1e-3);
    assertEquals(2, wrong / none, 0.01);
    assertEquals(-1, full / none, 0.01);
  }

  @Test
  void oneSpaceIsVerifiedInSeconds() {
    try (WorkerPool pool = WorkerPool.of(1)) {
      List<Row> rows =
          Verification.run(
              new Verification.Settings("plane-points", 4000, 11),
              pool,
              (done, all, next) -> assertTrue(done < all));
      assertTrue(rows.size() > 10);
      rows.forEach(row -> assertTrue(row.passed(), row::toString));
      rows.forEach(row -> assertEquals("plane-points", row.space()));
    }
  }

  @Test
  void theTableDoesNotDependOnTheThreads() {
    Verification.Settings settings = new Verification.Settings("spinors-su2", 10, 5);
    try (WorkerPool one = WorkerPool.of(1);
        WorkerPool three = WorkerPool.of(3)) {
      assertEquals(
          Verification.run(settings, one, (done, all, next) -> {}),
          Verification.run(settings, three, (done, all, next) -> {}));
    }
  }

  @Test
  void unknownSpacesAreRefusedWithTheList() {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> new Verification.Settings("shape", 100, 1))
            .getMessage();
    assertTrue(message.contains("shapes-5") && message.contains("diatomic"), message);
    assertThrows(IllegalArgumentException.class, () -> new Verification.Settings("all", 0, 1));
  }

  /// The whole table at its usual size; fails by chance with probability below 1e-3.
  @Test
  @Tag("slow")
  void everyRowIsAsItShouldBe() {
    try (WorkerPool pool = WorkerPool.of(2)) {
      List<Row> rows =
          Verification.run(
              new Verification.Settings("all", Verification.STANDARD_SAMPLES, 20260101),
              pool,
              (done, all, next) -> {});
      rows.forEach(row -> assertTrue(row.passed(), row::toString));
      assertTrue(rows.stream().filter(Row::control).count() > 100);
      assertTrue(Verification.passed(rows));
    }
  }
}
