package quotient.tensor.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomTest {
  private static final int N = 200_000;

  private static long word(int low, int high) {
    return (long) high << 32 | Integer.toUnsignedLong(low);
  }

  private static void assertKnownAnswer(int[] counter, int[] key, int[] expected) {
    long k = word(key[0], key[1]);
    long low = word(counter[0], counter[1]);
    long high = word(counter[2], counter[3]);
    assertEquals(word(expected[0], expected[1]), Philox.low(k, high, low));
    assertEquals(word(expected[2], expected[3]), Philox.high(k, high, low));
  }

  /// The known answers of Philox4x32 with ten rounds from the reference distribution of
  /// Salmon, Moraes, Dror & Shaw 2011.
  @Test
  void philoxGivesTheKnownAnswers() {
    assertKnownAnswer(
        new int[] {0, 0, 0, 0},
        new int[] {0, 0},
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    assertKnownAnswer(
        new int[] {-1, -1, -1, -1},
        new int[] {-1, -1},
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    assertKnownAnswer(
        new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
        new int[] {0xa4093822, 0x299f31d0},
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
  }

  /// Standard errors are known exactly; 5 of them are exceeded once in two million.
  @Test
  void uniformNumbersHaveTheirMoments() {
    RandomKey key = RandomKey.of(1).child("moments");
    double sum = 0;
    double squares = 0;
    double lag = 0;
    for (int i = 0; i < N; i++) {
      double u = key.uniform(i) - 0.5;
      sum += u;
      squares += u * u;
      lag += u * (key.uniform(i + 1) - 0.5);
    }
    assertEquals(0, sum / N, 5 * Math.sqrt(1 / 12.0 / N));
    assertEquals(1 / 12.0, squares / N, 5 * Math.sqrt(1 / 180.0 / N));
    assertEquals(0, lag / N, 5 / 12.0 / Math.sqrt(N));
  }

  @Test
  void normalNumbersHaveTheirMoments() {
    RandomKey key = RandomKey.of(2).child("normal");
    double[] z = new double[N];
    Normal.fill(key, z, 0, N);
    double[] moment = new double[5];
    for (double v : z) {
      for (int p = 1; p <= 4; p++) {
        moment[p] += Math.pow(v, p) / N;
      }
    }
    assertEquals(0, moment[1], 5 * Math.sqrt(1.0 / N));
    assertEquals(1, moment[2], 5 * Math.sqrt(2.0 / N));
    assertEquals(0, moment[3], 5 * Math.sqrt(15.0 / N));
    assertEquals(3, moment[4], 5 * Math.sqrt(96.0 / N));
  }

  @Test
  void theDrawOfAnIndexIsTheSameAloneAndInAFill() {
    RandomKey key = RandomKey.of(3).child(17);
    double[] wide = new double[20];
    Normal.fill(key, wide, 3, 16);
    float[] narrow = new float[20];
    Normal.fill(key, narrow, 5, 18);
    for (int i = 0; i < 13; i++) {
      assertEquals(Normal.at(key, i), wide[3 + i]);
      assertEquals((float) Normal.at(key, i), narrow[5 + i]);
    }
    assertEquals(0, wide[16]);
  }

  @Test
  void childrenAreDifferentAndUncorrelated() {
    RandomKey root = RandomKey.of(4);
    Set<RandomKey> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      assertTrue(seen.add(root.child(i)));
      assertTrue(seen.add(root.child("name" + i)));
    }
    assertNotEquals(root.child("a").child("b"), root.child("b").child("a"));
    assertEquals(root.child("noise"), RandomKey.of(4).child("noise"));
    RandomKey a = root.child("a");
    RandomKey b = root.child("b");
    double product = 0;
    for (int i = 0; i < N; i++) {
      product += (a.uniform(i) - 0.5) * (b.uniform(i) - 0.5);
    }
    assertEquals(0, product / N, 5 / 12.0 / Math.sqrt(N));
  }

  @Test
  void integersBelowABoundAreEvenlySpread() {
    RandomKey key = RandomKey.of(6);
    int[] count = new int[7];
    for (int i = 0; i < N; i++) {
      count[key.below(i, 7)]++;
    }
    double expected = N / 7.0;
    for (int c : count) {
      assertEquals(expected, c, 5 * Math.sqrt(expected * 6 / 7));
    }
    assertEquals(0, key.below(3, 1));
    assertThrows(IllegalArgumentException.class, () -> key.below(0, 0));
  }
}
