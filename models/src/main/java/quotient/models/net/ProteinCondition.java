package quotient.models.net;

import java.util.Arrays;
import quotient.models.graph.ChainInput;
import quotient.models.net.layer.PairClasses;
import quotient.models.net.layer.PairTables;
import quotient.models.net.layer.TokenLayout;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.parallel.WorkerPool;

/// What a backbone network is told besides positions and times, and the memory of its calls.
///
/// Keep one per thread, refill its {@link #input} for other chains; sampling steps reuse it.
/// *Confined.*
public final class ProteinCondition {
  private final ChainInput input;
  private final TokenLayout tokens = new TokenLayout();
  private final PairTables.Memory memory = new PairTables.Memory();
  private float[] own = new float[0];
  private boolean hasOwn;
  private PairClasses classes = new PairClasses(1, 2, 2);
  private ProteinaConfig config = ProteinaConfig.SIXTY_MILLION;
  private boolean prepared;
  private long version = -1;
  private float[] sequence = new float[0];
  private float[] times = new float[0];
  private float[] groupTime = new float[0];
  private float[] conditionTime = new float[0];
  private int[] fold = new int[0];
  private int[] conditionGroup = new int[0];
  private int[] conditionRow = new int[0];
  private int timeGroups;
  private int conditions;

  /// A condition about no chains yet; fill its input.
  public ProteinCondition() {
    this(new ChainInput());
  }

  /// A condition about the given chains; the input stays the caller's to refill between calls.
  public ProteinCondition(ChainInput input) {
    this.input = input;
  }

  public ChainInput input() {
    return input;
  }

  /// Gives the network its own estimate of the clean chains, which is copied.
  ///
  /// @param estimate nm, `[N, 3]`
  public void setOwnEstimate(float[] estimate, int offset) {
    int size = 3 * input.residues();
    if (own.length < size) {
      own = new float[size];
    }
    System.arraycopy(estimate, offset, own, 0, size);
    hasOwn = true;
  }

  /// Says that there is no estimate of the clean chains.
  public void clearOwnEstimate() {
    hasOwn = false;
  }

  public boolean hasOwnEstimate() {
    return hasOwn;
  }

  // ---- what the network reads ----

  /// Makes everything that follows from the chains, the positions and the times.
  void prepare(ProteinaConfig wanted, FloatTensor positions, float[] time, WorkerPool pool) {
    if (!prepared || !wanted.equals(config)) {
      config = wanted;
      classes = new PairClasses(wanted.separations(), wanted.ownDistances(), wanted.distances());
      version = -1;
      prepared = true;
    }
    if (version != input.version()) {
      tokens.begin(input, config.registers());
      classes.setSeparations(input, tokens);
      embedResidues();
      version = input.version();
    }
    classes.setDistances(tokens, positions.data(), positions.offset(), pool);
    if (hasOwn) {
      classes.setOwnDistances(tokens, own, 0, pool);
    } else {
      classes.clearOwnDistances(tokens);
    }
    writeOwnEstimate();
    group(time);
  }

  /// Residue numbers relative to the chain's first and chain breaks; the estimate's columns are left.
  private void embedResidues() {
    int width = config.indexWidth() + 4;
    if (sequence.length < input.residues() * width) {
      sequence = new float[input.residues() * width];
    }
    for (int b = 0; b < input.chains(); b++) {
      int first = input.number(input.start(b));
      for (int i = input.start(b); i < input.start(b + 1); i++) {
        Embeddings.index(input.number(i) - first + 1, config.indexWidth(), sequence, i * width);
        sequence[i * width + config.indexWidth()] = input.isBroken(i) ? 1 : 0;
      }
    }
  }

  private void writeOwnEstimate() {
    int width = config.indexWidth() + 4;
    for (int i = 0; i < input.residues(); i++) {
      int at = i * width + config.indexWidth() + 1;
      for (int c = 0; c < 3; c++) {
        sequence[at + c] = hasOwn ? own[3 * i + c] : 0;
      }
    }
  }

  /// Finds chains of equal time, and chains of equal time and fold.
  private void group(float[] time) {
    int chains = input.chains();
    if (groupTime.length < chains) {
      groupTime = new float[chains];
      conditionTime = new float[chains];
      conditionGroup = new int[chains];
      fold = new int[ChainInput.LEVELS * chains];
      conditionRow = new int[chains];
      times = new float[chains * config.timeWidth()];
    }
    timeGroups = 0;
    conditions = 0;
    for (int b = 0; b < chains; b++) {
      tokens.setGroups(b, 1 + conditionOf(b, time[b]), timeGroupOf(time[b]));
    }
    if (times.length < timeGroups * config.timeWidth()) {
      times = new float[timeGroups * config.timeWidth()];
    }
    for (int g = 0; g < timeGroups; g++) {
      Embeddings.time(groupTime[g], config.timeWidth(), times, g * config.timeWidth());
    }
    for (int g = 0; g < conditions; g++) {
      conditionGroup[g] = timeGroupOf(conditionTime[g]);
      conditionRow[g] = g + 1;
    }
  }

  private int timeGroupOf(float time) {
    for (int g = 0; g < timeGroups; g++) {
      if (groupTime[g] == time) {
        return g;
      }
    }
    groupTime[timeGroups] = time;
    return timeGroups++;
  }

  private int conditionOf(int chain, float time) {
    for (int g = 0; g < conditions; g++) {
      if (conditionTime[g] == time && hasFold(g, chain)) {
        return g;
      }
    }
    conditionTime[conditions] = time;
    for (int level = 0; level < ChainInput.LEVELS; level++) {
      fold[level * input.chains() + conditions] = row(chain, level);
    }
    return conditions++;
  }

  private boolean hasFold(int condition, int chain) {
    boolean same = true;
    for (int level = 0; level < ChainInput.LEVELS; level++) {
      same &= fold[level * input.chains() + condition] == row(chain, level);
    }
    return same;
  }

  /// Row of a level's table; the last is for unknown folds.
  private int row(int chain, int level) {
    int f = input.fold(chain, level);
    return f == ChainInput.UNKNOWN ? config.folds().count(level) : f;
  }

  TokenLayout tokens() {
    return tokens;
  }

  PairTables.Memory memory() {
    return memory;
  }

  PairClasses classes() {
    return classes;
  }

  /// Residue embedding, chain break and estimate, `[N, indexWidth + 4]`; borrowed.
  FloatTensor sequence() {
    return FloatTensor.view(sequence, 0, Shape.of(input.residues(), config.indexWidth() + 4));
  }

  /// Embedding of each different time, `[groups, timeWidth]`; borrowed.
  FloatTensor times() {
    return FloatTensor.view(times, 0, Shape.of(timeGroups, config.timeWidth()));
  }

  /// Number of different pairs of time and fold.
  int conditions() {
    return conditions;
  }

  /// Group of equal times of each of them.
  int[] conditionGroup() {
    return conditionGroup;
  }

  /// Row of the conditioning of each of them: its index plus 1.
  int[] conditionRow() {
    return conditionRow;
  }

  /// Row of a level's table for each of them.
  int[] fold(int level) {
    int from = level * input.chains();
    return Arrays.copyOfRange(fold, from, from + conditions);
  }
}
