package quotient.autodiff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import quotient.tensor.FloatTensor;
import quotient.tensor.PackedMatrix;
import quotient.tensor.Shape;
import quotient.tensor.random.RandomKey;

/// The ordered weights of a model, in one flat master vector.
///
/// Gradients, optimizer moments and averages are flat vectors of the same layout, so an optimizer
/// is one loop, a reduction is one sum, and a checkpoint is a list of views. Gaps between weights
/// (to multiples of 16 floats) stay zero everywhere. *Confined* while updated; otherwise
/// *thread-safe* to read.
public final class ParameterSet {
  private static final int ALIGNMENT = 16;

  private final List<Parameter> parameters;
  private final PackedMatrix.Store forwardStore = new PackedMatrix.Store();
  private PackedMatrix.Store backwardStore = new PackedMatrix.Store();
  private final Map<String, Parameter> byName;
  private final int length;
  private float[] values;
  private boolean inferenceOnly;
  private boolean keepsPacked = true;
  private volatile long version;

  private ParameterSet(Builder builder, int masterFloats) {
    length = builder.length;
    values = new float[masterFloats];
    parameters = Collections.unmodifiableList(builder.parameters(this));
    byName = new LinkedHashMap<>();
    for (Parameter p : parameters) {
      if (byName.put(p.name(), p) != null) {
        throw new IllegalArgumentException("parameters: the name " + p.name() + " is used twice");
      }
    }
  }

  /// In order of declaration.
  public List<Parameter> parameters() {
    return parameters;
  }

  /// @throws IllegalArgumentException if there is no such parameter
  public Parameter get(String name) {
    Parameter p = byName.get(name);
    if (p == null) {
      throw new IllegalArgumentException("parameters: none is called " + name);
    }
    return p;
  }

  public boolean contains(String name) {
    return byName.containsKey(name);
  }

  /// Number of weights, gaps not counted.
  public long count() {
    long count = 0;
    for (Parameter p : parameters) {
      count += p.shape().size();
    }
    return count;
  }

  /// Length of flat vectors of this set, gaps counted.
  public int length() {
    return length;
  }

  /// The flat master; change it only inside {@link #update}.
  float[] values() {
    return values;
  }

  /// Memory of packed forms that live as long as the set.
  public PackedMatrix.Store forwardStore() {
    return forwardStore;
  }

  /// Memory of the packed forms for `dy W`.
  PackedMatrix.Store backwardStore() {
    return backwardStore;
  }

  /// Bytes of all packed forms made so far.
  public long packedBytes() {
    return Float.BYTES * (forwardStore.held() + backwardStore.held());
  }

  /// Grows with every update; packed forms remember the version they were made from.
  public long version() {
    return version;
  }

  /// Lets the action change the flat master, then drops all packed forms.
  ///
  /// @throws IllegalStateException if masters were released for inference
  public void update(Consumer<float[]> action) {
    requireMaster("updated");
    action.accept(values);
    version++;
  }

  /// Lets the action look at the flat master without a copy; it must not write.
  ///
  /// @throws IllegalStateException if masters were released for inference
  public void read(Consumer<float[]> action) {
    requireMaster("read");
    action.accept(values);
  }

  /// A new flat vector of zeros in this set's layout.
  public float[] newVector() {
    return new float[length];
  }

  /// A new flat vector with the master's numbers.
  ///
  /// @throws IllegalStateException if masters were released for inference
  public float[] copyValues() {
    requireMaster("copied");
    return values.clone();
  }

  /// Says whether recording passes keep packed forms from one use of a weight to the next, as they do at
  /// first.
  ///
  /// A step that uses each weight once, forward and backward, gains nothing by keeping them; packing at
  /// use then saves two copies of the weights. Call it between passes.
  public void keepPackedWhileRecording(boolean keep) {
    keepsPacked = keep;
  }

  /// Whether recording passes keep packed forms.
  public boolean keepsPackedWhileRecording() {
    return keepsPacked;
  }

  // ---- inference ----

  /// Packs the chosen weights for `x W^T` and forgets their masters: from now on the set is for
  /// inference only, and {@link Parameter#value} of a chosen weight throws.
  ///
  /// Choose weights of linear layers that no other operation reads. Nobody may use the set meanwhile.
  ///
  /// @throws IllegalStateException if masters were released before
  public void releaseMasters(Predicate<Parameter> packedOnly) {
    requireMaster("released again");
    List<Parameter> kept = new ArrayList<>();
    int keptLength = 0;
    for (Parameter p : parameters) {
      if (packedOnly.test(p)) {
        p.release();
      } else {
        kept.add(p);
        keptLength += padded(p.shape());
      }
    }
    float[] compact = new float[keptLength];
    int at = 0;
    for (Parameter p : kept) {
      System.arraycopy(values, p.offset(), compact, at, p.shape().size());
      p.moveTo(compact, at);
      at += padded(p.shape());
    }
    values = compact;
    backwardStore = new PackedMatrix.Store();
    inferenceOnly = true;
  }

  /// Whether some masters were released, so that the set can no longer be trained or saved.
  public boolean isInferenceOnly() {
    return inferenceOnly;
  }

  /// Floats that the masters take now, gaps counted: {@link #length} until some are released.
  public int masterFloats() {
    return values.length;
  }

  private void requireMaster(String action) {
    if (inferenceOnly) {
      throw new IllegalStateException(
          "parameters: masters were released for inference, so the set cannot be "
              + action
              + "; load the checkpoint again");
    }
  }

  private static int padded(Shape shape) {
    return (shape.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /// Collects names, shapes and first values; parameters come in the order of declaration.
  public static final class Builder {
    private record Declaration(String name, int offset, Shape shape, Initializer initializer) {}

    private final List<Declaration> declarations = new ArrayList<>();
    private int length;

    /// An empty list.
    public Builder() {}

    /// Declares a weight; returns its position in the set's order.
    public int declare(String name, Shape shape, Initializer initializer) {
      declarations.add(new Declaration(name, length, shape, initializer));
      length = Math.addExact(length, padded(shape));
      return declarations.size() - 1;
    }

    /// Tells what a weight is.
    @FunctionalInterface
    public interface Source {
      /// Writes all numbers of the weight of that name into `out`, row-major.
      void read(String name, FloatTensor out);
    }

    /// A set for inference only, whose numbers come one weight at a time: those of chosen weights are
    /// packed for `x W^T` and kept in no other form, so that the set never holds them twice.
    ///
    /// The same as {@link #build}, a copy of the numbers and {@link ParameterSet#releaseMasters}.
    public ParameterSet buildForInference(Predicate<Parameter> packedOnly, Source source) {
      ParameterSet shapes = new ParameterSet(this, 0);
      int kept = 0;
      int largest = 0;
      for (Parameter p : shapes.parameters) {
        int size = padded(p.shape());
        if (packedOnly.test(p)) {
          largest = Math.max(largest, size);
        } else {
          kept += size;
        }
      }
      ParameterSet set = new ParameterSet(this, kept);
      float[] one = new float[largest];
      int at = 0;
      for (Parameter p : set.parameters) {
        if (packedOnly.test(p)) {
          FloatTensor numbers = FloatTensor.view(one, 0, p.shape());
          source.read(p.name(), numbers);
          p.packOnly(numbers);
        } else {
          p.moveTo(set.values, at);
          source.read(p.name(), p.value());
          at += padded(p.shape());
        }
      }
      set.inferenceOnly = true;
      return set;
    }

    /// Names and shapes, in the order of declaration.
    public Map<String, Shape> shapes() {
      Map<String, Shape> shapes = new LinkedHashMap<>();
      declarations.forEach(d -> shapes.put(d.name, d.shape));
      return shapes;
    }

    /// The first values of one weight, as {@link #build} draws them.
    public Source drawn(RandomKey key) {
      Map<String, Initializer> initializers = new LinkedHashMap<>();
      declarations.forEach(d -> initializers.put(d.name, d.initializer));
      return (name, out) ->
          Objects.requireNonNull(initializers.get(name)).fill(key.child(name), out);
    }

    private List<Parameter> parameters(ParameterSet set) {
      List<Parameter> list = new ArrayList<>();
      for (Declaration d : declarations) {
        list.add(new Parameter(set, d.name, list.size(), d.offset, d.shape));
      }
      return list;
    }

    /// The set with first values drawn from `key.child(name)`, whatever the order.
    public ParameterSet build(RandomKey key) {
      ParameterSet set = new ParameterSet(this, length);
      set.parameters.forEach(p -> p.moveTo(set.values, p.offset()));
      set.update(values -> {
        for (Declaration d : declarations) {
          FloatTensor view = FloatTensor.view(values, d.offset, d.shape);
          d.initializer.fill(key.child(d.name), view);
        }
      });
      return set;
    }
  }
}
