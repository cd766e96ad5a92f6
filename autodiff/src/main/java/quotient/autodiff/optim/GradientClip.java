package quotient.autodiff.optim;

import java.util.ArrayDeque;
import java.util.Iterator;

/// Limits the global 2-norm of the gradient. *Confined*: some rules remember earlier norms.
public sealed interface GradientClip {
  /// The factor for all gradients of a step whose gradient has this norm.
  double factor(double norm);

  /// What a checkpoint must keep; empty if there is no memory.
  double[] state();

  /// Goes on from stored state.
  void restore(double[] state);

  /// No limit.
  static GradientClip none() {
    return new Fixed(Double.POSITIVE_INFINITY);
  }

  /// min(1, limit / (norm + 1e-6)). Source: Pascanu, Mikolov & Bengio 2013, Algorithm 1.
  static GradientClip norm(double limit) {
    return new Fixed(limit);
  }

  /// The rule of the released ET-Flow pipeline, see {@link Dynamic}.
  static GradientClip dynamic() {
    return new Dynamic();
  }

  /// A limit that never changes.
  ///
  /// @param limit of the norm
  record Fixed(double limit) implements GradientClip {
    @Override
    public double factor(double norm) {
      return scale(norm, limit);
    }

    @Override
    public double[] state() {
      return new double[0];
    }

    @Override
    public void restore(double[] state) {
      if (state.length != 0) {
        throw new IllegalArgumentException(
            "clip: the checkpoint holds a queue of norms, this rule has none");
      }
    }
  }

  /// A limit from the last fifty norms.
  ///
  ///     limit = min(1.5 mean + 2 deviation, 100) over the queue, at first {3000}
  ///     then the queue takes the limit if limit < norm < 100, else the norm itself
  ///
  /// Source: the released ET-Flow pipeline, etflow.md section 6 (norms of 100 and more are recorded
  /// as they are).
  final class Dynamic implements GradientClip {
    private static final int LENGTH = 50;
    private static final double FIRST = 3000;
    private static final double CEILING = 100;

    private final ArrayDeque<Double> queue = new ArrayDeque<>(LENGTH);

    private Dynamic() {
      queue.add(FIRST);
    }

    /// The limit of the next step.
    public double limit() {
      double sum = 0;
      for (double norm : queue) {
        sum += norm;
      }
      double mean = sum / queue.size();
      double squares = 0;
      for (double norm : queue) {
        squares += (norm - mean) * (norm - mean);
      }
      return Math.min(1.5 * mean + 2 * Math.sqrt(squares / queue.size()), CEILING);
    }

    @Override
    public double factor(double norm) {
      double limit = limit();
      if (queue.size() == LENGTH) {
        queue.removeFirst();
      }
      queue.addLast(norm > limit && norm < CEILING ? limit : norm);
      return scale(norm, limit);
    }

    @Override
    public double[] state() {
      double[] state = new double[queue.size()];
      Iterator<Double> norms = queue.iterator();
      for (int i = 0; i < state.length; i++) {
        state[i] = norms.next();
      }
      return state;
    }

    @Override
    public void restore(double[] state) {
      if (state.length < 1 || state.length > LENGTH) {
        throw new IllegalArgumentException(
            "clip: expected 1 to " + LENGTH + " norms, found " + state.length);
      }
      queue.clear();
      for (double norm : state) {
        queue.addLast(norm);
      }
    }
  }

  private static double scale(double norm, double limit) {
    return Math.min(1, limit / (norm + 1e-6));
  }
}
