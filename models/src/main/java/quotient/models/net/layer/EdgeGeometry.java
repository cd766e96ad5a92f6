package quotient.models.net.layer;

import java.util.Arrays;
import quotient.autodiff.Node;
import quotient.autodiff.Parameter;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.models.graph.EdgeList;
import quotient.tensor.FloatTensor;
import quotient.tensor.ShapeException;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// Edge features of ET-Flow from positions, with gradients to positions and radial parameters.
///
///     r = x_j - x_i                        source minus target, Å
///     s = |r|^2                            squared, where the paper says distance
///     n = r / max(s, 0.01)                 so |n| = 1 / |r|
///     C = (cos(pi s / cutoff) + 1) / 2     for s < cutoff, else 0
///     e_k = C exp(-beta_k (exp(-5 s / cutoff) - mu_k)^2)
///
/// The squares are a slip of the released code that all its weights have learnt to live with.
/// Geometry in double, features in float. Below |r| = 0.1 the clamp's gradient is zero.
/// Source: Hassan et al. 2024, as released; Thölke & De Fabritiis 2022 for the radial functions.
public final class EdgeGeometry {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final double MIN_SQUARED = 0.01;

  /// Below this a radial function counts as zero: it keeps denormal numbers out of products.
  private static final float NEGLIGIBLE = 1e-30f;

  private EdgeGeometry() {}

  /// Fills the features of the graph's edges.
  ///
  /// @param positions `[N, 3]`, centred per molecule
  /// @param means mu, `[K]`
  /// @param betas `[K]`
  /// @param cutoff where C and the radial functions end
  public static void apply(
      Tape tape,
      Var positions,
      Parameter means,
      Parameter betas,
      double cutoff,
      EdgeFeatures features) {
    if (positions.rows() != features.graph().atoms() || positions.columns() != 3) {
      throw new ShapeException(
          "edge geometry: expected positions ["
              + features.graph().atoms()
              + ", 3], found "
              + positions.shape());
    }
    features.begin();
    EdgeList near = features.graph().near();
    EdgeList far = features.graph().far();
    int k = means.shape().size();
    boolean moving = positions.needsGradient();
    Var radial = tape.output(near.count(), k, true);
    Var cut = tape.output(near.count(), 1, moving);
    Var direction = tape.output(near.count(), 3, moving);
    Var farDirection = tape.output(far.count(), 3, moving);
    Row row = new Row(means.value(), betas.value(), cutoff);
    FloatTensor x = positions.value();
    for (int e = 0; e < near.count(); e++) {
      row.measure(x, near.source()[e], near.target()[e]);
      row.writeDirection(direction.value(), e);
      cut.value().set(e, (float) row.cut);
      row.writeRadial(radial.value(), e);
    }
    for (int e = 0; e < far.count(); e++) {
      row.measure(x, far.source()[e], far.target()[e]);
      row.writeDirection(farDirection.value(), e);
    }
    if (radial.needsGradient()) {
      tape.node(Geometry.class, Geometry::new)
          .set(positions, means, betas, cutoff, features, radial, cut, direction, farDirection);
    }
    features.set(radial, cut, direction, farDirection);
  }

  /// Everything about one edge; reused for the next.
  private static final class Row {
    private final FloatTensor means;
    private final FloatTensor betas;
    private final double cutoff;
    private final float[] shape;
    private double rx;
    private double ry;
    private double rz;
    private double squared;
    private double cut;
    private double decay;

    Row(FloatTensor means, FloatTensor betas, double cutoff) {
      this.means = means;
      this.betas = betas;
      this.cutoff = cutoff;
      this.shape = new float[means.size()];
    }

    void measure(FloatTensor x, int source, int target) {
      float[] d = x.data();
      int j = x.offset() + 3 * source;
      int i = x.offset() + 3 * target;
      rx = (double) d[j] - d[i];
      ry = (double) d[j + 1] - d[i + 1];
      rz = (double) d[j + 2] - d[i + 2];
      squared = rx * rx + ry * ry + rz * rz;
    }

    void writeDirection(FloatTensor out, int e) {
      double inverse = 1 / Math.max(squared, MIN_SQUARED);
      int at = out.offset() + 3 * e;
      out.data()[at] = (float) (rx * inverse);
      out.data()[at + 1] = (float) (ry * inverse);
      out.data()[at + 2] = (float) (rz * inverse);
      cut = squared < cutoff ? (StrictMath.cos(Math.PI * squared / cutoff) + 1) / 2 : 0;
    }

    /// shape_k = exp(-beta_k (u - mu_k)^2), u = exp(-5 s / cutoff).
    void computeShape() {
      decay = StrictMath.exp(-5 / cutoff * squared);
      for (int k = 0; k < shape.length; k++) {
        double d = decay - means.data()[means.offset() + k];
        shape[k] = (float) (-betas.data()[betas.offset() + k] * d * d);
      }
      KERNELS.exp(shape, 0, shape, 0, shape.length);
      for (int k = 0; k < shape.length; k++) {
        shape[k] = shape[k] < NEGLIGIBLE ? 0 : shape[k];
      }
    }

    void writeRadial(FloatTensor out, int e) {
      int at = out.offset() + e * shape.length;
      if (cut == 0) {
        Arrays.fill(out.data(), at, at + shape.length, 0f);
        return;
      }
      computeShape();
      KERNELS.scale((float) cut, shape, 0, out.data(), at, shape.length);
    }
  }

  private static final class Geometry implements Node {
    private Var positions = Var.none();
    private Parameter means = Parameter.none();
    private Parameter betas = Parameter.none();
    private double cutoff;
    private EdgeList near = EdgeList.NONE;
    private EdgeList far = EdgeList.NONE;
    private Var radial = Var.none();
    private Var cut = Var.none();
    private Var direction = Var.none();
    private Var farDirection = Var.none();
    private double[] meanSums = new double[0];
    private double[] betaSums = new double[0];

    void set(
        Var newPositions,
        Parameter newMeans,
        Parameter newBetas,
        double newCutoff,
        EdgeFeatures features,
        Var newRadial,
        Var newCut,
        Var newDirection,
        Var newFarDirection) {
      positions = newPositions;
      means = newMeans;
      betas = newBetas;
      cutoff = newCutoff;
      near = features.graph().near();
      far = features.graph().far();
      radial = newRadial;
      cut = newCut;
      direction = newDirection;
      farDirection = newFarDirection;
    }

    @Override
    public void backward(Tape tape) {
      Row row = new Row(means.value(), betas.value(), cutoff);
      int k = row.shape.length;
      meanSums = cleared(meanSums, k);
      betaSums = cleared(betaSums, k);
      FloatTensor x = positions.value();
      boolean moving = positions.needsGradient();
      FloatTensor dRadial = tape.gradient(radial);
      for (int e = 0; e < near.count(); e++) {
        row.measure(x, near.source()[e], near.target()[e]);
        row.cut = cut.value().get(e);
        double dSquared = 0;
        if (row.cut != 0) {
          double dCut = moving && tape.hasGradient(cut) ? tape.gradient(cut).get(e) : 0;
          dSquared = radialBackward(row, dRadial.data(), dRadial.offset() + e * k, dCut);
        }
        if (moving) {
          move(tape, row, near, e, direction, dSquared);
        }
      }
      for (int e = 0; moving && e < far.count(); e++) {
        row.measure(x, far.source()[e], far.target()[e]);
        move(tape, row, far, e, farDirection, 0);
      }
      add(meanSums, tape.gradientOf(means));
      add(betaSums, tape.gradientOf(betas));
    }

    /// Adds to the sums of mu and beta, returns the gradient of s.
    private double radialBackward(Row row, float[] d, int at, double dCutDirect) {
      row.computeShape();
      double dDecay = 0;
      double dCut = dCutDirect;
      for (int k = 0; k < row.shape.length; k++) {
        double difference = row.decay - row.means.data()[row.means.offset() + k];
        double slope = 2 * row.betas.data()[row.betas.offset() + k] * difference;
        double g = (double) d[at + k] * row.shape[k];
        dCut += g;
        g *= row.cut;
        meanSums[k] += g * slope;
        betaSums[k] -= g * difference * difference;
        dDecay -= g * slope;
      }
      double rate = Math.PI / cutoff;
      return -dDecay * 5 / cutoff * row.decay
          - dCut * StrictMath.sin(rate * row.squared) * rate / 2;
    }

    private void move(Tape tape, Row row, EdgeList edges, int e, Var n, double dSquared) {
      double dx = 0;
      double dy = 0;
      double dz = 0;
      double ds = dSquared;
      if (tape.hasGradient(n)) {
        FloatTensor d = tape.gradient(n);
        double inverse = 1 / Math.max(row.squared, MIN_SQUARED);
        dx = d.get(3 * e) * inverse;
        dy = d.get(3 * e + 1) * inverse;
        dz = d.get(3 * e + 2) * inverse;
        if (row.squared > MIN_SQUARED) {
          ds -= (dx * row.rx + dy * row.ry + dz * row.rz) * inverse;
        }
      }
      dx += 2 * ds * row.rx;
      dy += 2 * ds * row.ry;
      dz += 2 * ds * row.rz;
      FloatTensor out = tape.gradient(positions);
      int j = out.offset() + 3 * edges.source()[e];
      int i = out.offset() + 3 * edges.target()[e];
      out.data()[j] += (float) dx;
      out.data()[j + 1] += (float) dy;
      out.data()[j + 2] += (float) dz;
      out.data()[i] -= (float) dx;
      out.data()[i + 1] -= (float) dy;
      out.data()[i + 2] -= (float) dz;
    }

    private static double[] cleared(double[] sums, int length) {
      double[] place = sums.length == length ? sums : new double[length];
      Arrays.fill(place, 0);
      return place;
    }

    private static void add(double[] sums, FloatTensor out) {
      for (int k = 0; k < sums.length; k++) {
        out.data()[out.offset() + k] += (float) sums[k];
      }
    }
  }
}
