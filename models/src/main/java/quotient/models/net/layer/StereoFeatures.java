package quotient.models.net.layer;

import java.util.Arrays;
import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.models.graph.MoleculeInput;
import quotient.tensor.FloatTensor;

/// What the atoms are told of stereocentres: how far each is from the handedness that is wanted, and
/// where to move.
///
///     vol = u_0 . (u_1 × u_2)            u_k = p_k - p_3, neighbours in the centre's order, Å^3
///     v   = tag vol / 10                 > 0 as wanted; a tetrahedral carbon has 0.5 to 1
///     sigma = v / sqrt(1 + v^2)          scalars: sigma and 1 at the centre, sigma at its neighbours
///     T_k = tag (d vol / d p_k) / 5      vectors: at the neighbours, towards what is wanted
///
/// Both vol and the tag change sign when neighbours are swapped, so the order does not matter. vol is
/// a pseudoscalar: reflected positions have the features of the other enantiomer, reflected. This is
/// the only way in which handedness enters the network. Sums over the centres an atom belongs to.
public final class StereoFeatures {
  /// Scalars per atom.
  public static final int SCALARS = 3;

  private static final double VOLUME = 10;
  private static final double AREA = 5;

  private StereoFeatures() {}

  /// The features of all atoms.
  ///
  /// @param scalars `[N, 3]`: sigma and 1 at centres, sigma at neighbours
  /// @param vectors `[N, 3]`: T
  public record Output(Var scalars, Var vectors) {}

  /// @param positions `[N, 3]`, Å
  public static Output apply(Tape tape, Var positions, MoleculeInput input) {
    int atoms = positions.rows();
    boolean moving = positions.needsGradient() && input.centres() > 0;
    Var scalars = tape.output(atoms, SCALARS, moving);
    Var vectors = tape.output(atoms, 3, moving);
    FloatTensor s = scalars.value();
    FloatTensor t = vectors.value();
    Arrays.fill(s.data(), s.offset(), s.offset() + s.size(), 0f);
    Arrays.fill(t.data(), t.offset(), t.offset() + t.size(), 0f);
    Tetrahedron shape = new Tetrahedron();
    for (int c = 0; c < input.centres(); c++) {
      shape.measure(positions.value(), input, c);
      int tag = input.centreTag(c);
      float sigma = (float) squash(tag * shape.volume / VOLUME);
      add(s, SCALARS * input.centreAtom(c, 0), sigma);
      add(s, SCALARS * input.centreAtom(c, 0) + 1, 1);
      for (int k = 0; k < 4; k++) {
        int atom = input.centreAtom(c, k + 1);
        add(s, SCALARS * atom + 2, sigma);
        for (int axis = 0; axis < 3; axis++) {
          add(t, 3 * atom + axis, (float) (tag * shape.area[k][axis] / AREA));
        }
      }
    }
    if (moving) {
      tape.node(Stereo.class, () -> new Stereo(input)).set(input, positions, scalars, vectors);
    }
    return new Output(scalars, vectors);
  }

  private static double squash(double v) {
    return v / Math.sqrt(1 + v * v);
  }

  private static void add(FloatTensor to, int at, float value) {
    to.data()[to.offset() + at] += value;
  }

  /// One centre's neighbours; reused for the next.
  private static final class Tetrahedron {
    private final double[][] edge = new double[3][3];

    /// d vol / d p_k.
    private final double[][] area = new double[4][3];

    private double volume;

    void measure(FloatTensor positions, MoleculeInput input, int centre) {
      int last = 3 * input.centreAtom(centre, 4);
      for (int k = 0; k < 3; k++) {
        int atom = 3 * input.centreAtom(centre, k + 1);
        for (int axis = 0; axis < 3; axis++) {
          edge[k][axis] = (double) positions.get(atom + axis) - positions.get(last + axis);
        }
      }
      cross(edge[1], edge[2], area[0], false);
      cross(edge[2], edge[0], area[1], false);
      cross(edge[0], edge[1], area[2], false);
      close(area);
      volume = edge[0][0] * area[0][0] + edge[0][1] * area[0][1] + edge[0][2] * area[0][2];
    }
  }

  /// The fourth is minus the sum of the others.
  private static void close(double[][] four) {
    for (int axis = 0; axis < 3; axis++) {
      four[3][axis] = -(four[0][axis] + four[1][axis] + four[2][axis]);
    }
  }

  private static void cross(double[] a, double[] b, double[] out, boolean adding) {
    for (int axis = 0; axis < 3; axis++) {
      int next = (axis + 1) % 3;
      int after = (axis + 2) % 3;
      out[axis] = (adding ? out[axis] : 0) + a[next] * b[after] - a[after] * b[next];
    }
  }

  private static final class Stereo implements Node {
    private final Tetrahedron shape = new Tetrahedron();
    private final double[][] pull = new double[4][3];
    private final double[][] turned = new double[4][3];
    private MoleculeInput input;
    private Var positions = Var.none();
    private Var scalars = Var.none();
    private Var vectors = Var.none();

    Stereo(MoleculeInput input) {
      this.input = input;
    }

    void set(MoleculeInput newInput, Var newPositions, Var newScalars, Var newVectors) {
      input = newInput;
      positions = newPositions;
      scalars = newScalars;
      vectors = newVectors;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor ds = tape.gradient(scalars);
      FloatTensor dt = tape.gradient(vectors);
      FloatTensor dx = tape.gradient(positions);
      for (int c = 0; c < input.centres(); c++) {
        shape.measure(positions.value(), input, c);
        int tag = input.centreTag(c);
        double v = tag * shape.volume / VOLUME;
        double dSigma = ds.get(SCALARS * input.centreAtom(c, 0));
        for (int k = 0; k < 4; k++) {
          dSigma += ds.get(SCALARS * input.centreAtom(c, k + 1) + 2);
        }
        double dVolume = dSigma / ((1 + v * v) * Math.sqrt(1 + v * v)) * tag / VOLUME;
        areasBackward(dt, c, tag / AREA);
        for (int k = 0; k < 4; k++) {
          for (int axis = 0; axis < 3; axis++) {
            double d = dVolume * shape.area[k][axis] + turned[k][axis];
            add(dx, 3 * input.centreAtom(c, k + 1) + axis, (float) d);
          }
        }
      }
    }

    /// The gradient of sum over k of h_k . area_k, with h_k that of T_k.
    private void areasBackward(FloatTensor dt, int c, double scale) {
      int last = 3 * input.centreAtom(c, 4);
      for (int k = 0; k < 3; k++) {
        int atom = 3 * input.centreAtom(c, k + 1);
        for (int axis = 0; axis < 3; axis++) {
          pull[k][axis] = scale * ((double) dt.get(atom + axis) - dt.get(last + axis));
        }
      }
      for (int k = 0; k < 3; k++) {
        int next = (k + 1) % 3;
        int after = (k + 2) % 3;
        cross(pull[next], shape.edge[after], turned[k], false);
        cross(shape.edge[next], pull[after], turned[k], true);
      }
      close(turned);
    }
  }
}
