package quotient.autodiff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import quotient.tensor.FloatTensor;
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
  private final Map<String, Parameter> byName;
  private final float[] values;
  private volatile long version;

  private ParameterSet(Builder builder) {
    parameters = Collections.unmodifiableList(builder.parameters(this));
    byName = new LinkedHashMap<>();
    for (Parameter p : parameters) {
      if (byName.put(p.name(), p) != null) {
        throw new IllegalArgumentException("parameters: the name " + p.name() + " is used twice");
      }
    }
    values = new float[builder.length];
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
    return values.length;
  }

  /// The flat master; change it only inside {@link #update}.
  float[] values() {
    return values;
  }

  /// Grows with every update; packed forms remember the version they were made from.
  public long version() {
    return version;
  }

  /// Lets the action change the flat master, then drops all packed forms.
  public void update(Consumer<float[]> action) {
    action.accept(values);
    version++;
  }

  /// Lets the action look at the flat master without a copy; it must not write.
  public void read(Consumer<float[]> action) {
    action.accept(values);
  }

  /// A new flat vector of zeros in this set's layout.
  public float[] newVector() {
    return new float[values.length];
  }

  /// A new flat vector with the master's numbers.
  public float[] copyValues() {
    return values.clone();
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
      int padded = (shape.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      length = Math.addExact(length, padded);
      return declarations.size() - 1;
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
      ParameterSet set = new ParameterSet(this);
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
