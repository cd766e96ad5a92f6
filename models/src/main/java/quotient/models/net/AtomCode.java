package quotient.models.net;

import java.util.Arrays;
import quotient.models.graph.MoleculeInput;
import quotient.tensor.FloatTensor;

/// What `etflow-plus` knows of an atom before it sees positions, as numbers of order one.
///
///     one-hot: neighbours 0..6, charge -2..2 or other, hybridisation, unpaired electrons 0..2
///     numbers: aromatic, in a ring, number of ring sizes, log of the molecule's size
///     time:    t, sin and cos of 2^k pi t for k < 6, log((1 - t + 0.02) / (t + 0.02)) / 4
final class AtomCode {
  private static final int DEGREES = 7;
  private static final int CHARGES = 6;
  private static final int HYBRIDS = 6;
  private static final int RADICALS = 3;
  private static final int NUMBERS = 4;
  private static final int WAVES = 6;
  private static final int ATOM = DEGREES + CHARGES + HYBRIDS + RADICALS + NUMBERS;
  private static final int TIME = 2 + 2 * WAVES;

  /// Numbers per atom.
  static final int WIDTH = ATOM + TIME;

  private AtomCode() {}

  /// Writes the code of all atoms.
  ///
  /// @param time t of each molecule
  /// @param out `[N, WIDTH]`
  static void write(MoleculeInput input, float[] time, FloatTensor out) {
    float[] row = new float[TIME];
    for (int m = 0; m < input.molecules(); m++) {
      writeTime(time[m], row);
      float size = (float) StrictMath.log(input.start(m + 1) - (double) input.start(m)) / 4;
      for (int i = input.start(m); i < input.start(m + 1); i++) {
        int at = out.offset() + i * WIDTH;
        writeAtom(input.features(), i * MoleculeInput.FEATURES, size, out.data(), at);
        System.arraycopy(row, 0, out.data(), at + ATOM, TIME);
      }
    }
  }

  /// From the ten numbers of etflow.md §2.1.
  private static void writeAtom(float[] features, int from, float size, float[] out, int at) {
    Arrays.fill(out, at, at + ATOM, 0f);
    int charge = (int) features[from + 2] - 3;
    boolean usual = charge >= 0 && charge < CHARGES - 1;
    int place = at;
    out[place + Math.min((int) features[from + 1], DEGREES - 1)] = 1;
    place += DEGREES;
    out[place + (usual ? charge : CHARGES - 1)] = 1;
    place += CHARGES;
    out[place + Math.min((int) features[from + 5], HYBRIDS - 1)] = 1;
    place += HYBRIDS;
    out[place + Math.min((int) features[from + 6], RADICALS - 1)] = 1;
    place += RADICALS;
    out[place] = features[from + 7];
    out[place + 1] = features[from + 8];
    out[place + 2] = features[from + 9];
    out[place + 3] = size;
  }

  private static void writeTime(double t, float[] row) {
    row[0] = (float) t;
    row[1] = (float) (StrictMath.log((1 - t + 0.02) / (t + 0.02)) / 4);
    for (int k = 0; k < WAVES; k++) {
      double phase = (1 << k) * Math.PI * t;
      row[2 + 2 * k] = (float) StrictMath.sin(phase);
      row[3 + 2 * k] = (float) StrictMath.cos(phase);
    }
  }
}
