package quotient.models.net.layer;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.models.graph.EdgeList;
import quotient.tensor.FloatTensor;
import quotient.tensor.ShapeException;

/// Edge features from true distances, with gradients to positions.
///
///     r = x_j - x_i                        source minus target, Å
///     d = sqrt(|r|^2 + epsilon^2)          epsilon = 0.01 Å: smooth where atoms meet
///     n = r / d                            of length one, but for the epsilon
///     C = 0.3 (cos(pi d / cutoff) + 1) / 2        and 0.3 for linked atoms, at any distance
///
/// and where each edge reads radial tables, whose variable is d. Beyond the cutoff the radial
/// functions of linked atoms vanish and their kind alone is left. All of it is continuously
/// differentiable in the positions. The factor keeps sums over ten to twenty neighbours of order one. Geometry in double, features in float.
public final class DistanceGeometry {
  private static final double EPSILON_SQUARED = 1e-4;

  private static final double SHARE = 0.3;

  private DistanceGeometry() {}

  /// Fills the features of the graph's edges, all of which are near.
  ///
  /// @param positions `[N, 3]`, centred per molecule
  public static void apply(Tape tape, Var positions, RadialGrid grid, EdgeFeatures features) {
    if (positions.rows() != features.graph().atoms() || positions.columns() != 3) {
      throw new ShapeException(
          "distance geometry: expected positions ["
              + features.graph().atoms()
              + ", 3], found "
              + positions.shape());
    }
    features.begin();
    EdgeList near = features.graph().near();
    Var gridFeatures = grid.features(tape);
    boolean moving = positions.needsGradient();
    Var distance = tape.output(near.count(), 1, moving);
    Var cut = tape.output(near.count(), 1, moving);
    Var direction = tape.output(near.count(), 3, moving);
    Var farDirection = tape.output(features.graph().far().count(), 3, moving);
    RadialGrid.Nodes nodes = grid.nodes();
    Edge edge = new Edge();
    FloatTensor x = positions.value();
    FloatTensor n = direction.value();
    for (int e = 0; e < near.count(); e++) {
      edge.measure(x, near.source()[e], near.target()[e]);
      int at = n.offset() + 3 * e;
      n.data()[at] = (float) edge.x;
      n.data()[at + 1] = (float) edge.y;
      n.data()[at + 2] = (float) edge.z;
      distance.value().set(e, (float) edge.distance);
      double share = near.bond()[e] > 0 ? 1 : grid.cutoff(edge.distance);
      cut.value().set(e, (float) (SHARE * share));
      features.locate(e, grid, nodes, edge.distance);
    }
    if (moving) {
      tape.node(Geometry.class, () -> new Geometry(grid, near))
          .set(grid, near, positions, distance, cut, direction);
    }
    features.set(gridFeatures, distance, cut, direction, farDirection);
  }

  /// Direction and length of one edge; reused for the next.
  private static final class Edge {
    private double x;
    private double y;
    private double z;
    private double distance;

    void measure(FloatTensor positions, int source, int target) {
      float[] d = positions.data();
      int j = positions.offset() + 3 * source;
      int i = positions.offset() + 3 * target;
      x = (double) d[j] - d[i];
      y = (double) d[j + 1] - d[i + 1];
      z = (double) d[j + 2] - d[i + 2];
      distance = Math.sqrt(x * x + y * y + z * z + EPSILON_SQUARED);
      x /= distance;
      y /= distance;
      z /= distance;
    }
  }

  private static final class Geometry implements Node {
    private final Edge edge = new Edge();
    private RadialGrid grid;
    private EdgeList near;
    private Var positions = Var.none();
    private Var distance = Var.none();
    private Var cut = Var.none();
    private Var direction = Var.none();

    Geometry(RadialGrid grid, EdgeList near) {
      this.grid = grid;
      this.near = near;
    }

    void set(
        RadialGrid newGrid,
        EdgeList newNear,
        Var newPositions,
        Var newDistance,
        Var newCut,
        Var newDirection) {
      grid = newGrid;
      near = newNear;
      positions = newPositions;
      distance = newDistance;
      cut = newCut;
      direction = newDirection;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor x = positions.value();
      for (int e = 0; e < near.count(); e++) {
        edge.measure(x, near.source()[e], near.target()[e]);
        double dd = tape.hasGradient(distance) ? tape.gradient(distance).get(e) : 0;
        if (near.bond()[e] == 0 && tape.hasGradient(cut)) {
          dd += SHARE * tape.gradient(cut).get(e) * grid.cutoffSlope(edge.distance);
        }
        move(tape, e, dd);
      }
    }

    /// Adds to the gradients of both ends: dr = n dd + (dn - n (n . dn)) / d.
    private void move(Tape tape, int e, double dDistance) {
      double dx = 0;
      double dy = 0;
      double dz = 0;
      double along = dDistance;
      if (tape.hasGradient(direction)) {
        FloatTensor g = tape.gradient(direction);
        dx = g.get(3 * e) / edge.distance;
        dy = g.get(3 * e + 1) / edge.distance;
        dz = g.get(3 * e + 2) / edge.distance;
        along -= dx * edge.x + dy * edge.y + dz * edge.z;
      }
      dx += along * edge.x;
      dy += along * edge.y;
      dz += along * edge.z;
      FloatTensor out = tape.gradient(positions);
      int j = out.offset() + 3 * near.source()[e];
      int i = out.offset() + 3 * near.target()[e];
      out.data()[j] += (float) dx;
      out.data()[j + 1] += (float) dy;
      out.data()[j + 2] += (float) dz;
      out.data()[i] -= (float) dx;
      out.data()[i + 1] -= (float) dy;
      out.data()[i + 2] -= (float) dz;
    }
  }
}
