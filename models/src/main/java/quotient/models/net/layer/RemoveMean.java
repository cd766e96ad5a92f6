package quotient.models.net.layer;

import quotient.autodiff.op.FixedLinear;
import quotient.models.graph.MoleculeInput;
import quotient.tensor.FloatTensor;

/// Removes each molecule's mean: y_i = x_i - mean of x over the molecule of i.
///
/// A projection and its own adjoint; x, y: `[N, columns]`. Sums in double.
///
/// @param input says where molecules start; borrowed
public record RemoveMean(MoleculeInput input) implements FixedLinear.Map {
  @Override
  public void apply(FloatTensor x, FloatTensor y) {
    int columns = x.columns();
    for (int m = 0; m < input.molecules(); m++) {
      for (int c = 0; c < columns; c++) {
        int from = input.start(m) * columns + c;
        int to = input.start(m + 1) * columns;
        double sum = 0;
        for (int at = from; at < to; at += columns) {
          sum += x.data()[x.offset() + at];
        }
        double mean = sum / (input.start(m + 1) - input.start(m));
        for (int at = from; at < to; at += columns) {
          y.data()[y.offset() + at] = (float) (x.data()[x.offset() + at] - mean);
        }
      }
    }
  }

  @Override
  public void applyAdjoint(FloatTensor dy, FloatTensor dx) {
    apply(dy, dx);
  }
}
