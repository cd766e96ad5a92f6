package quotient.models.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quotient.tensor.random.RandomKey;

final class ConformerSpoolTest {
  @TempDir Path folder;

  private Path zipped;
  private Path plain;

  /// The embedded data with a broken record and an unusable molecule in the middle.
  @BeforeEach
  void write() throws IOException {
    zipped = folder.resolve("data.sdf.gz");
    plain = folder.resolve("data.sdf");
    try (InputStream in = ConformerDataset.class.getResourceAsStream("held-out.sdf.gz")) {
      Files.copy(in, zipped);
    }
    String text;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(zipped))) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    int middle = text.indexOf("$$$$\n", text.length() / 2) + 5;
    String broken = "broken\n\n\n  2  1  0  0  0  0  0  0  0  0999 V2000\n  oops\n$$$$\n";
    Files.writeString(plain, text.substring(0, middle) + broken + text.substring(middle));
  }

  private static void assertSame(ConformerDataset expected, ConformerDataset actual) {
    assertEquals(expected.size(), actual.size());
    assertEquals(expected.hash(), actual.hash());
    assertEquals(expected.skipped(), actual.skipped());
    assertEquals(expected.conformerCount(), actual.conformerCount());
    // Backward, so that nothing is read in the order of the file.
    for (int i = expected.size() - 1; i >= 0; i--) {
      ConformerSet one = expected.get(i);
      ConformerSet other = actual.get(i);
      assertEquals(one.name(), other.name());
      assertEquals(one.bonds(), other.bonds());
      assertEquals(one.atomCount(), actual.atomCount(i));
      assertArrayEquals(one.graph().atomicNumbers(), other.graph().atomicNumbers());
      assertArrayEquals(one.weights(), other.weights());
      for (int k = 0; k < one.conformers().size(); k++) {
        assertArrayEquals(one.conformers().get(k), other.conformers().get(k));
      }
    }
  }

  @Test
  void aFileOnDiskGivesTheMoleculesOfOneInMemory() throws IOException {
    for (Path file : List.of(plain, zipped)) {
      assertSame(
          ConformerDataset.read(file, Long.MAX_VALUE / 8), ConformerDataset.read(file, 20_000));
    }
    assertEquals(1, ConformerDataset.read(plain, 20_000).skipped().size());
  }

  @Test
  void batchesAndSplitsDoNotDependOnWhereMoleculesAreKept() throws IOException {
    ConformerDataset.Split memory = ConformerDataset.read(plain, Long.MAX_VALUE / 8).split();
    ConformerDataset.Split disk = ConformerDataset.read(plain, 20_000).split();
    assertSame(memory.validation(), disk.validation());
    RandomKey key = RandomKey.of(3);
    List<Batcher.Example> one = new Batcher(memory.training(), 40, true).draw(key);
    List<Batcher.Example> other = new Batcher(disk.training(), 40, true).draw(key);
    for (int i = 0; i < 40; i++) {
      assertEquals(one.get(i).molecule().name(), other.get(i).molecule().name());
      assertEquals(one.get(i).key(), other.get(i).key());
      assertArrayEquals(one.get(i).coordinates(), other.get(i).coordinates());
    }
  }

  @Test
  void keptMoleculesTakeABoundedAmountOfMemory() throws IOException {
    ConformerDataset disk = ConformerDataset.read(plain, 20_000);
    ConformerSet first = disk.get(0);
    assertTrue(disk.get(0) == first, "the last one used is kept");
    for (int i = 1; i < disk.size(); i++) {
      assertTrue(disk.get(i).atomCount() > 0);
    }
    assertTrue(disk.get(0) != first, "the eldest one is let go");
  }
}
