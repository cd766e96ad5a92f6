package quotient.models.io;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The first 64 bits of a SHA-256, in sixteen hexadecimal digits: enough to tell data sets and models
/// apart in records of runs. *Confined.*
public final class Fingerprint {
  private static final int DIGITS = 16;

  private final MessageDigest digest;

  /// Of nothing yet.
  public Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Adds a byte.
  public Fingerprint add(byte value) {
    digest.update(value);
    return this;
  }

  /// Adds the bits of a float, lowest byte first.
  public Fingerprint add(float value) {
    int bits = Float.floatToIntBits(value);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      digest.update((byte) (bits >> shift));
    }
    return this;
  }

  /// Adds the UTF-8 bytes of a text and an end.
  public Fingerprint add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    return this;
  }

  /// Of all that was added; the object begins anew.
  public String hex() {
    return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
  }
}
