package quotient.autodiff;

import quotient.tensor.FloatTensor;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;
import quotient.tensor.random.RandomKey;

/// Compares the tape's gradient with central differences along a random direction.
///
///     S(x) = sum_i w_i f(x)_i        w random in [-1, 1), sums in double
///     observed = S(x + h d) - S(x - h d)        d_i = +-1
///     predicted = grad S . (the difference of the two float arguments)
///
/// All inputs and all parameters move at once. Keep kinks of f further than `step` from x.
public final class GradientCheck {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final double FLOAT_ROUNDING = 0x1p-23;

  private GradientCheck() {}

  /// What is checked: a value of any shape from some inputs and, if it likes, from parameters.
  @FunctionalInterface
  public interface Function {
    /// Records f on the tape.
    Var apply(Tape tape, Var[] inputs);
  }

  /// Outcome of one check.
  ///
  /// @param predicted change of S by the tape's gradient
  /// @param observed change of S by two evaluations
  /// @param typical root of the sum of squares of the terms of `predicted`: what a random direction
  ///     gives
  /// @param noise what rounding of f to float may add to `observed`
  public record Result(double predicted, double observed, double typical, double noise) {
    /// The difference as a share of what a random direction gives, or of the noise if that is more.
    public double error() {
      double scale = Math.max(typical, noise);
      return scale == 0 ? 0 : Math.abs(predicted - observed) / scale;
    }
  }

  /// Checks f at the given inputs and at the parameters as they are; leaves both as they were.
  ///
  /// @param step h, the same for all numbers; 2^-8 suits numbers of order 1
  public static Result check(
      Tape tape,
      Function f,
      FloatTensor[] inputs,
      ParameterSet parameters,
      RandomKey key,
      double step) {
    float[] saved = parameters.copyValues();
    float[][] above = moved(inputs, key.child("inputs"), step);
    float[][] below = moved(inputs, key.child("inputs"), -step);
    float[] parametersAbove = moved(saved, key.child("parameters"), step);
    float[] parametersBelow = moved(saved, key.child("parameters"), -step);
    RandomKey weights = key.child("weights");
    Result gradient =
        predict(
            tape, f, inputs, parameters, weights, above, below, parametersAbove, parametersBelow);
    try {
      double high = evaluate(tape, f, inputs, above, parameters, parametersAbove, weights);
      double low = evaluate(tape, f, inputs, below, parameters, parametersBelow, weights);
      return new Result(gradient.predicted, high - low, gradient.typical, gradient.noise);
    } finally {
      write(parameters, saved);
    }
  }

  private static Result predict(
      Tape tape,
      Function f,
      FloatTensor[] inputs,
      ParameterSet parameters,
      RandomKey weights,
      float[][] above,
      float[][] below,
      float[] parametersAbove,
      float[] parametersBelow) {
    float[] gradients = parameters.newVector();
    double predicted = 0;
    double squares = 0;
    double noise;
    try (var _ = tape.recording(gradients)) {
      Var[] vars = new Var[inputs.length];
      for (int i = 0; i < vars.length; i++) {
        vars[i] = tape.input(inputs[i]);
      }
      Var output = f.apply(tape, vars);
      FloatTensor w = weightsFor(output, weights);
      noise = FLOAT_ROUNDING * norm(output.value(), w);
      tape.backward(output, w);
      for (int i = 0; i < vars.length; i++) {
        if (tape.hasGradient(vars[i])) {
          FloatTensor g = tape.gradient(vars[i]);
          for (int j = 0; j < g.size(); j++) {
            double term = g.get(j) * ((double) above[i][j] - below[i][j]);
            predicted += term;
            squares += term * term;
          }
        }
      }
    }
    for (int j = 0; j < gradients.length; j++) {
      double term = gradients[j] * ((double) parametersAbove[j] - parametersBelow[j]);
      predicted += term;
      squares += term * term;
    }
    return new Result(predicted, 0, Math.sqrt(squares), noise);
  }

  private static double evaluate(
      Tape tape,
      Function f,
      FloatTensor[] inputs,
      float[][] numbers,
      ParameterSet parameters,
      float[] parameterNumbers,
      RandomKey weights) {
    write(parameters, parameterNumbers);
    try (var _ = tape.inference()) {
      Var[] vars = new Var[inputs.length];
      for (int i = 0; i < vars.length; i++) {
        vars[i] = tape.constant(FloatTensor.view(numbers[i], 0, inputs[i].shape()));
      }
      FloatTensor y = f.apply(tape, vars).value();
      FloatTensor w = weightsFor(y, weights);
      return KERNELS.dot(y.data(), y.offset(), w.data(), w.offset(), y.size());
    }
  }

  private static void write(ParameterSet parameters, float[] numbers) {
    parameters.update(values -> System.arraycopy(numbers, 0, values, 0, values.length));
  }

  private static FloatTensor weightsFor(Var output, RandomKey key) {
    return weightsFor(output.value(), key);
  }

  private static FloatTensor weightsFor(FloatTensor like, RandomKey key) {
    FloatTensor w = FloatTensor.zeros(like.shape());
    Initializer.uniform(1).fill(key, w);
    return w;
  }

  private static double norm(FloatTensor y, FloatTensor w) {
    double total = 0;
    for (int i = 0; i < y.size(); i++) {
      double term = (double) y.get(i) * w.get(i);
      total += term * term;
    }
    return Math.sqrt(total);
  }

  private static float[][] moved(FloatTensor[] x, RandomKey key, double step) {
    float[][] result = new float[x.length][];
    for (int i = 0; i < x.length; i++) {
      result[i] = moved(x[i].toArray(), key.child(i), step);
    }
    return result;
  }

  private static float[] moved(float[] x, RandomKey key, double step) {
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = (float) (x[i] + (key.below(i, 2) == 0 ? step : -step));
    }
    return result;
  }
}
