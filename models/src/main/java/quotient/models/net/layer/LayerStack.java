package quotient.models.net.layer;

import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.Workspace;

/// Layers one after another: scalars x and vectors V pass through all of them.
///
/// A recording pass keeps every value of every layer for its gradients. Any other pass keeps x and V
/// alone: they are copied to a place of their own at the end of a layer, and the next layer works in
/// the memory of the last. Sampling then takes as much memory as one layer, whatever their number.
public final class LayerStack {
  private LayerStack() {}

  /// One layer.
  public interface Layer {
    /// @param index of the layer
    /// @param scalars x, `[N, H]`
    /// @param vectors V, `[3 N, H]`, or `Var.none()` where V is zero
    VectorUpdate.Updated apply(int index, Var scalars, Var vectors);
  }

  /// x and V after so many layers.
  ///
  /// @param scalars x, `[N, H]`
  /// @param vectors V, `[3 N, H]`, or `Var.none()` where V is zero
  public static VectorUpdate.Updated apply(
      Tape tape, Var scalars, Var vectors, int layers, Layer layer) {
    VectorUpdate.Updated state = new VectorUpdate.Updated(scalars, vectors);
    if (tape.isRecording()) {
      for (int l = 0; l < layers; l++) {
        state = layer.apply(l, state.scalars(), state.vectors());
      }
      return state;
    }
    int atoms = scalars.rows();
    int channels = scalars.columns();
    VectorUpdate.Updated kept =
        new VectorUpdate.Updated(
            tape.output(atoms, channels, false), tape.output(3 * atoms, channels, false));
    for (int l = 0; l < layers; l++) {
      try (Workspace.Scope _ = tape.workspace().open()) {
        VectorUpdate.Updated next = layer.apply(l, state.scalars(), state.vectors());
        copy(next.scalars(), kept.scalars());
        copy(next.vectors(), kept.vectors());
      }
      state = kept;
    }
    return state;
  }

  private static void copy(Var from, Var to) {
    FloatTensor x = from.value();
    FloatTensor y = to.value();
    System.arraycopy(x.data(), x.offset(), y.data(), y.offset(), y.size());
  }
}
