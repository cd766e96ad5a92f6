package quotient.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Twelve independent chains of multiply-adds: two pipes of four cycles each need eight.
final class VectorPeak {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int CHAINS = 12;
  private static final float[] START = new float[CHAINS * F.length()];

  private VectorPeak() {}

  static long operations(int steps) {
    return 2L * CHAINS * F.length() * steps;
  }

  static float run(int steps) {
    return Lanes.FMA ? fused(steps, START) : separate(steps, START);
  }

  private static float fused(int steps, float[] start) {
    FloatVector a = FloatVector.broadcast(F, 0.999f);
    FloatVector b = FloatVector.broadcast(F, 0.001f);
    FloatVector c0 = at(start, 0);
    FloatVector c1 = at(start, 1);
    FloatVector c2 = at(start, 2);
    FloatVector c3 = at(start, 3);
    FloatVector c4 = at(start, 4);
    FloatVector c5 = at(start, 5);
    FloatVector c6 = at(start, 6);
    FloatVector c7 = at(start, 7);
    FloatVector c8 = at(start, 8);
    FloatVector c9 = at(start, 9);
    FloatVector c10 = at(start, 10);
    FloatVector c11 = at(start, 11);
    for (int i = 0; i < steps; i++) {
      c0 = c0.fma(a, b);
      c1 = c1.fma(a, b);
      c2 = c2.fma(a, b);
      c3 = c3.fma(a, b);
      c4 = c4.fma(a, b);
      c5 = c5.fma(a, b);
      c6 = c6.fma(a, b);
      c7 = c7.fma(a, b);
      c8 = c8.fma(a, b);
      c9 = c9.fma(a, b);
      c10 = c10.fma(a, b);
      c11 = c11.fma(a, b);
    }
    FloatVector even = c0.add(c2).add(c4).add(c6).add(c8).add(c10);
    FloatVector odd = c1.add(c3).add(c5).add(c7).add(c9).add(c11);
    return even.add(odd).lane(0);
  }

  private static float separate(int steps, float[] start) {
    FloatVector a = FloatVector.broadcast(F, 0.999f);
    FloatVector b = FloatVector.broadcast(F, 0.001f);
    FloatVector c0 = at(start, 0);
    FloatVector c1 = at(start, 1);
    FloatVector c2 = at(start, 2);
    FloatVector c3 = at(start, 3);
    FloatVector c4 = at(start, 4);
    FloatVector c5 = at(start, 5);
    FloatVector c6 = at(start, 6);
    FloatVector c7 = at(start, 7);
    FloatVector c8 = at(start, 8);
    FloatVector c9 = at(start, 9);
    FloatVector c10 = at(start, 10);
    FloatVector c11 = at(start, 11);
    for (int i = 0; i < steps; i++) {
      c0 = c0.mul(a).add(b);
      c1 = c1.mul(a).add(b);
      c2 = c2.mul(a).add(b);
      c3 = c3.mul(a).add(b);
      c4 = c4.mul(a).add(b);
      c5 = c5.mul(a).add(b);
      c6 = c6.mul(a).add(b);
      c7 = c7.mul(a).add(b);
      c8 = c8.mul(a).add(b);
      c9 = c9.mul(a).add(b);
      c10 = c10.mul(a).add(b);
      c11 = c11.mul(a).add(b);
    }
    FloatVector even = c0.add(c2).add(c4).add(c6).add(c8).add(c10);
    FloatVector odd = c1.add(c3).add(c5).add(c7).add(c9).add(c11);
    return even.add(odd).lane(0);
  }

  private static FloatVector at(float[] start, int chain) {
    return FloatVector.fromArray(F, start, chain * F.length());
  }
}
