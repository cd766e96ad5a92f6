package quotient.models.net.layer;

import java.util.Arrays;
import quotient.autodiff.Node;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// ET-Flow's radial functions on a grid of squared distances, from which {@link RadialTable}s are
/// made.
///
///     C(s) = (cos(pi s / cutoff) + 1) / 2          u(s) = exp(-5 s / cutoff)
///     e_k(s) = C(s) exp(-beta_k (u(s) - mu_k)^2)
///     z(s) = a (1 - u(s)) + b s / cutoff           nodes at whole z
///
/// Whatever a network computes from the radial functions of an edge alone is a smooth function of one
/// number; it is computed at the nodes and interpolated between them by polynomials of degree 5
/// through the six nearest. There are, if nothing else is asked for, eight nodes to the width
/// 1 / sqrt(2 beta) of the narrowest radial function, which leaves an error below 3e-7 of its height. The grid follows the parameters.
/// *Thread-safe* as long as nobody updates them.
///
/// Source: Thölke & De Fabritiis 2022 (radial functions); Hassan et al. 2024, as released.
public final class RadialGrid {
  /// Nodes that make one value.
  static final int TAPS = 6;

  private static final Kernels KERNELS = KernelProvider.kernels();

  /// Enough for parity with a network that computes every edge by itself.
  private static final double NODES_PER_WIDTH = 8;

  private static final double NODES_ALONG_CUTOFF = 30;

  /// Nodes below z = 0.
  private static final int BEFORE = TAPS / 2 - 1;

  /// Below this a radial function counts as zero: it keeps denormal numbers out of products.
  private static final float NEGLIGIBLE = 1e-30f;

  private final ParameterSet parameters;
  private final Parameter means;
  private final Parameter betas;
  private final double cutoff;
  private final double nodesPerWidth;
  private volatile Nodes nodes = new Nodes(-1, 0, new double[0], new float[0]);

  /// The grid at one version of the parameters.
  ///
  /// @param a nodes along u
  /// @param squared s at each node
  /// @param features e_k at each node, `[nodes, K]`
  record Nodes(long version, double a, double[] squared, float[] features) {
    int count() {
      return squared.length;
    }

    /// Rows of a table for one kind of edge: that of vanishing radial functions, then the nodes.
    int rows() {
      return squared.length + 1;
    }
  }

  /// @param means mu, `[K]`
  /// @param betas `[K]`
  /// @param cutoff where C and the radial functions end, Å²
  public RadialGrid(ParameterSet parameters, Parameter means, Parameter betas, double cutoff) {
    this(parameters, means, betas, cutoff, NODES_PER_WIDTH);
  }

  /// As above, on a grid of another density: for networks that are defined by their tables.
  ///
  /// @param nodesPerWidth nodes to the width of the narrowest radial function; the interpolation's
  ///     error falls with the sixth power, from 3e-7 of the function's height at 8
  public RadialGrid(
      ParameterSet parameters,
      Parameter means,
      Parameter betas,
      double cutoff,
      double nodesPerWidth) {
    this.parameters = parameters;
    this.means = means;
    this.betas = betas;
    this.cutoff = cutoff;
    this.nodesPerWidth = nodesPerWidth;
  }

  /// K.
  int functions() {
    return means.shape().size();
  }

  /// C(s).
  double cutoff(double squared) {
    return squared < cutoff ? (StrictMath.cos(Math.PI * squared / cutoff) + 1) / 2 : 0;
  }

  /// dC / ds.
  double cutoffSlope(double squared) {
    double rate = Math.PI / cutoff;
    return squared < cutoff ? -StrictMath.sin(rate * squared) * rate / 2 : 0;
  }

  /// The nodes for the present parameters.
  Nodes nodes() {
    Nodes known = nodes;
    if (known.version == parameters.version()) {
      return known;
    }
    synchronized (this) {
      if (nodes.version != parameters.version()) {
        nodes = spread();
      }
      return nodes;
    }
  }

  private Nodes spread() {
    long version = parameters.version();
    double steepest = 1;
    for (int k = 0; k < functions(); k++) {
      steepest = Math.max(steepest, Math.abs(betas.value().get(k)));
    }
    double a = nodesPerWidth * Math.sqrt(2 * steepest);
    int last = (int) Math.floor(place(a, cutoff)) + TAPS - BEFORE - 1;
    double[] squared = new double[last + BEFORE + 1];
    float[] features = new float[squared.length * functions()];
    double s = inverse(a, -BEFORE, -1);
    for (int n = 0; n < squared.length; n++) {
      s = inverse(a, n - BEFORE, s);
      squared[n] = s;
      double cut = (StrictMath.cos(Math.PI * s / cutoff) + 1) / 2;
      int at = n * functions();
      shape(StrictMath.exp(-5 / cutoff * s), features, at);
      KERNELS.scale((float) cut, features, at, features, at, functions());
    }
    return new Nodes(version, a, squared, features);
  }

  /// z(s).
  private double place(double a, double squared) {
    double u = StrictMath.exp(-5 / cutoff * squared);
    return a * (1 - u) + NODES_ALONG_CUTOFF * squared / cutoff;
  }

  private double slope(double a, double u) {
    return a * 5 / cutoff * u + NODES_ALONG_CUTOFF / cutoff;
  }

  /// The s with z(s) = z, from a smaller one: z is concave, so Newton's steps never pass the root.
  private double inverse(double a, double z, double from) {
    double s = from;
    for (int i = 0; i < 40; i++) {
      double step = (z - place(a, s)) / slope(a, StrictMath.exp(-5 / cutoff * s));
      s += step;
      if (Math.abs(step) < 1e-14 * cutoff) {
        break;
      }
    }
    return s;
  }

  /// exp(-beta_k (u - mu_k)^2) for all k.
  private void shape(double u, float[] out, int at) {
    int count = functions();
    for (int k = 0; k < count; k++) {
      double d = u - means.value().get(k);
      out[at + k] = (float) (-betas.value().get(k) * d * d);
    }
    KERNELS.exp(out, at, out, at, count);
    for (int k = at; k < at + count; k++) {
      out[k] = out[k] < NEGLIGIBLE ? 0 : out[k];
    }
  }

  /// Where to read a table for the squared distance s: the weights of six successive rows.
  ///
  /// @param taps receives the six weights
  /// @return the first row, within the rows of a kind
  int locate(Nodes at, double squared, float[] taps, int tapsAt) {
    if (squared >= cutoff) {
      Arrays.fill(taps, tapsAt, tapsAt + TAPS, 0f);
      taps[tapsAt] = 1;
      return 0;
    }
    double z = place(at.a, squared);
    int cell = (int) Math.floor(z);
    double t = z - cell + BEFORE;
    for (int k = 0; k < TAPS; k++) {
      double weight = 1;
      for (int m = 0; m < TAPS; m++) {
        weight *= m == k ? 1 : (t - m) / (k - m);
      }
      taps[tapsAt + k] = (float) weight;
    }
    return 1 + cell;
  }

  /// The derivatives of the six weights of {@link #locate} by s.
  void tapSlopes(Nodes at, double squared, double[] slopes) {
    Arrays.fill(slopes, 0);
    if (squared >= cutoff) {
      return;
    }
    double z = place(at.a, squared);
    double t = z - Math.floor(z) + BEFORE;
    double dz = slope(at.a, StrictMath.exp(-5 / cutoff * squared));
    for (int k = 0; k < TAPS; k++) {
      for (int left = 0; left < TAPS; left++) {
        double term = left == k ? 0 : dz / (k - left);
        for (int m = 0; m < TAPS; m++) {
          term *= m == k || m == left ? 1 : (t - m) / (k - m);
        }
        slopes[k] += term;
      }
    }
  }

  /// The features of the nodes as a value, `[nodes, K]`, with gradients to mu and beta.
  Var features(Tape tape) {
    Nodes now = nodes();
    Var y = tape.output(now.count(), functions(), true);
    FloatTensor v = y.value();
    System.arraycopy(now.features, 0, v.data(), v.offset(), now.features.length);
    if (y.needsGradient()) {
      tape.node(Features.class, () -> new Features(this, now)).set(this, now, y);
    }
    return y;
  }

  private static final class Features implements Node {
    private RadialGrid grid;
    private Nodes nodes;
    private Var y = Var.none();
    private double[] meanSums = new double[0];
    private double[] betaSums = new double[0];

    Features(RadialGrid grid, Nodes nodes) {
      this.grid = grid;
      this.nodes = nodes;
    }

    void set(RadialGrid newGrid, Nodes newNodes, Var newY) {
      grid = newGrid;
      nodes = newNodes;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dy = tape.gradient(y);
      int functions = grid.functions();
      meanSums = cleared(meanSums, functions);
      betaSums = cleared(betaSums, functions);
      for (int n = 0; n < nodes.count(); n++) {
        double u = StrictMath.exp(-5 / grid.cutoff * nodes.squared[n]);
        for (int k = 0; k < functions; k++) {
          int at = n * functions + k;
          double g = (double) dy.data()[dy.offset() + at] * nodes.features[at];
          double d = u - grid.means.value().get(k);
          meanSums[k] += g * 2 * grid.betas.value().get(k) * d;
          betaSums[k] -= g * d * d;
        }
      }
      add(meanSums, tape.gradientOf(grid.means));
      add(betaSums, tape.gradientOf(grid.betas));
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
