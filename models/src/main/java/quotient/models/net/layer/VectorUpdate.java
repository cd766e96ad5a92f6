package quotient.models.net.layer;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.MessageKernels;
import quotient.tensor.parallel.WorkerPool;

/// The end of a layer: what the messages change in scalars and vectors.
///
///     [v1 ; v2 ; v3] = W V      [o1 ; o2 ; o3] = W' X + b
///     x' = x + (sum over xyz v1 v2) o2 + o3        V' = V + v3 o1 + U
///
/// In the first layer V is zero, and so are v1, v2, v3. Source: Thölke & De Fabritiis 2022.
public final class VectorUpdate {
  private static final MessageKernels MESSAGES = KernelProvider.messageKernels();

  /// Atoms per piece of work of a thread.
  private static final int ATOMS = 64;

  private VectorUpdate() {}

  /// x' and V' of a layer.
  ///
  /// @param scalars x', `[N, H]`
  /// @param vectors V', `[3 N, H]`
  public record Updated(Var scalars, Var vectors) {}

  /// @param x `[N, H]`
  /// @param vectors V, `[3 N, H]`, or `Var.none()` where V is zero
  /// @param projected [v1 ; v2 ; v3], `[3 N, 3 H]`; `Var.none()` where V is zero
  /// @param mixed [o1 ; o2 ; o3], `[N, 3 H]`
  /// @param sums U, `[3 N, H]`
  public static Updated apply(Tape tape, Var x, Var vectors, Var projected, Var mixed, Var sums) {
    int atoms = x.rows();
    int h = x.columns();
    Var scalars = tape.output(atoms, h, true);
    Var moved = tape.output(3 * atoms, h, true);
    boolean moving = vectors.value().size() > 0;
    if (moving) {
      update(tape.tensors().pool(), x, vectors, projected, mixed, sums, scalars, moved);
    } else {
      for (int i = 0; i < atoms; i++) {
        start(i, h, x, mixed, sums, scalars, moved);
      }
    }
    if (scalars.needsGradient()) {
      tape.node(Update.class, Update::new).set(x, vectors, projected, mixed, sums, scalars, moved);
    }
    return new Updated(scalars, moved);
  }

  private static void update(
      WorkerPool pool, Var x, Var v, Var p, Var o, Var u, Var newX, Var newV) {
    pool.parallelFor(
        x.rows(),
        ATOMS,
        (from, to, _) ->
            MESSAGES.update(
                from,
                to,
                x.columns(),
                x.value().data(),
                x.value().offset(),
                v.value().data(),
                v.value().offset(),
                p.value().data(),
                p.value().offset(),
                o.value().data(),
                o.value().offset(),
                u.value().data(),
                u.value().offset(),
                newX.value().data(),
                newX.value().offset(),
                newV.value().data(),
                newV.value().offset()));
  }

  private static void start(int i, int h, Var x, Var mixed, Var sums, Var outX, Var outV) {
    FloatTensor o = mixed.value();
    FloatTensor u = sums.value();
    System.arraycopy(
        u.data(),
        u.offset() + 3 * i * h,
        outV.value().data(),
        outV.value().offset() + 3 * i * h,
        3 * h);
    float[] newX = outX.value().data();
    int newXAt = outX.value().offset() + i * h;
    for (int c = 0; c < h; c++) {
      newX[newXAt + c] =
          x.value().data()[x.value().offset() + i * h + c]
              + o.data()[o.offset() + (3 * i + 2) * h + c];
    }
  }

  private static final class Update implements Node {
    private Var x = Var.none();
    private Var vectors = Var.none();
    private Var projected = Var.none();
    private Var mixed = Var.none();
    private Var sums = Var.none();
    private Var scalars = Var.none();
    private Var moved = Var.none();

    void set(
        Var newX,
        Var newVectors,
        Var newProjected,
        Var newMixed,
        Var newSums,
        Var newScalars,
        Var newMoved) {
      x = newX;
      vectors = newVectors;
      projected = newProjected;
      mixed = newMixed;
      sums = newSums;
      scalars = newScalars;
      moved = newMoved;
    }

    @Override
    public void backward(Tape tape) {
      int atoms = x.rows();
      int h = x.columns();
      FloatTensor dx = tape.gradient(scalars);
      FloatTensor dv = tape.gradient(moved);
      pass(tape, dx, x);
      pass(tape, dv, sums);
      FloatTensor dMixed = tape.gradient(mixed);
      if (vectors.value().size() == 0) {
        for (int i = 0; i < atoms; i++) {
          for (int c = 0; c < h; c++) {
            dMixed.data()[dMixed.offset() + (3 * i + 2) * h + c] +=
                dx.data()[dx.offset() + i * h + c];
          }
        }
        return;
      }
      pass(tape, dv, vectors);
      FloatTensor dProjected = tape.gradient(projected);
      MESSAGES.updateBackward(
          atoms,
          h,
          projected.value().data(),
          projected.value().offset(),
          mixed.value().data(),
          mixed.value().offset(),
          dx.data(),
          dx.offset(),
          dv.data(),
          dv.offset(),
          dProjected.data(),
          dProjected.offset(),
          dMixed.data(),
          dMixed.offset());
    }

    private static void pass(Tape tape, FloatTensor gradient, Var to) {
      if (to.needsGradient()) {
        FloatTensor place = tape.gradient(to);
        tape.tensors().add(place, gradient, place);
      }
    }
  }
}
