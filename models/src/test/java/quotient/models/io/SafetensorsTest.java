package quotient.models.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;

final class SafetensorsTest {
  @TempDir Path folder;

  private Path sample() throws IOException {
    Safetensors file = new Safetensors();
    file.put("a", FloatTensor.of(new float[] {1, -2, 3.5f, 0, Float.MIN_VALUE, 6}, 2, 3));
    file.put("empty", FloatTensor.zeros(0, 4));
    file.put("scalar", Shape.scalar(), new double[] {Math.PI});
    file.put("steps", Shape.of(2), new long[] {7, -1});
    file.putHalf("half", FloatTensor.of(new float[] {0.5f, 65504f}));
    file.metadata().put("format", "pt");
    Path path = folder.resolve("sample.safetensors");
    file.write(path);
    return path;
  }

  @Test
  void writtenTensorsAreReadBack() throws IOException {
    Safetensors back = Safetensors.read(sample());
    assertEquals(List.of("a", "empty", "scalar", "steps", "half"), List.copyOf(back.names()));
    assertEquals(Shape.of(2, 3), back.shape("a"));
    assertArrayEquals(new float[] {1, -2, 3.5f, 0, Float.MIN_VALUE, 6}, back.floats("a"));
    assertEquals(0, back.floats("empty").length);
    assertEquals(Math.PI, back.doubles("scalar")[0]);
    assertArrayEquals(new int[] {7, -1}, back.ints("steps"));
    assertArrayEquals(new float[] {0.5f, 65504f}, back.floats("half"));
    assertEquals("pt", back.metadata().get("format"));
  }

  /// Longer than what is written at a time, from an offset, and changed before it is written.
  @Test
  void viewsAreWrittenAsTheyAreThen() throws IOException {
    float[] data = new float[3 + 200_000];
    FloatTensor view = FloatTensor.view(data, 3, Shape.of(2, 100_000));
    Safetensors file = new Safetensors();
    file.putView("view", view);
    for (int i = 0; i < data.length; i++) {
      data[i] = i - 0.5f;
    }
    assertArrayEquals(Arrays.copyOfRange(data, 3, data.length), file.floats("view"));
    assertEquals(100.5, file.doubles("view")[98]);
    Safetensors copied = new Safetensors().put("view", view);
    Path one = folder.resolve("view.safetensors");
    Path other = folder.resolve("copy.safetensors");
    file.write(one);
    copied.write(other);
    assertEquals(-1, Files.mismatch(one, other));
    assertArrayEquals(file.floats("view"), Safetensors.read(one).floats("view"));
  }

  @Test
  void streamsAreReadLikeFiles() throws IOException {
    byte[] bytes = Files.readAllBytes(sample());
    Safetensors back = Safetensors.read(new ByteArrayInputStream(bytes), "jar");
    assertEquals(5, back.names().size());
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(sample());
    for (int length = 0; length < bytes.length; length++) {
      Path cut = folder.resolve("cut.safetensors");
      Files.write(cut, Arrays.copyOf(bytes, length));
      assertThrows(FormatException.class, () -> Safetensors.read(cut), "length " + length);
    }
  }

  @Test
  void trailingBytesAreRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(sample());
    Path longer = folder.resolve("longer.safetensors");
    Files.write(longer, Arrays.copyOf(bytes, bytes.length + 1));
    assertThrows(FormatException.class, () -> Safetensors.read(longer));
  }

  @Test
  void overlappingAndMisSizedTensorsAreRefused() throws IOException {
    for (String header :
        List.of(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
            "{\"a\":{\"dtype\":\"X9\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            "[1,2]",
            "{\"a\":7}")) {
      byte[] text = header.getBytes(StandardCharsets.UTF_8);
      byte[] file = new byte[8 + text.length + 8];
      file[0] = (byte) text.length;
      System.arraycopy(text, 0, file, 8, text.length);
      assertThrows(
          FormatException.class,
          () -> Safetensors.read(new ByteArrayInputStream(file), "made"),
          header);
      Path path = folder.resolve("made.safetensors");
      Files.write(path, file);
      assertThrows(FormatException.class, () -> Safetensors.read(path), header);
    }
  }

  @Test
  void missingTensorIsNamed() throws IOException {
    Safetensors file = Safetensors.read(sample());
    FormatException e = assertThrows(FormatException.class, () -> file.floats("nope"));
    assertTrue(e.getMessage().contains("nope"));
  }

  @Test
  void anUncommittedFileLeavesNothingBehind() throws IOException {
    Path target = folder.resolve("sub/x.bin");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.stream().write(1);
    }
    assertFalse(Files.exists(target));
    try (var files = Files.list(target.getParent())) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void numbersThatDoNotFitIntoHalvesAreRefused() {
    Safetensors file = new Safetensors();
    for (float wrong : new float[] {65520f, -1e6f, Float.NaN, Float.POSITIVE_INFINITY}) {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> file.putHalf("w", FloatTensor.of(new float[] {1, wrong})));
      assertTrue(refused.getMessage().contains("w"), refused.getMessage());
    }
  }
}
