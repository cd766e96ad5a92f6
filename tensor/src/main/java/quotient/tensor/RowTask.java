package quotient.tensor;

import quotient.tensor.kernel.Kernels;
import quotient.tensor.parallel.RangeTask;

/// A row-wise kernel with its arguments, reused from call to call. *Confined.*
final class RowTask implements RangeTask {
  private static final FloatTensor NONE = FloatTensor.zeros(0);
  private static final int[] NO_INDEX = new int[0];

  private enum Kind {
    SOFTMAX,
    LAYER_NORM,
    GATHER,
    SEGMENT_SUM
  }

  private final Kernels kernels;
  private Kind kind = Kind.SOFTMAX;
  private FloatTensor x = NONE;
  private FloatTensor y = NONE;
  private FloatTensor gain = NONE;
  private FloatTensor bias = NONE;
  private FloatTensor mean = NONE;
  private FloatTensor rstd = NONE;
  private float epsilon;
  private int[] index = NO_INDEX;

  RowTask(Kernels kernels) {
    this.kernels = kernels;
  }

  RowTask setSoftmax(FloatTensor from, FloatTensor to) {
    kind = Kind.SOFTMAX;
    x = from;
    y = to;
    return this;
  }

  RowTask setLayerNorm(
      FloatTensor from,
      FloatTensor newGain,
      FloatTensor newBias,
      float newEpsilon,
      FloatTensor to,
      FloatTensor newMean,
      FloatTensor newRstd) {
    kind = Kind.LAYER_NORM;
    x = from;
    y = to;
    gain = newGain;
    bias = newBias;
    epsilon = newEpsilon;
    mean = newMean;
    rstd = newRstd;
    return this;
  }

  RowTask setGather(FloatTensor from, int[] rows, FloatTensor to) {
    kind = Kind.GATHER;
    x = from;
    y = to;
    index = rows;
    return this;
  }

  RowTask setSegmentSum(FloatTensor from, int[] start, FloatTensor to) {
    kind = Kind.SEGMENT_SUM;
    x = from;
    y = to;
    index = start;
    return this;
  }

  /// Forgets the arguments, so that their memory can be given back.
  void clear() {
    x = NONE;
    y = NONE;
    gain = NONE;
    bias = NONE;
    mean = NONE;
    rstd = NONE;
    index = NO_INDEX;
  }

  @Override
  public void run(int from, int to, int lane) {
    int c = x.columns();
    int at = x.offset() + from * c;
    int out = y.offset() + from * c;
    switch (kind) {
      case SOFTMAX -> kernels.softmaxRows(x.data(), at, y.data(), out, to - from, c);
      case LAYER_NORM ->
          kernels.layerNorm(
              x.data(),
              at,
              gain.size() == 0 ? NONE.data() : gain.data(),
              gain.offset(),
              bias.size() == 0 ? NONE.data() : bias.data(),
              bias.offset(),
              epsilon,
              y.data(),
              out,
              mean.data(),
              mean.offset() + from,
              rstd.data(),
              rstd.offset() + from,
              to - from,
              c);
      case GATHER -> kernels.gatherRows(x.data(), x.offset(), c, index, from, to, y.data(), out);
      case SEGMENT_SUM ->
          kernels.segmentSum(x.data(), x.offset(), c, index, from, to - from, y.data(), out);
    }
  }
}
