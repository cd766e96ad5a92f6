package quotient.tensor.kernel;

import java.util.regex.Pattern;

/// Loops of layer norm that {@link FunctionWriter} writes.
///
/// They are too long for calls: once a compilation has 18,000 nodes, the second compiler inlines only
/// the Vector API, and a vector given to any other method, be it a b + c or the sum of its lanes,
/// travels through the heap (seen on JDK 25). Four rows at once, or masked loads for the rest of two,
/// would take it seconds in `backwardOfTwoRows`.
final class NormText {
  private static final Pattern FOLD = Pattern.compile(" {4}FOLD (\\w+)\n");

  private static final String METHODS =
      """
        static void mean(float[] x, int xo, float[] mean, int mo, int n) {
          FloatVector a = FloatVector.zero(F);
          int bound = F.loopBound(n);
          for (int i = 0; i < bound; i += L) {
            a = FloatVector.fromArray(F, x, xo + i).add(a);
          }
          if (bound < n) {
            VectorMask<Float> rest = first(n - bound);
            a = FloatVector.fromArray(F, x, xo + bound, rest).add(a);
          }
          FOLD a
          mean[mo] = a.lane(0) / n;
        }

        static void fourMeans(float[] x, int xo, float[] mean, int mo, int n) {
          FloatVector a = FloatVector.zero(F);
          FloatVector b = FloatVector.zero(F);
          FloatVector c = FloatVector.zero(F);
          FloatVector d = FloatVector.zero(F);
          int x1 = xo + n;
          int x2 = x1 + n;
          int x3 = x2 + n;
          int bound = F.loopBound(n);
          for (int i = 0; i < bound; i += L) {
            a = FloatVector.fromArray(F, x, xo + i).add(a);
            b = FloatVector.fromArray(F, x, x1 + i).add(b);
            c = FloatVector.fromArray(F, x, x2 + i).add(c);
            d = FloatVector.fromArray(F, x, x3 + i).add(d);
          }
          if (bound < n) {
            VectorMask<Float> rest = first(n - bound);
            a = FloatVector.fromArray(F, x, xo + bound, rest).add(a);
            b = FloatVector.fromArray(F, x, x1 + bound, rest).add(b);
            c = FloatVector.fromArray(F, x, x2 + bound, rest).add(c);
            d = FloatVector.fromArray(F, x, x3 + bound, rest).add(d);
          }
          FOLD a
          FOLD b
          FOLD c
          FOLD d
          mean[mo] = a.lane(0) / n;
          mean[mo + 1] = b.lane(0) / n;
          mean[mo + 2] = c.lane(0) / n;
          mean[mo + 3] = d.lane(0) / n;
        }

        static void deviation(
            float[] x, int xo, float epsilon, float[] mean, int mo, float[] rstd, int ro, int n) {
          FloatVector a = FloatVector.zero(F);
          FloatVector m0 = FloatVector.broadcast(F, mean[mo]);
          int bound = F.loopBound(n);
          for (int i = 0; i < bound; i += L) {
            FloatVector u0 = FloatVector.fromArray(F, x, xo + i).sub(m0);
            a = fma(u0, u0, a);
          }
          if (bound < n) {
            VectorMask<Float> rest = first(n - bound);
            FloatVector u0 = m0.blend(FloatVector.fromArray(F, x, xo + bound, rest), rest).sub(m0);
            a = fma(u0, u0, a);
          }
          FOLD a
          rstd[ro] = VectorLayerNorm.reciprocalDeviation(a.lane(0), n, epsilon);
        }

        static void fourDeviations(
            float[] x, int xo, float epsilon, float[] mean, int mo, float[] rstd, int ro, int n) {
          FloatVector a = FloatVector.zero(F);
          FloatVector b = FloatVector.zero(F);
          FloatVector c = FloatVector.zero(F);
          FloatVector d = FloatVector.zero(F);
          FloatVector m0 = FloatVector.broadcast(F, mean[mo]);
          FloatVector m1 = FloatVector.broadcast(F, mean[mo + 1]);
          FloatVector m2 = FloatVector.broadcast(F, mean[mo + 2]);
          FloatVector m3 = FloatVector.broadcast(F, mean[mo + 3]);
          int x1 = xo + n;
          int x2 = x1 + n;
          int x3 = x2 + n;
          int bound = F.loopBound(n);
          for (int i = 0; i < bound; i += L) {
            FloatVector u0 = FloatVector.fromArray(F, x, xo + i).sub(m0);
            FloatVector u1 = FloatVector.fromArray(F, x, x1 + i).sub(m1);
            FloatVector u2 = FloatVector.fromArray(F, x, x2 + i).sub(m2);
            FloatVector u3 = FloatVector.fromArray(F, x, x3 + i).sub(m3);
            a = fma(u0, u0, a);
            b = fma(u1, u1, b);
            c = fma(u2, u2, c);
            d = fma(u3, u3, d);
          }
          if (bound < n) {
            VectorMask<Float> rest = first(n - bound);
            FloatVector u0 = m0.blend(FloatVector.fromArray(F, x, xo + bound, rest), rest).sub(m0);
            FloatVector u1 = m1.blend(FloatVector.fromArray(F, x, x1 + bound, rest), rest).sub(m1);
            FloatVector u2 = m2.blend(FloatVector.fromArray(F, x, x2 + bound, rest), rest).sub(m2);
            FloatVector u3 = m3.blend(FloatVector.fromArray(F, x, x3 + bound, rest), rest).sub(m3);
            a = fma(u0, u0, a);
            b = fma(u1, u1, b);
            c = fma(u2, u2, c);
            d = fma(u3, u3, d);
          }
          FOLD a
          FOLD b
          FOLD c
          FOLD d
          rstd[ro] = VectorLayerNorm.reciprocalDeviation(a.lane(0), n, epsilon);
          rstd[ro + 1] = VectorLayerNorm.reciprocalDeviation(b.lane(0), n, epsilon);
          rstd[ro + 2] = VectorLayerNorm.reciprocalDeviation(c.lane(0), n, epsilon);
          rstd[ro + 3] = VectorLayerNorm.reciprocalDeviation(d.lane(0), n, epsilon);
        }

        /// dx + rstd (g - a - q z).
        static void addInputGradient(
            float[] x,
            int xo,
            float[] gain,
            int go,
            float mean,
            float rstd,
            float[] dy,
            int dyo,
            float[] dx,
            int dxo,
            int n) {
          FloatVector sum = FloatVector.zero(F);
          FloatVector product = FloatVector.zero(F);
          int bound = F.loopBound(n);
          for (int i = 0; i < bound; i += L) {
            FloatVector w = FloatVector.fromArray(F, gain, go + i);
            FloatVector g = FloatVector.fromArray(F, dy, dyo + i).mul(w);
            FloatVector z = FloatVector.fromArray(F, x, xo + i).sub(mean);
            sum = g.add(sum);
            product = fma(g, z, product);
          }
          if (bound < n) {
            VectorMask<Float> rest = first(n - bound);
            FloatVector w = FloatVector.fromArray(F, gain, go + bound, rest);
            FloatVector g = FloatVector.fromArray(F, dy, dyo + bound, rest).mul(w);
            FloatVector z = FloatVector.fromArray(F, x, xo + bound, rest).sub(mean);
            sum = g.add(sum);
            product = fma(g, z, product);
          }
          FOLD sum
          FOLD product
          float a = sum.lane(0) / n;
          float slope = VectorLayerNormGradient.slope(rstd, product.lane(0), n);
          FloatVector q = FloatVector.broadcast(F, slope);
          FloatVector s = FloatVector.broadcast(F, rstd);
          for (int i = 0; i < bound; i += L) {
            FloatVector w = FloatVector.fromArray(F, gain, go + i);
            FloatVector g = FloatVector.fromArray(F, dy, dyo + i).mul(w);
            FloatVector z = FloatVector.fromArray(F, x, xo + i).sub(mean);
            FloatVector c = g.sub(a);
            FloatVector e = fma(z, q, c);
            FloatVector old = FloatVector.fromArray(F, dx, dxo + i);
            e = fma(e, s, old);
            e.intoArray(dx, dxo + i);
          }
          if (bound < n) {
            VectorMask<Float> rest = first(n - bound);
            FloatVector w = FloatVector.fromArray(F, gain, go + bound, rest);
            FloatVector g = FloatVector.fromArray(F, dy, dyo + bound, rest).mul(w);
            FloatVector z = FloatVector.fromArray(F, x, xo + bound, rest).sub(mean);
            FloatVector c = g.sub(a);
            FloatVector e = fma(z, q, c);
            FloatVector old = FloatVector.fromArray(F, dx, dxo + bound, rest);
            e = fma(e, s, old);
            e.intoArray(dx, dxo + bound, rest);
          }
        }

        /// dx + rstd (g - a - q z) without gain.
        static void addInputGradient(
            float[] x, int xo, float mean, float rstd, float[] dy, int dyo, float[] dx, int dxo, int n) {
          FloatVector sum = FloatVector.zero(F);
          FloatVector product = FloatVector.zero(F);
          int bound = F.loopBound(n);
          for (int i = 0; i < bound; i += L) {
            FloatVector g = FloatVector.fromArray(F, dy, dyo + i);
            FloatVector z = FloatVector.fromArray(F, x, xo + i).sub(mean);
            sum = g.add(sum);
            product = fma(g, z, product);
          }
          if (bound < n) {
            VectorMask<Float> rest = first(n - bound);
            FloatVector g = FloatVector.fromArray(F, dy, dyo + bound, rest);
            FloatVector z = FloatVector.fromArray(F, x, xo + bound, rest).sub(mean);
            sum = g.add(sum);
            product = fma(g, z, product);
          }
          FOLD sum
          FOLD product
          float a = sum.lane(0) / n;
          float slope = VectorLayerNormGradient.slope(rstd, product.lane(0), n);
          FloatVector q = FloatVector.broadcast(F, slope);
          FloatVector s = FloatVector.broadcast(F, rstd);
          for (int i = 0; i < bound; i += L) {
            FloatVector g = FloatVector.fromArray(F, dy, dyo + i);
            FloatVector z = FloatVector.fromArray(F, x, xo + i).sub(mean);
            FloatVector c = g.sub(a);
            FloatVector e = fma(z, q, c);
            FloatVector old = FloatVector.fromArray(F, dx, dxo + i);
            e = fma(e, s, old);
            e.intoArray(dx, dxo + i);
          }
          if (bound < n) {
            VectorMask<Float> rest = first(n - bound);
            FloatVector g = FloatVector.fromArray(F, dy, dyo + bound, rest);
            FloatVector z = FloatVector.fromArray(F, x, xo + bound, rest).sub(mean);
            FloatVector c = g.sub(a);
            FloatVector e = fma(z, q, c);
            FloatVector old = FloatVector.fromArray(F, dx, dxo + bound, rest);
            e = fma(e, s, old);
            e.intoArray(dx, dxo + bound, rest);
          }
        }

        /// Two rows of whole vectors, with gain and all gradients.
        static void backwardOfTwoRows(
            float[] x,
            int xo,
            float[] gain,
            int go,
            float[] mean,
            int mo,
            float[] rstd,
            int ro,
            float[] dy,
            int dyo,
            float[] dx,
            int dxo,
            float[] dgain,
            int dgo,
            float[] dbias,
            int dbo,
            int n) {
          FloatVector m0 = FloatVector.broadcast(F, mean[mo]);
          FloatVector m1 = FloatVector.broadcast(F, mean[mo + 1]);
          FloatVector sum0 = FloatVector.zero(F);
          FloatVector product0 = FloatVector.zero(F);
          FloatVector sum1 = FloatVector.zero(F);
          FloatVector product1 = FloatVector.zero(F);
          int x1 = xo + n;
          int dy1 = dyo + n;
          int dx1 = dxo + n;
          for (int i = 0; i < n; i += L) {
            FloatVector w = FloatVector.fromArray(F, gain, go + i);
            FloatVector g0 = FloatVector.fromArray(F, dy, dyo + i).mul(w);
            FloatVector g1 = FloatVector.fromArray(F, dy, dy1 + i).mul(w);
            FloatVector z0 = FloatVector.fromArray(F, x, xo + i).sub(m0);
            FloatVector z1 = FloatVector.fromArray(F, x, x1 + i).sub(m1);
            sum0 = g0.add(sum0);
            sum1 = g1.add(sum1);
            product0 = fma(g0, z0, product0);
            product1 = fma(g1, z1, product1);
          }
          FOLD sum0
          FOLD sum1
          FOLD product0
          FOLD product1
          FloatVector s0 = FloatVector.broadcast(F, rstd[ro]);
          FloatVector a0 = FloatVector.broadcast(F, sum0.lane(0) / n);
          float slope0 = VectorLayerNormGradient.slope(rstd[ro], product0.lane(0), n);
          FloatVector q0 = FloatVector.broadcast(F, slope0);
          FloatVector s1 = FloatVector.broadcast(F, rstd[ro + 1]);
          FloatVector a1 = FloatVector.broadcast(F, sum1.lane(0) / n);
          float slope1 = VectorLayerNormGradient.slope(rstd[ro + 1], product1.lane(0), n);
          FloatVector q1 = FloatVector.broadcast(F, slope1);
          for (int i = 0; i < n; i += L) {
            FloatVector w = FloatVector.fromArray(F, gain, go + i);
            FloatVector dw = FloatVector.fromArray(F, dgain, dgo + i);
            FloatVector db = FloatVector.fromArray(F, dbias, dbo + i);
            FloatVector d0 = FloatVector.fromArray(F, dy, dyo + i);
            FloatVector z0 = FloatVector.fromArray(F, x, xo + i).sub(m0);
            FloatVector old0 = FloatVector.fromArray(F, dx, dxo + i);
            FloatVector c0 = d0.mul(w).sub(a0);
            FloatVector e0 = fma(z0, q0, c0);
            e0 = fma(e0, s0, old0);
            e0.intoArray(dx, dxo + i);
            FloatVector normal0 = z0.mul(s0);
            dw = fma(normal0, d0, dw);
            db = d0.add(db);
            FloatVector d1 = FloatVector.fromArray(F, dy, dy1 + i);
            FloatVector z1 = FloatVector.fromArray(F, x, x1 + i).sub(m1);
            FloatVector old1 = FloatVector.fromArray(F, dx, dx1 + i);
            FloatVector c1 = d1.mul(w).sub(a1);
            FloatVector e1 = fma(z1, q1, c1);
            e1 = fma(e1, s1, old1);
            e1.intoArray(dx, dx1 + i);
            FloatVector normal1 = z1.mul(s1);
            dw = fma(normal1, d1, dw);
            db = d1.add(db);
            dw.intoArray(dgain, dgo + i);
            db.intoArray(dbias, dbo + i);
          }
        }
      """;

  private NormText() {}

  /// The methods, with `FOLD v` written out: lane 0 of v becomes the sum of its lanes.
  static String methods() {
    return FOLD.matcher(METHODS).replaceAll(m -> FunctionText.fold(m.group(1)).indent(4));
  }
}
