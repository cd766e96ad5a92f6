package quotient.models.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import quotient.geometry.shape.Kabsch;
import quotient.models.molecule.Elements;
import quotient.models.molecule.Molecule;

/// Makes a molecule's conformers ready to be looked at: heavy atoms superposed on the first one.
public final class EnsembleView {
  private final Molecule molecule;
  private final int[] heavy;
  private final List<MoleculeView.Shape> shapes = new ArrayList<>();
  private List<MoleculeView.Frame> trajectory = List.of();
  private float[] base = new float[0];

  /// A view without conformers yet; the first that is added is what the others are turned onto.
  public EnsembleView(Molecule molecule) {
    this.molecule = molecule;
    int[] atoms = new int[molecule.atomCount()];
    int count = 0;
    for (int i = 0; i < atoms.length; i++) {
      if (!molecule.isHydrogen(i)) {
        atoms[count++] = i;
      }
    }
    if (count < 3) {
      count = atoms.length;
      for (int i = 0; i < count; i++) {
        atoms[i] = i;
      }
    }
    heavy = Arrays.copyOf(atoms, count);
  }

  /// Adds a conformer, superposed on the first.
  ///
  /// @param xyz [3 n], Å; not changed
  public EnsembleView add(String label, boolean reference, float[] xyz) {
    shapes.add(new MoleculeView.Shape(label, reference, turned(xyz, xyz)));
    if (base.length == 0) {
      base = shapes.getFirst().xyz();
    }
    return this;
  }

  /// Shows the way of one sample; every frame is moved as the last one must be to fit the first
  /// conformer.
  ///
  /// @param frames in the order of time, at least one
  public EnsembleView trajectory(List<MoleculeView.Frame> frames) {
    float[] last = frames.getLast().xyz();
    trajectory =
        frames.stream().map(f -> new MoleculeView.Frame(f.time(), turned(f.xyz(), last))).toList();
    return this;
  }

  /// The finished view.
  ///
  /// @param facts short figures, in the order shown
  public MoleculeView build(String name, Map<String, String> facts) {
    List<String> symbols = new ArrayList<>();
    for (int i = 0; i < molecule.atomCount(); i++) {
      symbols.add(Elements.symbol(molecule.atomicNumber(i)));
    }
    int[] bonds = new int[3 * molecule.bondCount()];
    for (int b = 0; b < molecule.bondCount(); b++) {
      bonds[3 * b] = molecule.bondBegin(b);
      bonds[3 * b + 1] = molecule.bondEnd(b);
      bonds[3 * b + 2] = molecule.bondOrder(b);
    }
    return new MoleculeView(name, facts, symbols, bonds, false, List.copyOf(shapes), trajectory);
  }

  /// x moved by what brings the guide's heavy atoms closest to the first conformer's.
  private float[] turned(float[] x, float[] guide) {
    float[] out = new float[x.length];
    float[] centre = centre(guide);
    double[] r = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    float[] target = new float[3];
    if (base.length > 0) {
      target = centre(base);
      Kabsch.rotation(heavyAbout(guide, centre), heavyAbout(base, target), 0, 3 * heavy.length, r);
    }
    for (int i = 0; i < x.length; i += 3) {
      double dx = (double) x[i] - centre[0];
      double dy = (double) x[i + 1] - centre[1];
      double dz = (double) x[i + 2] - centre[2];
      out[i] = (float) (r[0] * dx + r[1] * dy + r[2] * dz + target[0]);
      out[i + 1] = (float) (r[3] * dx + r[4] * dy + r[5] * dz + target[1]);
      out[i + 2] = (float) (r[6] * dx + r[7] * dy + r[8] * dz + target[2]);
    }
    return out;
  }

  private float[] centre(float[] x) {
    double[] sum = new double[3];
    for (int atom : heavy) {
      for (int d = 0; d < 3; d++) {
        sum[d] += x[3 * atom + d];
      }
    }
    float[] mean = new float[3];
    for (int d = 0; d < 3; d++) {
      mean[d] = (float) (sum[d] / Math.max(1, heavy.length));
    }
    return mean;
  }

  private float[] heavyAbout(float[] x, float[] centre) {
    float[] out = new float[3 * heavy.length];
    for (int k = 0; k < heavy.length; k++) {
      for (int d = 0; d < 3; d++) {
        out[3 * k + d] = x[3 * heavy[k] + d] - centre[d];
      }
    }
    return out;
  }
}
