package quotient.models.sample;

import java.util.Arrays;
import quotient.models.sample.OdeSampler.Solver.Adaptive;

/// One run of the adaptive solver: an embedded pair of orders 3 and 2 with a step of its own for
/// every cloud, so that a cloud's path does not depend on its batch.
///
///     k1 = f(t, x), k2 = f(t + h/2, x + h k1/2), k3 = f(t + 3h/4, x + 3 h k2/4)
///     x' = x + h (2 k1 + 3 k2 + 4 k3)/9,   k4 = f(t + h, x') is the next k1
///     error = h (-5 k1/72 + k2/12 + k3/9 - k4/8)
///
/// Every k is horizontal at the point it was evaluated at. Clouds that have arrived are evaluated
/// along with the others and left alone. *Confined.* Source: Bogacki & Shampine 1989.
final class AdaptiveRun {
  private static final double FIRST_STEP = 0.01;
  private static final double SMALLEST_STEP = 1e-7;
  private static final double SAFETY = 0.9;
  private static final double LEAST_FACTOR = 0.2;
  private static final double LARGEST_FACTOR = 5;

  private final Adaptive settings;
  private final SamplingBatch batch;
  private final FieldEvaluation evaluation;
  private final double[] x;
  private final double[] stage;
  private final double[] k1;
  private final double[] k2;
  private final double[] k3;
  private final double[] k4;
  private final double[] time;
  private final double[] stageTime;
  private final double[] h;

  AdaptiveRun(Adaptive settings, SamplingBatch batch, FieldEvaluation evaluation, double[] x) {
    this.settings = settings;
    this.batch = batch;
    this.evaluation = evaluation;
    this.x = x;
    int clouds = batch.clouds();
    stage = new double[x.length];
    k1 = new double[x.length];
    k2 = new double[x.length];
    k3 = new double[x.length];
    k4 = new double[x.length];
    time = new double[clouds];
    stageTime = new double[clouds];
    h = new double[clouds];
  }

  void run(Sampler.Observer observer) {
    double end = 1 - settings.lastStep();
    Arrays.fill(h, Math.min(FIRST_STEP, end));
    observer.see(0, time, x);
    evaluation.velocity(x, time, k1);
    int step = 0;
    while (attempt(end)) {
      step++;
      observer.see(step, time, x);
    }
    for (int b = 0; b < batch.clouds(); b++) {
      int from = batch.start()[b];
      int to = batch.start()[b + 1];
      for (int i = from; i < to; i++) {
        x[i] += (1 - time[b]) * k1[i];
      }
      batch.space().projectPoint(x, from, to);
      time[b] = 1;
    }
    observer.see(step + 1, time, x);
  }

  /// One attempted step of every cloud on its way; whether there was any.
  private boolean attempt(double end) {
    boolean moving = false;
    for (int b = 0; b < h.length; b++) {
      h[b] = Math.min(h[b], end - time[b]);
      moving |= h[b] > 0;
    }
    if (!moving) {
      return false;
    }
    stage(0.5, 0.5, k1, 0, k1, 0, k1);
    evaluation.velocity(stage, stageTime, k2);
    stage(0.75, 0, k1, 0.75, k2, 0, k1);
    evaluation.velocity(stage, stageTime, k3);
    stage(1, 2.0 / 9, k1, 1.0 / 3, k2, 4.0 / 9, k3);
    evaluation.velocity(stage, stageTime, k4);
    for (int b = 0; b < h.length; b++) {
      if (h[b] > 0) {
        judge(b, end);
      }
    }
    return true;
  }

  private void stage(
      double c, double a, double[] ka, double b, double[] kb, double e, double[] ke) {
    for (int cloud = 0; cloud < h.length; cloud++) {
      double step = h[cloud];
      stageTime[cloud] = time[cloud] + c * step;
      for (int i = batch.start()[cloud]; i < batch.start()[cloud + 1]; i++) {
        stage[i] = x[i] + step * (a * ka[i] + b * kb[i] + e * ke[i]);
      }
    }
  }

  /// Accepts or rejects one cloud's step and chooses the next one.
  private void judge(int b, double end) {
    int from = batch.start()[b];
    int to = batch.start()[b + 1];
    double sum = 0;
    for (int i = from; i < to; i++) {
      double e = h[b] * (-5.0 / 72 * k1[i] + k2[i] / 12 + k3[i] / 9 - k4[i] / 8);
      sum += e * e;
    }
    double error = to == from ? 0 : Math.sqrt(sum / (to - from)) / settings.tolerance();
    boolean accepted = error <= 1 || h[b] <= SMALLEST_STEP;
    double length = h[b];
    if (accepted) {
      System.arraycopy(stage, from, x, from, to - from);
      batch.space().projectPoint(x, from, to);
      System.arraycopy(k4, from, k1, from, to - from);
      boolean arrived = time[b] + length >= end;
      time[b] = arrived ? end : time[b] + length;
    }
    double factor = error == 0 ? LARGEST_FACTOR : SAFETY / StrictMath.cbrt(error);
    factor = Math.max(LEAST_FACTOR, Math.min(LARGEST_FACTOR, factor));
    h[b] = Math.max(SMALLEST_STEP, length * factor);
  }
}
