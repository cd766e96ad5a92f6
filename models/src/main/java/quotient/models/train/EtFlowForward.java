package quotient.models.train;

import java.util.Map;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.models.graph.MoleculeInput;
import quotient.models.io.FormatException;
import quotient.models.io.Safetensors;
import quotient.models.net.EquivariantGraphTransformer;
import quotient.models.net.EtFlowConfig;
import quotient.models.net.MoleculeCondition;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.Tensors;
import quotient.tensor.random.RandomKey;

/// One call of an ET-Flow network on named arrays: for porting and parity.
///
/// Inputs: `atomic_numbers` `[N]`, `node_attr` `[N, 10]`, `bond_index` `[2, directed bonds]`, `batch` `[N]`
/// ascending, `pos` `[N, 3]`, `t` `[B, 1]`, and perhaps `target` `[N, 3]`. Results: `out.v`; with a target
/// `out.loss` (mean of squares over all 3N numbers) and `out.l2loss` (norm per atom, mean per
/// molecule, mean over molecules: the released training loss); with gradients `grad.NAME` of every
/// weight and `grad.pos` for `out.loss`, and `grad.l2loss_wrt_v`.
public final class EtFlowForward {
  private EtFlowForward() {}

  /// A network with the given weights.
  ///
  /// @param prefix stands before the released names in the file
  /// @throws FormatException if a weight is missing or has another shape
  public static EquivariantGraphTransformer network(
      EtFlowConfig config, Safetensors weights, String prefix) throws FormatException {
    EquivariantGraphTransformer network = new EquivariantGraphTransformer(config, RandomKey.of(0));
    NamedWeights.load(network.parameters(), weights, prefix);
    return network;
  }

  /// The configuration in the metadata of a weights file.
  ///
  /// @throws FormatException if it is missing or makes no sense
  public static EtFlowConfig config(Map<String, String> metadata) throws FormatException {
    try {
      return EtFlowConfig.fromMetadata(metadata);
    } catch (IllegalArgumentException e) {
      throw new FormatException("weights: " + e.getMessage(), e);
    }
  }

  /// Molecules from named arrays.
  ///
  /// @throws FormatException if an array is missing or does not fit the others
  public static MoleculeInput molecules(Safetensors inputs, String prefix) throws FormatException {
    int[] numbers = inputs.ints(prefix + "atomic_numbers");
    float[] features = floats(inputs, prefix + "node_attr", numbers.length, MoleculeInput.FEATURES);
    int[] batch = inputs.ints(prefix + "batch");
    int[] bonds = inputs.ints(prefix + "bond_index");
    if (batch.length != numbers.length || bonds.length % 2 != 0) {
      throw new FormatException(
          "inputs: "
              + numbers.length
              + " atoms, "
              + batch.length
              + " entries in batch, "
              + bonds.length
              + " in bond_index");
    }
    MoleculeInput molecules = new MoleculeInput();
    try {
      for (int from = 0; from < batch.length; ) {
        int to = from;
        while (to < batch.length && batch[to] == batch[from]) {
          to++;
        }
        addMolecule(molecules, from, to, numbers, features, bonds);
        from = to;
      }
    } catch (IllegalArgumentException e) {
      throw new FormatException("inputs: " + e.getMessage(), e);
    }
    return molecules;
  }

  private static void addMolecule(
      MoleculeInput molecules, int from, int to, int[] numbers, float[] features, int[] bonds) {
    molecules.addMolecule(to - from);
    for (int i = from; i < to; i++) {
      molecules.setAtom(i, numbers[i], features, i * MoleculeInput.FEATURES);
    }
    int count = bonds.length / 2;
    for (int b = 0; b < count; b++) {
      int source = bonds[b];
      int target = bonds[count + b];
      if (source >= from && source < to && source < target) {
        molecules.addBond(source, target, 1);
      }
    }
  }

  private static float[] floats(Safetensors file, String name, int rows, int columns)
      throws FormatException {
    float[] values = file.floats(name);
    if (values.length != rows * columns) {
      throw new FormatException(
          "inputs: "
              + name
              + " has shape "
              + file.shape(name)
              + ", expected ["
              + rows
              + ", "
              + columns
              + "]");
    }
    return values;
  }

  /// Runs the network and writes the results into a new file in memory.
  ///
  /// @throws FormatException if an input is missing or does not fit
  public static Safetensors run(
      EquivariantGraphTransformer network, Safetensors inputs, String prefix, boolean gradients)
      throws FormatException {
    MoleculeInput molecules = molecules(inputs, prefix);
    int atoms = molecules.atoms();
    float[] x = floats(inputs, prefix + "pos", atoms, 3);
    float[] t = floats(inputs, prefix + "t", molecules.molecules(), 1);
    boolean targeted = inputs.contains(prefix + "target");
    float[] target = targeted ? floats(inputs, prefix + "target", atoms, 3) : new float[3 * atoms];
    if (gradients && !targeted) {
      throw new FormatException(
          "inputs: gradients need " + prefix + "target, which the loss is measured against");
    }
    Safetensors out = new Safetensors();
    Tape tape = new Tape(Tensors.singleThreaded());
    ParameterSet parameters = network.parameters();
    float[] weightGradients = gradients ? parameters.newVector() : new float[0];
    MoleculeCondition condition = new MoleculeCondition(molecules);
    try (Tape.Pass _ = gradients ? tape.recording(weightGradients) : tape.inference()) {
      Var positions = tape.input(FloatTensor.of(x, atoms, 3));
      Var v = network.forward(tape, positions, t, condition);
      out.put("out.v", v.value());
      if (targeted) {
        double[] l2Gradient = new double[3 * atoms];
        double l2 = l2Loss(v.value(), target, molecules, l2Gradient);
        float[] gradient = new float[3 * atoms];
        double loss = squaredLoss(v.value(), target, gradient);
        out.put("out.loss", Shape.of(1), new float[] {(float) loss}, 0);
        out.put("out.l2loss", Shape.of(1), new float[] {(float) l2}, 0);
        if (gradients) {
          tape.backward(v, FloatTensor.of(gradient, atoms, 3));
          for (Parameter p : parameters.parameters()) {
            out.put("grad." + p.name(), FloatTensor.view(weightGradients, p.offset(), p.shape()));
          }
          out.put("grad.pos", tape.gradient(positions));
          float[] rounded = new float[3 * atoms];
          for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) l2Gradient[i];
          }
          out.put("grad.l2loss_wrt_v", Shape.of(atoms, 3), rounded, 0);
        }
      }
    }
    return out;
  }

  private static double squaredLoss(FloatTensor v, float[] target, float[] gradient) {
    double sum = 0;
    for (int i = 0; i < target.length; i++) {
      double r = (double) v.get(i) - target[i];
      sum += r * r;
      gradient[i] = (float) (2 * r / target.length);
    }
    return sum / target.length;
  }

  private static double l2Loss(
      FloatTensor v, float[] target, MoleculeInput molecules, double[] gradient) {
    double total = 0;
    for (int m = 0; m < molecules.molecules(); m++) {
      int from = molecules.start(m);
      int to = molecules.start(m + 1);
      double weight = 1.0 / ((to - from) * molecules.molecules());
      for (int i = from; i < to; i++) {
        double squared = 0;
        for (int c = 3 * i; c < 3 * i + 3; c++) {
          gradient[c] = (double) v.get(c) - target[c];
          squared += gradient[c] * gradient[c];
        }
        double length = Math.sqrt(squared);
        total += weight * length;
        for (int c = 3 * i; c < 3 * i + 3; c++) {
          gradient[c] *= length == 0 ? 0 : weight / length;
        }
      }
    }
    return total;
  }
}
