package quotient.tensor.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPoolTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyItemRunsExactlyOnce(int threads) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      for (int n : new int[] {0, 1, 7, 64, 1000}) {
        for (int grain : new int[] {1, 3, 64, 2000}) {
          AtomicIntegerArray count = new AtomicIntegerArray(n + 1);
          pool.parallelFor(
              n,
              grain,
              (from, to, lane) -> {
                assertTrue(lane >= 0 && lane < threads);
                assertTrue(to - from <= grain);
                for (int i = from; i < to; i++) {
                  count.incrementAndGet(i);
                }
              });
          for (int i = 0; i < n; i++) {
            assertEquals(1, count.get(i));
          }
        }
      }
    }
  }

  @Test
  void manyDispatchesInARowAllFinish() {
    try (WorkerPool pool = WorkerPool.of(3)) {
      AtomicInteger sum = new AtomicInteger();
      for (int i = 0; i < 20_000; i++) {
        pool.parallelFor(6, 1, (from, to, lane) -> sum.addAndGet(to - from));
      }
      assertEquals(120_000, sum.get());
    }
  }

  @Test
  void parkedThreadsWakeUp() throws InterruptedException {
    try (WorkerPool pool = WorkerPool.of(2)) {
      for (int i = 0; i < 5; i++) {
        Thread.sleep(30);
        AtomicInteger sum = new AtomicInteger();
        pool.parallelFor(100, 1, (from, to, lane) -> sum.addAndGet(to - from));
        assertEquals(100, sum.get());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void theFirstFailureReachesTheCallerAndThePoolStaysUsable(int threads) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      IllegalStateException thrown = new IllegalStateException("item 5");
      RangeTask failing =
          (from, to, lane) -> {
            if (from <= 5 && 5 < to) {
              throw thrown;
            }
          };
      for (int i = 0; i < 20; i++) {
        assertSame(
            thrown,
            assertThrows(IllegalStateException.class, () -> pool.parallelFor(40, 1, failing)));
      }
      AtomicInteger sum = new AtomicInteger();
      pool.parallelFor(40, 1, (from, to, lane) -> sum.addAndGet(to - from));
      assertEquals(40, sum.get());
    }
  }

  @Test
  void aTaskThatCallsItsPoolRunsInlineOnItsLane() {
    try (WorkerPool pool = WorkerPool.of(3)) {
      AtomicInteger inner = new AtomicInteger();
      pool.parallelFor(
          12,
          1,
          (from, to, lane) -> {
            Thread outer = Thread.currentThread();
            pool.parallelFor(
                10,
                2,
                (f, t, innerLane) -> {
                  assertSame(outer, Thread.currentThread());
                  assertEquals(lane, innerLane);
                  inner.addAndGet(t - f);
                });
          });
      assertEquals(120, inner.get());
    }
  }

  @Test
  void onlyAsManyThreadsRunAsThePoolHas() {
    try (WorkerPool pool = WorkerPool.of(3)) {
      Set<Thread> seen = ConcurrentHashMap.newKeySet();
      for (int i = 0; i < 200; i++) {
        pool.parallelFor(30, 1, (from, to, lane) -> seen.add(Thread.currentThread()));
      }
      assertTrue(seen.size() <= 3, "threads seen: " + seen.size());
    }
  }

  @Test
  void closingEndsTheThreadsAndFurtherUseIsAnError() {
    WorkerPool pool = WorkerPool.of(4);
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    pool.parallelFor(1000, 1, (from, to, lane) -> seen.add(Thread.currentThread()));
    pool.close();
    pool.close();
    for (Thread thread : seen) {
      assertTrue(thread == Thread.currentThread() || !thread.isAlive());
    }
    assertThrows(IllegalStateException.class, () -> pool.parallelFor(4, 1, (from, to, lane) -> {}));
    assertThrows(IllegalArgumentException.class, () -> WorkerPool.of(0));
  }
}
