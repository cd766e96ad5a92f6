package quotient.models.net.layer;

/// The channel orders of attention: the released one, and the one that edge kernels work in.
///
/// H channels, A heads of d = H / A. The released code keeps a head's channels together (`h d + e`)
/// and splits values into parts inside each head (`h c d + b d + e`). Edge kernels want part after
/// part, and in everything that meets the attention weight, channel p to be of head `p mod A`
/// (`e A + h`): then a vector of weights fits everywhere without moving lanes. The two differ by a
/// permutation of rows or columns of weights. *Immutable.*
///
/// @param channels H
/// @param heads A, a divisor of H
/// @param parts c: scalar, vector, direction and perhaps cross product part of the value
public record HeadLayout(int channels, int heads, int parts) {
  public HeadLayout {
    if (heads < 1 || channels < 1 || channels % heads != 0) {
      throw new IllegalArgumentException(
          "heads: " + heads + " heads do not divide " + channels + " channels");
    }
    if (parts != 3 && parts != 4) {
      throw new IllegalArgumentException("heads: parts must be 3 or 4, found " + parts);
    }
  }

  /// For each interleaved channel its released one: of queries, keys, and scalar sums.
  public int[] interleaved() {
    int d = channels / heads;
    int[] order = new int[channels];
    for (int p = 0; p < channels; p++) {
      order[p] = p % heads * d + p / heads;
    }
    return order;
  }

  /// For each channel of a value in parts its released one: part 0 interleaved, since it meets the
  /// attention weight; the others as the vector features have them.
  public int[] values() {
    int d = channels / heads;
    int[] scalar = interleaved();
    int[] order = new int[parts * channels];
    for (int b = 0; b < parts; b++) {
      for (int p = 0; p < channels; p++) {
        int channel = b == 0 ? scalar[p] : p;
        order[b * channels + p] = channel / d * parts * d + b * d + channel % d;
      }
    }
    return order;
  }
}
