package quotient.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.tensor.FloatTensor;
import quotient.tensor.PackedMatrix;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

/// No warm operation of {@link Tensors} allocates. In a process of its own: hundreds of other tests
/// teach the compiler other habits, and on a busy machine a tile stayed compiled for them.
class OperationAllocationTest {
  private static final RandomKey KEY = RandomKey.of(11);

  /// Prints "allocates call bytes" for each operation that allocates, on as many threads as the first
  /// argument says.
  public static void main(String[] threads) {
    FloatTensor x = random("x", 40, 60);
    FloatTensor z = FloatTensor.zeros(40, 60);
    FloatTensor long1 = random("x", 36_000);
    FloatTensor long2 = FloatTensor.zeros(36_000);
    PackedMatrix b = new PackedMatrix().pack(random("b", 60, 70));
    FloatTensor c = FloatTensor.zeros(40, 70);
    FloatTensor w = FloatTensor.zeros(60, 60);
    FloatTensor mean = FloatTensor.zeros(40);
    FloatTensor tenth = FloatTensor.zeros(40, 10);
    FloatTensor none = FloatTensor.zeros(0);
    int[] index = new int[40];
    for (int i = 0; i < index.length; i++) {
      index[i] = KEY.child("index").below(i, 40);
    }
    try (WorkerPool pool = WorkerPool.of(Integer.parseInt(threads[0]))) {
      Tensors tensors = new Tensors(pool);
      Runnable[] calls = {
        () -> tensors.add(x, z, z),
        () -> tensors.silu(x, z),
        () -> tensors.add(long1, long2, long2),
        () -> tensors.softmaxRows(x, z),
        () -> tensors.layerNorm(x, none, none, 1e-5f, z, mean, mean),
        () -> tensors.gatherRows(x, index, z),
        () -> tensors.matmul(x, b, c, false),
        () -> tensors.matmulTransposed(x, x, w, true),
        () -> tensors.matmulBatch(4, x, x, true, tenth),
      };
      for (int i = 0; i < calls.length; i++) {
        long bytes = allocated(calls[i]);
        if (bytes > 0) {
          System.out.println("allocates " + i + " " + bytes);
        }
      }
    }
  }

  private static FloatTensor random(String name, int... dims) {
    FloatTensor x = FloatTensor.zeros(dims);
    for (int i = 0; i < x.size(); i++) {
      x.set(i, (float) (2 * KEY.child(name).uniform(i) - 1));
    }
    return x;
  }

  /// Bytes that 2,000 calls allocate on this thread, as the smallest of several tries: the compiler
  /// may still replace code in the first ones.
  private static long allocated(Runnable call) {
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 40 && least > 0; attempt++) {
      long before = bean.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 2000; i++) {
        call.run();
      }
      least = Math.min(least, bean.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void warmOperationsAllocateNothing(String threads) throws IOException, InterruptedException {
    List<String> found =
        ChildProcess.lines(OperationAllocationTest.class, List.of(), threads).stream()
            .filter(line -> line.startsWith("allocates "))
            .toList();
    assertEquals(List.of(), found);
  }
}
