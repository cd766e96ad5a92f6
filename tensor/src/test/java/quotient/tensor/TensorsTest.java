package quotient.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

class TensorsTest {
  private static final RandomKey KEY = RandomKey.of(5);

  private static FloatTensor random(String name, int... dims) {
    FloatTensor x = FloatTensor.zeros(dims);
    for (int i = 0; i < x.size(); i++) {
      x.set(i, (float) (2 * KEY.child(name).uniform(i) - 1));
    }
    return x;
  }

  private static int[] index(int n, int bound) {
    int[] index = new int[n];
    for (int i = 0; i < n; i++) {
      index[i] = KEY.child("index").below(i, bound);
    }
    return index;
  }

  /// All operations once, at sizes that are cut into several chunks; their results.
  private static List<float[]> everything(Tensors tensors) {
    List<float[]> results = new ArrayList<>();
    FloatTensor x = random("x", 301, 203);
    FloatTensor y = random("y", 301, 203);
    FloatTensor z = FloatTensor.zeros(301, 203);
    tensors.add(x, y, z);
    results.add(z.toArray());
    tensors.subtract(x, y, z);
    results.add(z.toArray());
    tensors.multiply(x, y, z);
    results.add(z.toArray());
    tensors.multiplyAdd(x, y, z);
    results.add(z.toArray());
    tensors.axpy(0.5f, x, z);
    results.add(z.toArray());
    tensors.scale(0.5f, x, z);
    results.add(z.toArray());
    tensors.exp(x, z);
    results.add(z.toArray());
    tensors.log(z, z);
    results.add(z.toArray());
    tensors.sin(x, z);
    results.add(z.toArray());
    tensors.cos(x, z);
    results.add(z.toArray());
    tensors.tanh(x, z);
    results.add(z.toArray());
    tensors.sigmoid(x, z);
    results.add(z.toArray());
    tensors.silu(x, z);
    results.add(z.toArray());
    tensors.softmaxRows(x, z);
    results.add(z.toArray());
    FloatTensor mean = FloatTensor.zeros(301);
    FloatTensor rstd = FloatTensor.zeros(301);
    FloatTensor gain = random("gain", 203);
    tensors.layerNorm(x, gain, FloatTensor.zeros(0), 1e-5f, z, mean, rstd);
    results.add(z.toArray());
    results.add(mean.toArray());
    results.add(rstd.toArray());
    FloatTensor gathered = FloatTensor.zeros(900, 203);
    tensors.gatherRows(x, index(900, 301), gathered);
    results.add(gathered.toArray());
    int[] start = new int[302];
    for (int i = 0; i <= 301; i++) {
      start[i] = 900 * i / 301;
    }
    tensors.segmentSum(gathered, start, z);
    results.add(z.toArray());
    FloatTensor b = random("b", 203, 150);
    FloatTensor c = FloatTensor.zeros(301, 150);
    PackedMatrix packed = new PackedMatrix();
    tensors.matmul(x, packed.pack(b), c, false);
    tensors.matmul(y, packed, c, true);
    results.add(c.toArray());
    FloatTensor w = random("w", 203, 150);
    tensors.matmulTransposed(x, c, w, true);
    results.add(w.toArray());
    FloatTensor narrow = FloatTensor.zeros(203, 203);
    tensors.matmulTransposed(x, y, narrow, false);
    results.add(narrow.toArray());
    return results;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void resultsHaveTheSameBitsOnAnyNumberOfThreads(int threads) {
    List<float[]> one = everything(Tensors.singleThreaded());
    try (WorkerPool pool = WorkerPool.of(threads)) {
      List<float[]> many = everything(new Tensors(pool));
      for (int i = 0; i < one.size(); i++) {
        assertArrayEquals(one.get(i), many.get(i), "result " + i);
      }
    }
  }

  @Test
  void productsAgreeWithTheirDefinition() {
    Tensors tensors = Tensors.singleThreaded();
    FloatTensor a = random("a", 37, 50);
    FloatTensor b = random("b", 50, 45);
    FloatTensor c = FloatTensor.zeros(37, 45);
    tensors.matmul(a, new PackedMatrix().pack(b), c, false);
    FloatTensor d = FloatTensor.zeros(50, 45);
    tensors.matmulTransposed(a, c, d, false);
    for (int j = 0; j < 45; j++) {
      for (int i = 0; i < 37; i++) {
        double sum = 0;
        for (int k = 0; k < 50; k++) {
          sum += (double) a.get(i * 50 + k) * b.get(k * 45 + j);
        }
        assertEquals(sum, c.get(i * 45 + j), 1e-5);
      }
      for (int k = 0; k < 50; k++) {
        double sum = 0;
        for (int i = 0; i < 37; i++) {
          sum += (double) a.get(i * 50 + k) * c.get(i * 45 + j);
        }
        assertEquals(sum, d.get(k * 45 + j), 1e-4);
      }
    }
  }

  @Test
  void weightsInSlabsGiveTheBitsOfWholeMatricesOnAnyNumberOfThreads() {
    for (int n : new int[] {1, 31, 256, 257, 600, 1025}) {
      FloatTensor a = random("a", 37, 150);
      FloatTensor b = random("b", n, 150);
      FloatTensor expected = random("c", 37, n);
      Tensors.singleThreaded().matmul(a, new PackedMatrix().packTransposed(b), expected, true);
      FloatTensor turned = FloatTensor.zeros(150, n);
      for (int i = 0; i < b.size(); i++) {
        turned.set(i % 150 * n + i / 150, b.get(i));
      }
      for (int threads : new int[] {1, 2, 3}) {
        try (WorkerPool pool = WorkerPool.of(threads)) {
          Tensors tensors = new Tensors(pool);
          FloatTensor c = random("c", 37, n);
          tensors.matmul(a, new PackedMatrix().packWeight(b, true, pool), c, true);
          assertArrayEquals(expected.toArray(), c.toArray(), "n " + n + " threads " + threads);
          c = random("c", 37, n);
          tensors.matmul(a, new PackedMatrix().packWeight(turned, false, pool), c, true);
          assertArrayEquals(expected.toArray(), c.toArray(), "n " + n + " threads " + threads);
          c = random("c", 37, n);
          tensors.matmulWeight(a, b, true, c, true, new PackedMatrix());
          assertArrayEquals(expected.toArray(), c.toArray(), "n " + n + " threads " + threads);
          c = random("c", 37, n);
          tensors.matmulWeight(a, turned, false, c, true, new PackedMatrix());
          assertArrayEquals(expected.toArray(), c.toArray(), "n " + n + " threads " + threads);
        }
      }
    }
  }

  @Test
  void shapeErrorsNameTheOperationAndTheShapes() {
    Tensors tensors = Tensors.singleThreaded();
    PackedMatrix b = new PackedMatrix().pack(FloatTensor.zeros(64, 256));
    ShapeException inner =
        assertThrows(
            ShapeException.class,
            () -> tensors.matmul(FloatTensor.zeros(96, 128), b, FloatTensor.zeros(96, 256), false));
    assertEquals(
        "matmul: inner dimensions differ: a [96, 128], b [64, 256]; need a[1] == b[0]",
        inner.getMessage());
    FloatTensor square = FloatTensor.zeros(64, 64);
    PackedMatrix eye = new PackedMatrix().pack(square);
    assertThrows(IllegalArgumentException.class, () -> tensors.matmul(square, eye, square, false));
    assertThrows(
        ShapeException.class,
        () -> tensors.add(FloatTensor.zeros(2), FloatTensor.zeros(3), FloatTensor.zeros(2)));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> tensors.gatherRows(square, new int[] {64}, FloatTensor.zeros(1, 64)));
    assertThrows(
        ShapeException.class,
        () -> tensors.segmentSum(square, new int[] {0, 65}, FloatTensor.zeros(1, 64)));
  }

  /// A matrix of more than a million numbers meets all rows block by block, its slabs do not.
  @Test
  void aLargeMatrixGivesTheBitsOfItsSlabs() {
    FloatTensor a = random("a", 250, 1030);
    FloatTensor b = random("b", 1060, 1030);
    Tensors tensors = Tensors.singleThreaded();
    FloatTensor whole = random("c", 250, 1060);
    tensors.matmul(a, new PackedMatrix().packTransposed(b), whole, true);
    FloatTensor slabs = random("c", 250, 1060);
    tensors.matmulWeight(a, b, true, slabs, true, new PackedMatrix());
    assertArrayEquals(whole.toArray(), slabs.toArray());
  }

  @Test
  void weightsThatDoNotFitAreRefused() {
    FloatTensor a = random("a", 4, 3);
    FloatTensor b = random("b", 5, 2);
    ShapeException e =
        assertThrows(
            ShapeException.class,
            () ->
                Tensors.singleThreaded()
                    .matmulWeight(a, b, true, FloatTensor.zeros(4, 5), false, new PackedMatrix()));
    assertTrue(e.getMessage().contains("a [4, 3], weight [5, 2]; need a[1] == weight[1]"));
  }

  @Test
  void theKernelsOfThisRunAreTheOnesAskedFor() {
    String wanted = System.getProperty("quotient.kernels", "auto");
    String bits = System.getProperty("quotient.vectorBits", "");
    if (wanted.equals("scalar")) {
      assertEquals("scalar", Tensors.kernelName());
      assertEquals(1, Tensors.kernelLanes());
    } else {
      assertTrue(Tensors.kernelName().startsWith("vector" + bits), Tensors.kernelName());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void smallProductsOfABatchAreProducts(int threads) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      Tensors tensors = new Tensors(pool);
      int[][] shapes = {{7, 1, 1, 1}, {300, 18, 18, 32}, {300, 18, 32, 18}, {5, 64, 33, 20}};
      for (int[] s : shapes) {
        int count = s[0];
        int m = s[1];
        int n = s[2];
        int k = s[3];
        FloatTensor a = random("a", count * m, k);
        for (boolean transposed : new boolean[] {false, true}) {
          FloatTensor b = transposed ? random("b", count * n, k) : random("b", count * k, n);
          FloatTensor c = FloatTensor.zeros(count * m, n);
          tensors.matmulBatch(count, a, b, transposed, c);
          FloatTensor one = FloatTensor.zeros(m, n);
          for (int i = 0; i < count; i++) {
            PackedMatrix packed = new PackedMatrix();
            if (transposed) {
              packed.packTransposed(b.rows(i * n, (i + 1) * n));
            } else {
              packed.pack(b.rows(i * k, (i + 1) * k));
            }
            tensors.matmul(a.rows(i * m, (i + 1) * m), packed, one, false);
            assertArrayEquals(one.toArray(), c.rows(i * m, (i + 1) * m).toArray(), "product " + i);
          }
        }
      }
    }
  }

  @Test
  void batchesThatDoNotFitAreRefused() {
    Tensors tensors = Tensors.singleThreaded();
    FloatTensor a = FloatTensor.zeros(6, 4);
    FloatTensor c = FloatTensor.zeros(6, 5);
    for (int count : new int[] {0, 4}) {
      assertThrows(
          ShapeException.class,
          () -> tensors.matmulBatch(count, a, FloatTensor.zeros(8, 5), false, c));
    }
    assertThrows(
        ShapeException.class, () -> tensors.matmulBatch(2, a, FloatTensor.zeros(9, 5), false, c));
    assertThrows(
        ShapeException.class, () -> tensors.matmulBatch(2, a, FloatTensor.zeros(10, 3), true, c));
    assertThrows(
        ShapeException.class,
        () -> tensors.matmulBatch(2, a, FloatTensor.zeros(8, 5), false, FloatTensor.zeros(6, 4)));
  }
}
