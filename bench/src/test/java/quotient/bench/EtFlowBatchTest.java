package quotient.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import quotient.models.net.EtFlowConfig;
import quotient.tensor.parallel.WorkerPool;

final class EtFlowBatchTest {
  @Test
  void aMoleculeIsTheSameInEveryRange() {
    EtFlowBatch batch = EtFlowBatch.of(6, 18);
    assertArrayEquals(
        Arrays.copyOfRange(batch.positions(0, 6), 3 * 18 * 2, 3 * 18 * 5), batch.positions(2, 5));
    assertArrayEquals(batch.target(2, 5), EtFlowBatch.of(9, 18).target(2, 5));
    double[] whole = batch.path(0, 6).xt();
    assertArrayEquals(Arrays.copyOfRange(whole, 3 * 18 * 2, 3 * 18 * 5), batch.path(2, 5).xt());
  }

  @Test
  void edgesAreGroupedByTargetAndComplete() {
    EtFlowBatch batch = EtFlowBatch.of(4, 18);
    EtFlowBatch.Edges edges = batch.edges(EtFlowConfig.QM9_SO3.graphRule(), 0, 4);
    int count = edges.source().length;
    assertTrue(count <= 4 * 18 * 17 && count > 4 * 18 * 10, count + " edges");
    assertTrue(edges.near() > count / 3 && edges.near() < count, edges.near() + " near");
    int bonds = 0;
    for (int e = 0; e < count; e++) {
      assertTrue(e == 0 || edges.target()[e - 1] <= edges.target()[e]);
      assertEquals(edges.source()[e] / 18, edges.target()[e] / 18);
      bonds += edges.bonded()[e] ? 1 : 0;
    }
    assertEquals(batch.input(0, 4).directedBonds(), bonds);
  }

  @Test
  void largeMoleculesAreTwoJoinedByABond() {
    EtFlowBatch batch = EtFlowBatch.of(2, 44);
    assertEquals(2 * 44, batch.input(0, 2).atoms());
    assertEquals(0, batch.sets(0, 2).size());
    assertThrows(IllegalArgumentException.class, () -> EtFlowBatch.of(1, 5));
  }

  @Test
  void geometryAndStrategiesGiveTheSameOnAnyNumberOfThreads() {
    Case project = Catalogue.of("clouds-project 128 18");
    Case strategy = Case.timed("strategy-quotient", Case.Layer.BLOCK, 0, 40, 18);
    for (Case what : List.of(project, strategy)) {
      try (WorkerPool one = WorkerPool.of(1);
          WorkerPool two = WorkerPool.of(2);
          Workload alone = OurWorks.prepare(what, one);
          Workload together = OurWorks.prepare(what, two)) {
        List<float[]> expected = alone.result();
        List<float[]> found = together.result();
        assertEquals(expected.size(), found.size());
        for (int p = 0; p < expected.size(); p++) {
          assertArrayEquals(expected.get(p), found.get(p));
        }
      }
    }
  }
}
