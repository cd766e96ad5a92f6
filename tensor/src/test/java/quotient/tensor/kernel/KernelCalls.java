package quotient.tensor.kernel;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import quotient.tensor.random.RandomKey;

/// A call of every kernel of this process's set, for tests that hold for all: one row per method of
/// the kernel interfaces, or several, named `Interface.method` or `Interface.method/variant`.
///
/// A call reads fixed numbers and adds or writes its results into one array. It allocates nothing.
final class KernelCalls {
  /// What computes a hash or a choice, not numbers.
  private static final Set<String> NOT_KERNELS =
      Set.of(
          "Kernels.name",
          "Kernels.lanes",
          "Kernels.packedSize",
          "Kernels.paddedColumns",
          "Kernels.scratchSize",
          "MessageKernels.headStride",
          "CloudKernels.lanes");

  /// Computes into an array of {@link #size} numbers.
  interface Call {
    void run(float[] out);
  }

  private final Map<String, Call> rows = new TreeMap<>();
  private final int n;

  private KernelCalls(int n) {
    this.n = n;
  }

  /// All rows, for ranges or rows of n numbers.
  static KernelCalls of(int n) {
    KernelCalls calls = new KernelCalls(n);
    calls.elements();
    calls.matrices();
    calls.products();
    calls.messages("", 32, 4, 3);
    calls.messages("/cross", 32, 4, 4);
    calls.messages("/odd", 20, 5, 4);
    calls.clouds();
    calls.attention();
    return calls;
  }

  Map<String, Call> rows() {
    return rows;
  }

  /// Numbers in the array that a call computes into.
  int size() {
    return 16 * n + 8000;
  }

  /// Kernels without a row.
  Set<String> missing() {
    Set<String> missing = new TreeSet<>();
    Stream.of(
            Kernels.class,
            MessageKernels.class,
            GatedMessageKernels.class,
            CloudKernels.class,
            AttentionKernels.class)
        .forEach(type -> {
          for (Method method : type.getDeclaredMethods()) {
            missing.add(type.getSimpleName() + "." + method.getName());
          }
        });
    missing.removeAll(NOT_KERNELS);
    rows.keySet().forEach(row -> missing.remove(row.split("/", -1)[0]));
    return missing;
  }

  private static float[] random(String name, int n, double low, double high) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (low + (high - low) * RandomKey.of(9).child(name).uniform(i));
    }
    return x;
  }

  private void elements() {
    Kernels k = KernelProvider.kernels();
    float[] x = random("x", 13 * n, -4, 4);
    float[] y = random("y", 13 * n, -1, 1);
    float[] positive = random("p", 13 * n, 1e-3, 9);
    float[] angles = random("angles", n, -2e4, 2e4);
    rows.put("Kernels.add", o -> k.add(x, 0, y, 1, o, 2, n));
    rows.put("Kernels.subtract", o -> k.subtract(x, 0, y, 1, o, 2, n));
    rows.put("Kernels.multiply", o -> k.multiply(x, 0, y, 1, o, 2, n));
    rows.put("Kernels.multiplyAdd", o -> k.multiplyAdd(x, 0, y, 1, o, 2, n));
    rows.put("Kernels.axpy", o -> k.axpy(0.3f, x, 0, o, 1, n));
    rows.put("Kernels.addScaledDifference", o -> k.addScaledDifference(0.3f, x, 0, y, 2, o, 1, n));
    rows.put("Kernels.scale", o -> k.scale(0.3f, x, 0, o, 1, n));
    rows.put("Kernels.exp", o -> k.exp(x, 0, o, 1, n));
    rows.put("Kernels.log", o -> k.log(positive, 0, o, 1, n));
    rows.put("Kernels.sin", o -> k.sin(x, 0, o, 1, n));
    rows.put("Kernels.sin/large", o -> k.sin(angles, 0, o, 1, n));
    rows.put("Kernels.cos", o -> k.cos(x, 0, o, 1, n));
    rows.put("Kernels.cos/large", o -> k.cos(angles, 0, o, 1, n));
    rows.put("Kernels.tanh", o -> k.tanh(x, 0, o, 1, n));
    rows.put("Kernels.sigmoid", o -> k.sigmoid(x, 0, o, 1, n));
    rows.put("Kernels.silu", o -> k.silu(x, 0, o, 1, n));
    rows.put("Kernels.tanhBackward", o -> k.tanhBackward(y, 0, x, 0, o, 1, n));
    rows.put("Kernels.sigmoidBackward", o -> k.sigmoidBackward(y, 0, x, 0, o, 1, n));
    rows.put("Kernels.siluBackward", o -> k.siluBackward(x, 0, y, 0, o, 1, n));
    rows.put("Kernels.swiGlu", o -> k.swiGlu(x, 0, o, 1, 3, n));
    rows.put("Kernels.swiGluBackward", o -> k.swiGluBackward(x, 0, y, 0, o, 1, 3, n));
    rows.put(
        "Kernels.adamW",
        o ->
            k.adamW(
                o, 0, y, 0, o, n, o, 2 * n, n, 0.5f, 0.01f, 0.9f, 0.99f, 1e-8f, 0.1f, 0.3f, 0.2f));
  }

  private void matrices() {
    Kernels k = KernelProvider.kernels();
    float[] x = random("x", 13 * n, -4, 4);
    float[] y = random("y", 13 * n, -1, 1);
    float[] positive = random("p", 13 * n, 1e-3, 9);
    float[] none = new float[0];
    int[] index = {3, 0, 5, 5, 1, 3, 3, 2, 0};
    int[] start = {0, 2, 2, 5, 9};
    int a = 6 * n;
    int b = 7 * n;
    rows.put("Kernels.sum", o -> o[0] = (float) k.sum(x, 1, 12 * n));
    rows.put("Kernels.dot", o -> o[0] = (float) k.dot(x, 1, y, 2, 12 * n));
    rows.put("Kernels.squaredDistance", o -> o[0] = (float) k.squaredDistance(x, 1, y, 2, 12 * n));
    rows.put("Kernels.addRow", o -> k.addRow(x, 0, y, 0, o, 1, 4, n));
    rows.put("Kernels.addColumnSums", o -> k.addColumnSums(x, 0, 4, n, o, 1));
    rows.put(
        "Kernels.layerNorm", o -> k.layerNorm(x, 0, y, 0, y, 0, 1e-5f, o, 0, o, a, o, b, 6, n));
    rows.put(
        "Kernels.layerNorm/plain",
        o -> k.layerNorm(x, 0, none, 0, none, 0, 1e-5f, o, 0, o, a, o, b, 6, n));
    rows.put(
        "Kernels.layerNormBackward",
        o -> k.layerNormBackward(x, 0, y, 3, y, 0, positive, 0, y, 9, o, 0, o, a, o, b, 5, n));
    rows.put(
        "Kernels.layerNormBackward/plain",
        o ->
            k.layerNormBackward(
                x, 0, none, 0, y, 0, positive, 0, y, 9, o, 0, none, 0, none, 0, 5, n));
    rows.put("Kernels.softmaxRows", o -> k.softmaxRows(x, 0, o, 0, 4, n));
    logits("", 4, n, x);
    logits("/short", 13, 7, x);
    logits("/longer", 13, 18, x);
    rows.put("Kernels.softmaxRowsBackward", o -> k.softmaxRowsBackward(y, 0, x, 0, o, 0, 4, n));
    rows.put("Kernels.gatherRows", o -> k.gatherRows(x, 0, n, index, 0, 9, o, 0));
    rows.put("Kernels.scatterAddRows", o -> k.scatterAddRows(x, 0, n, index, 0, 9, o, 0));
    rows.put("Kernels.segmentSum", o -> k.segmentSum(x, 0, n, start, 0, 4, o, 0));
  }

  private void logits(String variant, int count, int columns, float[] x) {
    Kernels k = KernelProvider.kernels();
    float[] none = new float[0];
    int ld = k.paddedColumns(columns);
    float[] bias = random("bias", count * columns, -2, 2);
    float[] mask = random("mask", count * columns, -9, 0);
    rows.put(
        "Kernels.softmaxLogits" + variant,
        o -> {
          for (int r = 0; r < 2 * count; r++) {
            System.arraycopy(x, r % count, o, r * ld, columns);
          }
          k.softmaxLogits(0.3f, o, 0, ld, bias, 0, mask, 0, count, columns);
          k.softmaxLogits(0.7f, o, count * ld, ld, none, 0, none, 0, count, columns);
        });
  }

  private void products() {
    Kernels k = KernelProvider.kernels();
    float[] x = random("x", 13 * Math.max(n, 13), -4, 4);
    float[] y = random("y", 13 * Math.max(n, 13), -1, 1);
    float[] b = new float[k.packedSize(n, 13)];
    k.packB(y, 0, 13, false, n, 13, b, 0);
    float[] wide = new float[k.packedSize(13, n)];
    k.packB(y, 0, n, false, 13, n, wide, 0);
    float[] turned = new float[k.packedSize(13, n)];
    float[] scratch = new float[k.scratchSize()];
    rows.put(
        "Kernels.gemm/long", o -> k.gemm(13, 13, n, x, 0, n, b, 0, o, 0, 13, false, scratch, 0));
    rows.put("Kernels.gemm", o -> k.gemm(13, n, 13, x, 0, 13, wide, 0, o, 0, n, true, scratch, 0));
    rows.put(
        "Kernels.gemmTransposed",
        o -> k.gemmTransposed(13, n, 13, x, 0, 13, y, 0, n, o, 0, n, true, scratch, 0));
    rows.put(
        "Kernels.packB",
        o -> {
          k.packB(y, 0, 13, true, 13, n, turned, 0);
          System.arraycopy(turned, 0, o, 0, Math.min(turned.length, o.length));
        });
  }

  /// Five atoms, twelve edges; all gradients lie in the array of the call.
  private void messages(String variant, int h, int heads, int parts) {
    MessageKernels k = KernelProvider.messageKernels();
    int stride = k.headStride(heads, h);
    MessageBlock b = new MessageBlock();
    b.channels = h;
    b.heads = heads;
    b.parts = parts;
    b.toTarget = 5;
    b.start = new int[] {0, 3, 3, 7, 8, 12};
    b.source = new int[] {1, 2, 4, 0, 1, 3, 4, 2, 0, 1, 2, 3};
    b.target = new int[] {0, 0, 0, 2, 2, 2, 2, 3, 4, 4, 4, 4};
    b.slot = new int[] {3, 0, 8, 3, 1, 11, 7, 5, 8, 2, 4, 6};
    b.outgoingStart = new int[] {0, 2, 5, 8, 10, 12};
    b.outgoing = new int[] {3, 8, 0, 4, 9, 1, 7, 10, 5, 11, 2, 6};
    int atoms = 5;
    int edges = 12;
    b.query = random("query", atoms * h, -1, 1);
    b.key = random("key", atoms * h, -1, 1);
    b.value = random("value", atoms * parts * h, -1, 1);
    b.vectors = random("vectors", 3 * atoms * h, -1, 1);
    b.direction = random("direction", 3 * edges, -1, 1);
    b.radial = random("radial", (1 + parts) * edges * h, -1, 1);
    float[] perHead = random("weight", edges * heads, 0, 1);
    b.weight = new float[edges * stride];
    for (int i = 0; i < b.weight.length; i++) {
      b.weight[i] = perHead[i / stride * heads + i % stride % heads];
    }
    float[] logitGradient = b.weight.clone();
    b.scalarGradient = random("dx", atoms * h, -1, 1);
    b.vectorGradient = random("du", 3 * atoms * h, -1, 1);
    int vectorsAt = atoms * parts * h;
    int directionAt = vectorsAt + 3 * atoms * h;
    int radialAt = directionAt + 3 * edges;
    int weightAt = radialAt + (1 + parts) * edges * h;
    int scalarsAt = weightAt + edges * stride;
    int sumsAt = scalarsAt + atoms * h;
    b.vectorsGradientAt = vectorsAt;
    b.directionGradientAt = directionAt;
    b.radialGradientAt = radialAt;
    message(b, "MessageKernels.logits" + variant, o -> k.logits(b, o, weightAt));
    message(b, "MessageKernels.sumNear" + variant, o -> k.sumNear(b, o, scalarsAt, o, sumsAt));
    message(b, "MessageKernels.addFar" + variant, o -> k.addFar(b, o, sumsAt));
    message(b, "MessageKernels.sumNearBackward" + variant, o -> k.sumNearBackward(b, o, weightAt));
    message(b, "MessageKernels.addFarBackward" + variant, _ -> k.addFarBackward(b));
    message(
        b,
        "MessageKernels.logitsBackward" + variant,
        o -> k.logitsBackward(b, logitGradient, 0, o, scalarsAt, o, sumsAt));
    if (parts == 3) {
      GatedMessageKernels gated = KernelProvider.gatedMessageKernels();
      message(b, "GatedMessageKernels.sum", o -> gated.sum(b, o, scalarsAt, o, sumsAt));
      message(b, "GatedMessageKernels.sumBackward", o -> gated.sumBackward(b, o, weightAt));
    }
    tables(variant, h);
    atoms(variant, h);
  }

  private void message(MessageBlock b, String name, Call call) {
    rows.put(
        name,
        o -> {
          b.valueGradient = o;
          b.vectorsGradient = o;
          b.directionGradient = o;
          b.radialGradient = o;
          call.run(o);
        });
  }

  private void tables(String variant, int h) {
    MessageKernels k = KernelProvider.messageKernels();
    float[] table = random("table", 20 * h, -1, 1);
    float[] taps = random("taps", 6 * 7, -1, 1);
    float[] slopes = random("slopes", n + 3, -9, 9);
    int[] row = {3, 0, 14, 5, 5, 9, 2};
    int[] slot = {2, 5, 0, 1, 6, 4, 3};
    int[] order = {1, 6, 0, 3, 4, 5, 2};
    rows.put(
        "MessageKernels.interpolate" + variant,
        o -> k.interpolate(table, 0, h, row, taps, slot, order, 0, 7, o, 1));
    rows.put(
        "MessageKernels.interpolateBackward" + variant,
        o -> k.interpolateBackward(table, 0, h, row, taps, slot, order, 0, 7, o, 1));
    rows.put("MessageKernels.siluWithSlope", o -> k.siluWithSlope(slopes, 3, o, 1, o, n + 2, n));
  }

  private void atoms(String variant, int h) {
    MessageKernels k = KernelProvider.messageKernels();
    int atoms = 5;
    float[] x = random("x", atoms * h, -1, 1);
    float[] v = random("v", 3 * atoms * h, -1, 1);
    float[] p = random("p", 9 * atoms * h, -1, 1);
    float[] s = random("o", 3 * atoms * h, -1, 1);
    int at = atoms * h;
    int gradientAt = 9 * atoms * h;
    rows.put(
        "MessageKernels.update" + variant,
        o -> k.update(0, atoms, h, x, 0, v, 0, p, 0, s, 0, v, 0, o, 0, o, at));
    rows.put(
        "MessageKernels.updateBackward" + variant,
        o -> k.updateBackward(atoms, h, p, 0, s, 0, x, 0, v, 0, o, 0, o, gradientAt));
  }

  private void clouds() {
    CloudKernels k = KernelProvider.cloudKernels();
    int[] start = {0, 30, 33, 33, 153, 303};
    float[] x = random("points", 303, -4, 4);
    float[] v = random("speeds", 303, -4, 4);
    float[] maps = random("maps", 5 * CloudKernels.COEFFICIENTS, -1, 1);
    double[] sums = new double[5 * CloudKernels.SUMS];
    double[] h = new double[9 * 8];
    for (int i = 0; i < h.length; i++) {
      h[i] = v[i];
    }
    double[] scratch = new double[8 * CloudKernels.ROTATION_SCRATCH];
    cloud("moments", sums, () -> k.moments(x, start, 0, 5, sums, 0));
    cloud("momentsAndMomentum", sums, () -> k.momentsAndMomentum(x, v, start, 0, 5, sums, 0));
    cloud("crossMoments", sums, () -> k.crossMoments(x, v, start, 0, 5, sums, 0));
    rows.put("CloudKernels.transform", o -> k.transform(x, o, start, 0, 5, maps, 0));
    rows.put("CloudKernels.addTransform", o -> k.addTransform(x, v, o, start, 0, 5, maps, 0));
    rows.put("CloudKernels.bestRotations", o -> k.bestRotations(h, o, scratch, 8, 7, 0.02));
  }

  /// A double leaves two floats, what it is and what is left.
  private void cloud(String name, double[] sums, Runnable call) {
    rows.put(
        "CloudKernels." + name,
        o -> {
          call.run();
          for (int i = 0; i < sums.length; i++) {
            o[2 * i] = (float) sums[i];
            o[2 * i + 1] = (float) (sums[i] - o[2 * i]);
          }
        });
  }

  private void attention() {
    AttentionKernels k = KernelProvider.attentionKernels();
    PairBias b = new PairBias();
    b.at = 3;
    List<int[]> classes = new ArrayList<>();
    for (String name : List.of("first", "second", "third")) {
      int[] c = new int[n + 3];
      for (int i = 0; i < c.length; i++) {
        c[i] = RandomKey.of(9).child(name).below(i, 23);
      }
      classes.add(c);
    }
    b.first = classes.get(0);
    b.second = classes.get(1);
    b.third = classes.get(2);
    b.coefficient = random("coefficient", 3 * n + 1, -1, 1);
    b.rhoAt = 1;
    b.sigmaAt = 1 + n;
    b.tauAt = 1 + 2 * n;
    b.table = random("bias table", 28, -1, 1);
    b.tableAt = 5;
    b.sigmaRow = 20;
    b.tauRow = 22;
    float[] dy = random("dy", n + 1, -1, 1);
    rows.put("AttentionKernels.addBias", o -> k.addBias(b, 0.37f, o, 1, n));
    rows.put(
        "AttentionKernels.coefficientBackward",
        o -> k.coefficientBackward(b, dy, 1, o, 1, 1 + n, 1 + 2 * n, n));
    rows.put("AttentionKernels.tableBackward", o -> k.tableBackward(b, dy, 1, o, 5, n));
  }
}
