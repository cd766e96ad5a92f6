package quotient.models.train;

import java.util.Arrays;
import java.util.Map;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.models.graph.ChainInput;
import quotient.models.io.FormatException;
import quotient.models.io.Safetensors;
import quotient.models.net.ProteinCondition;
import quotient.models.net.Proteina;
import quotient.models.net.ProteinaConfig;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.Tensors;
import quotient.tensor.random.RandomKey;

/// One call of a Proteína network on named arrays: for porting and parity.
///
/// Inputs, padded to N residues: `x_t` `[B, N, 3]` in nm and `t` `[B]`; perhaps `mask` `[B, N]` (real
/// residues come first), `x_sc` `[B, N, 3]`, `residue_index` `[B, N]`, `chain_break` `[B, N]`,
/// `cath_index` `[B, 3]` (rows of the three tables) and the clean `x1` `[B, N, 3]`. Results: `out.v`,
/// `out.x1_pred`; with `x1` `out.loss_fm` per chain and its mean `out.loss`; with gradients of
/// `out.loss` `grad.weights.NAME`, `grad.v` and `grad.x_t`, the loss's weight taken as constant. Padding
/// is zero. Source of the loss: Geffner et al. 2025 (Proteína), as released.
public final class ProteinaForward {
  private static final double WEIGHT_EPSILON = 1e-5;

  private ProteinaForward() {}

  /// A network with the given weights.
  ///
  /// @param prefix stands before the released names in the file
  /// @throws FormatException if a weight is missing or has another shape
  public static Proteina network(ProteinaConfig config, Safetensors weights, String prefix)
      throws FormatException {
    Proteina network = new Proteina(config, RandomKey.of(0));
    NamedWeights.load(network.parameters(), weights, prefix);
    return network;
  }

  /// The configuration in the metadata of a weights file.
  ///
  /// @throws FormatException if it is missing or makes no sense
  public static ProteinaConfig config(Map<String, String> metadata) throws FormatException {
    try {
      return ProteinaConfig.fromMetadata(metadata);
    } catch (IllegalArgumentException e) {
      throw new FormatException("weights: " + e.getMessage(), e);
    }
  }

  /// Chains from padded arrays, and where they lie in them.
  ///
  /// @param condition the chains, with a self-conditioning estimate if there is one
  /// @param chains B
  /// @param padded N
  public record Chains(ProteinCondition condition, int chains, int padded) {
    /// The real residues of a padded array of that many numbers per residue, one after another.
    public float[] ragged(float[] array, int width) {
      ChainInput input = condition.input();
      float[] out = new float[input.residues() * width];
      for (int b = 0; b < chains; b++) {
        int from = input.start(b);
        int count = input.start(b + 1) - from;
        System.arraycopy(array, b * padded * width, out, from * width, count * width);
      }
      return out;
    }

    /// The reverse, zero in padding.
    public float[] padded(float[] array, int width) {
      ChainInput input = condition.input();
      float[] out = new float[chains * padded * width];
      for (int b = 0; b < chains; b++) {
        int from = input.start(b);
        int count = input.start(b + 1) - from;
        System.arraycopy(array, from * width, out, b * padded * width, count * width);
      }
      return out;
    }
  }

  /// Chains from named arrays.
  ///
  /// @throws FormatException if an array is missing or does not fit the others
  public static Chains chains(Safetensors inputs, String prefix, ProteinaConfig config)
      throws FormatException {
    Shape shape = inputs.shape(prefix + "x_t");
    if (shape.rank() != 3 || shape.dim(2) != 3) {
      throw new FormatException(
          "inputs: " + prefix + "x_t has shape " + shape + ", need [B, N, 3]");
    }
    int chains = shape.dim(0);
    int padded = shape.dim(1);
    ProteinCondition condition = new ProteinCondition();
    int[] mask = optional(inputs, prefix + "mask", chains * padded, 1);
    int[] numbers = optional(inputs, prefix + "residue_index", chains * padded, 0);
    int[] breaks = optional(inputs, prefix + "chain_break", chains * padded, 0);
    boolean numbered = inputs.contains(prefix + "residue_index");
    ChainInput input = condition.input();
    for (int b = 0; b < chains; b++) {
      int count = realResidues(mask, b * padded, padded);
      int first = input.residues();
      input.addChain(count);
      for (int i = 0; i < count; i++) {
        if (numbered) {
          input.setNumber(first + i, numbers[b * padded + i]);
        }
        input.setBreak(first + i, breaks[b * padded + i] != 0);
      }
    }
    Chains result = new Chains(condition, chains, padded);
    if (inputs.contains(prefix + "cath_index")) {
      setFolds(input, optional(inputs, prefix + "cath_index", 3 * chains, 0), config);
    }
    if (inputs.contains(prefix + "x_sc")) {
      condition.setOwnEstimate(result.ragged(floats(inputs, prefix + "x_sc", shape), 3), 0);
    }
    return result;
  }

  private static int realResidues(int[] mask, int at, int padded) throws FormatException {
    int count = 0;
    for (int i = 0; i < padded; i++) {
      if (mask[at + i] != 0) {
        if (i != count) {
          throw new FormatException("inputs: in mask, padding stands before a real residue");
        }
        count++;
      }
    }
    if (count == 0) {
      throw new FormatException("inputs: a chain has no real residue");
    }
    return count;
  }

  private static void setFolds(ChainInput input, int[] rows, ProteinaConfig config)
      throws FormatException {
    for (int b = 0; b < input.chains(); b++) {
      for (int level = 0; level < ChainInput.LEVELS; level++) {
        int row = rows[3 * b + level];
        if (row < 0 || row > config.folds().count(level)) {
          throw new FormatException(
              "inputs: cath_index holds " + row + ", the table has " + config.folds().count(level));
        }
      }
      input.setFold(b, rows[3 * b], rows[3 * b + 1], rows[3 * b + 2]);
    }
  }

  private static int[] optional(Safetensors file, String name, int size, int otherwise)
      throws FormatException {
    int[] values = new int[size];
    Arrays.fill(values, otherwise);
    if (file.contains(name)) {
      values = file.ints(name);
    }
    if (values.length != size) {
      throw new FormatException(
          "inputs: " + name + " has shape " + file.shape(name) + ", need " + size + " numbers");
    }
    return values;
  }

  private static float[] floats(Safetensors file, String name, Shape shape) throws FormatException {
    float[] values = file.floats(name);
    if (values.length != shape.size()) {
      throw new FormatException(
          "inputs: " + name + " has shape " + file.shape(name) + ", expected " + shape);
    }
    return values;
  }

  /// Runs the network and writes the results into a new file in memory.
  ///
  /// @throws FormatException if an input is missing or does not fit
  public static Safetensors run(
      Proteina network, Safetensors inputs, String prefix, boolean gradients)
      throws FormatException {
    Chains chains = chains(inputs, prefix, network.config());
    Shape shape = inputs.shape(prefix + "x_t");
    float[] xt = chains.ragged(floats(inputs, prefix + "x_t", shape), 3);
    float[] t = floats(inputs, prefix + "t", Shape.of(chains.chains));
    boolean targeted = inputs.contains(prefix + "x1");
    if (gradients && !targeted) {
      throw new FormatException("inputs: gradients need the clean chains, " + prefix + "x1");
    }
    Safetensors out = new Safetensors();
    Tape tape = new Tape(Tensors.singleThreaded());
    ParameterSet parameters = network.parameters();
    float[] weightGradients = gradients ? parameters.newVector() : new float[0];
    try (Tape.Pass _ = gradients ? tape.recording(weightGradients) : tape.inference()) {
      Var positions = tape.input(FloatTensor.of(xt, xt.length / 3, 3));
      Var v = network.forward(tape, positions, t, chains.condition);
      float[] velocity = v.value().toArray();
      float[] clean = clean(chains.condition.input(), xt, velocity, t);
      out.put("out.v", shape, chains.padded(velocity, 3), 0);
      out.put("out.x1_pred", shape, chains.padded(clean, 3), 0);
      if (targeted) {
        float[] x1 = chains.ragged(floats(inputs, prefix + "x1", shape), 3);
        float[] d = new float[clean.length];
        loss(out, chains.condition.input(), clean, x1, t, d);
        if (gradients) {
          float[] dv = timesRest(chains.condition.input(), d, t);
          tape.backward(v, FloatTensor.of(dv, dv.length / 3, 3));
          for (Parameter p : parameters.parameters()) {
            FloatTensor g = FloatTensor.view(weightGradients, p.offset(), p.shape());
            out.put("grad.weights." + p.name(), g);
          }
          float[] dx = tape.gradient(positions).toArray();
          for (int i = 0; i < dx.length; i++) {
            dx[i] += d[i];
          }
          out.put("grad.v", shape, chains.padded(dv, 3), 0);
          out.put("grad.x_t", shape, chains.padded(dx, 3), 0);
        }
      }
    }
    return out;
  }

  /// x_t + (1 - t) v.
  private static float[] clean(ChainInput input, float[] xt, float[] v, float[] t) {
    float[] clean = timesRest(input, v, t);
    for (int i = 0; i < clean.length; i++) {
      clean[i] += xt[i];
    }
    return clean;
  }

  /// (1 - t) x.
  private static float[] timesRest(ChainInput input, float[] x, float[] t) {
    float[] out = new float[x.length];
    for (int b = 0; b < input.chains(); b++) {
      for (int i = 3 * input.start(b); i < 3 * input.start(b + 1); i++) {
        out[i] = (1 - t[b]) * x[i];
      }
    }
    return out;
  }

  /// Writes the losses, and the gradient of their mean with respect to the clean chains.
  private static void loss(
      Safetensors out, ChainInput input, float[] clean, float[] x1, float[] t, float[] gradient) {
    int chains = input.chains();
    float[] losses = new float[chains];
    double mean = 0;
    for (int b = 0; b < chains; b++) {
      int from = 3 * input.start(b);
      int to = 3 * input.start(b + 1);
      double rest = 1 - (double) t[b];
      double weight = 1 / ((rest * rest + WEIGHT_EPSILON) * (to - from));
      double sum = 0;
      for (int i = from; i < to; i++) {
        double r = (double) clean[i] - x1[i];
        sum += weight * r * r;
        gradient[i] = (float) (2 * weight * r / chains);
      }
      losses[b] = (float) sum;
      mean += sum / chains;
    }
    out.put("out.loss_fm", Shape.of(chains), losses, 0);
    out.put("out.loss", Shape.of(1), new float[] {(float) mean}, 0);
  }
}
