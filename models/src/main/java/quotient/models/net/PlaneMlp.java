package quotient.models.net;

import java.util.ArrayList;
import java.util.List;
import quotient.autodiff.Initializer;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.Elementwise;
import quotient.autodiff.op.MatMul;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.random.RandomKey;

/// The toy: a perceptron that sees one small configuration and the time, and knows no symmetry.
///
///     h_0 = silu(W_x [x, sin 2^j pi x/4, cos 2^j pi x/4] + W_t [t, s, sin 2^j pi t, cos 2^j pi t] + b)
///     h_l = h_(l-1) + silu(W_l h_(l-1) + b_l)
///     v   = W_out h + b_out
///
/// with s = -log(1.02 - t), j = 0 .. 3: the waves let it follow the steep changes of an exact velocity
/// near the data. Rows are configurations, columns their coordinates. Trained on configurations at random places of
/// their orbits, it has to learn the symmetry or to be freed of it. *Immutable* but for its weights.
public final class PlaneMlp implements Denoiser<PlaneMlp.Times> {
  private static final int WAVES = 4;
  private static final int TIME_FEATURES = 2 + 2 * WAVES;
  private static final double SHIFT = 1.02;

  private final ParameterSet parameters;
  private final Parameter position;
  private final List<Parameter> sines = new ArrayList<>();
  private final List<Parameter> cosines = new ArrayList<>();
  private final Parameter time;
  private final Parameter bias;
  private final List<Parameter> weights = new ArrayList<>();
  private final List<Parameter> biases = new ArrayList<>();
  private final Parameter out;
  private final Parameter outBias;

  /// The caller's scratch for features of times. *Confined.*
  public static final class Times {
    private float[] features = new float[0];

    /// Empty.
    public Times() {}

    private FloatTensor of(float[] time) {
      int size = time.length * TIME_FEATURES;
      if (features.length < size) {
        features = new float[size];
      }
      for (int b = 0; b < time.length; b++) {
        int at = b * TIME_FEATURES;
        features[at] = time[b];
        features[at + 1] = (float) -StrictMath.log(SHIFT - time[b]);
        for (int j = 0; j < WAVES; j++) {
          double angle = Math.PI * (1 << j) * time[b];
          features[at + 2 + 2 * j] = (float) StrictMath.sin(angle);
          features[at + 3 + 2 * j] = (float) StrictMath.cos(angle);
        }
      }
      return FloatTensor.view(features, 0, Shape.of(time.length, TIME_FEATURES));
    }
  }

  /// First weights drawn from the key.
  ///
  /// @param coordinates of one configuration
  /// @param width of the hidden layers
  /// @param layers hidden layers, at least one
  public PlaneMlp(int coordinates, int width, int layers, RandomKey key) {
    ParameterSet.Builder builder = new ParameterSet.Builder();
    builder.declare("position", Shape.of(width, coordinates), Initializer.xavier());
    for (int j = 0; j < WAVES; j++) {
      builder.declare("sine" + j, Shape.of(width, coordinates), Initializer.xavier());
      builder.declare("cosine" + j, Shape.of(width, coordinates), Initializer.xavier());
    }
    builder.declare("time", Shape.of(width, TIME_FEATURES), Initializer.xavier());
    builder.declare("bias", Shape.of(width), Initializer.constant(0));
    for (int l = 1; l < layers; l++) {
      builder.declare("layer" + l + ".weight", Shape.of(width, width), Initializer.xavier());
      builder.declare("layer" + l + ".bias", Shape.of(width), Initializer.constant(0));
    }
    builder.declare("out.weight", Shape.of(coordinates, width), Initializer.normal(0.01));
    builder.declare("out.bias", Shape.of(coordinates), Initializer.constant(0));
    parameters = builder.build(key);
    position = parameters.get("position");
    for (int j = 0; j < WAVES; j++) {
      sines.add(parameters.get("sine" + j));
      cosines.add(parameters.get("cosine" + j));
    }
    time = parameters.get("time");
    bias = parameters.get("bias");
    for (int l = 1; l < layers; l++) {
      weights.add(parameters.get("layer" + l + ".weight"));
      biases.add(parameters.get("layer" + l + ".bias"));
    }
    out = parameters.get("out.weight");
    outBias = parameters.get("out.bias");
  }

  @Override
  public ParameterSet parameters() {
    return parameters;
  }

  @Override
  public Var forward(Tape tape, Var positions, float[] times, Times condition) {
    Var ofTime = MatMul.linear(tape, tape.constant(condition.of(times)), time); // [B, width]
    Var ofPosition = MatMul.linear(tape, positions, position, bias); // [B, width]
    Var sum = Elementwise.add(tape, ofPosition, ofTime); // [B, width]
    for (int j = 0; j < WAVES; j++) {
      Var angle = Elementwise.scale(tape, positions, (float) (0.25 * Math.PI * (1 << j)));
      Var sine = MatMul.linear(tape, Elementwise.sin(tape, angle), sines.get(j));
      Var cosine = MatMul.linear(tape, Elementwise.cos(tape, angle), cosines.get(j));
      sum = Elementwise.add(tape, sum, Elementwise.add(tape, sine, cosine)); // [B, width]
    }
    Var h = Elementwise.silu(tape, sum); // [B, width]
    for (int l = 0; l < weights.size(); l++) {
      Var step = Elementwise.silu(tape, MatMul.linear(tape, h, weights.get(l), biases.get(l)));
      h = Elementwise.add(tape, h, step); // [B, width]
    }
    return MatMul.linear(tape, h, out, outBias); // [B, coordinates]
  }
}
