package quotient.models.net.layer;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.models.graph.EdgeList;
import quotient.tensor.FloatTensor;
import quotient.tensor.ShapeException;

/// Edge features of ET-Flow from positions, with gradients to positions.
///
///     r = x_j - x_i                        source minus target, Å
///     s = |r|^2                            squared, where the paper says distance
///     n = r / max(s, 0.01)                 so |n| = 1 / |r|
///     C = C(s)                             {@link RadialGrid#cutoff}
///
/// and where each edge reads radial tables. The squares are a slip of the released code that all its
/// weights have learnt to live with. Geometry in double, features in float. Below |r| = 0.1 the
/// clamp's gradient is zero. Source: Hassan et al. 2024, as released.
public final class EdgeGeometry {
  private static final double MIN_SQUARED = 0.01;

  private EdgeGeometry() {}

  /// Fills the features of the graph's edges.
  ///
  /// @param positions `[N, 3]`, centred per molecule
  public static void apply(Tape tape, Var positions, RadialGrid grid, EdgeFeatures features) {
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
    Var gridFeatures = grid.features(tape);
    boolean moving = positions.needsGradient();
    Var squared = tape.output(near.count(), 1, moving);
    Var cut = tape.output(near.count(), 1, moving);
    Var direction = tape.output(near.count(), 3, moving);
    Var farDirection = tape.output(far.count(), 3, moving);
    RadialGrid.Nodes nodes = grid.nodes();
    Edge edge = new Edge();
    FloatTensor x = positions.value();
    for (int e = 0; e < near.count(); e++) {
      edge.measure(x, near.source()[e], near.target()[e]);
      edge.writeDirection(direction.value(), e);
      squared.value().set(e, (float) edge.squared);
      cut.value().set(e, (float) grid.cutoff(edge.squared));
      features.locate(e, grid, nodes, edge.squared);
    }
    for (int e = 0; e < far.count(); e++) {
      edge.measure(x, far.source()[e], far.target()[e]);
      edge.writeDirection(farDirection.value(), e);
    }
    features.set(gridFeatures, squared, cut, direction, farDirection);
    if (squared.needsGradient()) {
      tape.node(Geometry.class, () -> new Geometry(grid, near, far))
          .set(grid, near, far, positions, squared, cut, direction, farDirection);
    }
  }

  /// The vector of one edge; reused for the next.
  private static final class Edge {
    private double x;
    private double y;
    private double z;
    private double squared;

    void measure(FloatTensor positions, int source, int target) {
      float[] d = positions.data();
      int j = positions.offset() + 3 * source;
      int i = positions.offset() + 3 * target;
      x = (double) d[j] - d[i];
      y = (double) d[j + 1] - d[i + 1];
      z = (double) d[j + 2] - d[i + 2];
      squared = x * x + y * y + z * z;
    }

    void writeDirection(FloatTensor out, int e) {
      double inverse = 1 / Math.max(squared, MIN_SQUARED);
      int at = out.offset() + 3 * e;
      out.data()[at] = (float) (x * inverse);
      out.data()[at + 1] = (float) (y * inverse);
      out.data()[at + 2] = (float) (z * inverse);
    }
  }

  private static final class Geometry implements Node {
    private final Edge edge = new Edge();
    private RadialGrid grid;
    private EdgeList near;
    private EdgeList far;
    private Var positions = Var.none();
    private Var squared = Var.none();
    private Var cut = Var.none();
    private Var direction = Var.none();
    private Var farDirection = Var.none();

    Geometry(RadialGrid grid, EdgeList near, EdgeList far) {
      this.grid = grid;
      this.near = near;
      this.far = far;
    }

    void set(
        RadialGrid newGrid,
        EdgeList newNear,
        EdgeList newFar,
        Var newPositions,
        Var newSquared,
        Var newCut,
        Var newDirection,
        Var newFarDirection) {
      grid = newGrid;
      near = newNear;
      far = newFar;
      positions = newPositions;
      squared = newSquared;
      cut = newCut;
      direction = newDirection;
      farDirection = newFarDirection;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor x = positions.value();
      for (int e = 0; e < near.count(); e++) {
        edge.measure(x, near.source()[e], near.target()[e]);
        double ds = tape.hasGradient(squared) ? tape.gradient(squared).get(e) : 0;
        if (tape.hasGradient(cut)) {
          ds += tape.gradient(cut).get(e) * grid.cutoffSlope(edge.squared);
        }
        move(tape, near, e, direction, ds);
      }
      for (int e = 0; e < far.count(); e++) {
        edge.measure(x, far.source()[e], far.target()[e]);
        move(tape, far, e, farDirection, 0);
      }
    }

    /// Adds to the gradients of both ends, given that of s.
    private void move(Tape tape, EdgeList edges, int e, Var n, double dSquared) {
      double dx = 0;
      double dy = 0;
      double dz = 0;
      double ds = dSquared;
      if (tape.hasGradient(n)) {
        FloatTensor d = tape.gradient(n);
        double inverse = 1 / Math.max(edge.squared, MIN_SQUARED);
        dx = d.get(3 * e) * inverse;
        dy = d.get(3 * e + 1) * inverse;
        dz = d.get(3 * e + 2) * inverse;
        if (edge.squared > MIN_SQUARED) {
          ds -= (dx * edge.x + dy * edge.y + dz * edge.z) * inverse;
        }
      }
      dx += 2 * ds * edge.x;
      dy += 2 * ds * edge.y;
      dz += 2 * ds * edge.z;
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
  }
}
