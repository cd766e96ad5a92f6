package quotient.models.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import quotient.models.molecule.SdfFile;
import quotient.models.molecule.SdfReader;

/// Molecules that stay in their file: of each, where it lies is remembered, and the last ones used
/// are kept.
///
/// A molecule takes 28 bytes of index whatever its size, and the kept ones a bounded amount.
/// *Thread-safe.*
final class ConformerSpool implements ConformerDataset.Shelf {
  private final String name;
  private final FileChannel text;
  private final long memory;
  private long[] ends = new long[2 * 1024];
  private int[] numbers = new int[2 * 1024];
  private int[] atoms = new int[1024];
  private int count;
  private long used;
  private final Map<Integer, ConformerSet> kept = new LinkedHashMap<>(64, 0.75f, true);

  /// @param zipped whether the file is unpacked into a temporary one first, which goes away with the
  ///     process
  /// @param memory bytes for molecules that are kept
  ConformerSpool(Path file, boolean zipped, long memory) throws IOException {
    this.name = file.toString();
    this.memory = memory;
    this.text =
        zipped
            ? FileChannel.open(
                unpacked(file), StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE)
            : FileChannel.open(file, StandardOpenOption.READ);
  }

  private static Path unpacked(Path file) throws IOException {
    Path plain = Files.createTempFile("quotient-", ".sdf");
    try (InputStream in =
        new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file)), 1 << 16)) {
      Files.copy(in, plain, StandardCopyOption.REPLACE_EXISTING);
      return plain;
    } catch (IOException e) {
      Files.deleteIfExists(plain);
      throw e;
    }
  }

  /// Remembers where a molecule lies; it is not kept.
  void add(ConformerSet molecule, long from, long to, long first) {
    if (2 * count == ends.length) {
      ends = Arrays.copyOf(ends, 2 * ends.length);
      numbers = Arrays.copyOf(numbers, 2 * numbers.length);
      atoms = Arrays.copyOf(atoms, 2 * atoms.length);
    }
    ends[2 * count] = from;
    ends[2 * count + 1] = to;
    numbers[2 * count] = (int) first;
    numbers[2 * count + 1] = molecule.conformers().size();
    atoms[count] = molecule.atomCount();
    count++;
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public int conformers(int place) {
    return numbers[2 * place + 1];
  }

  @Override
  public int atoms(int place) {
    return atoms[place];
  }

  @Override
  public synchronized ConformerSet get(int place) {
    ConformerSet found = kept.get(place);
    if (found == null) {
      found = read(place);
      kept.put(place, found);
      used += bytes(place);
      Iterator<Integer> eldest = kept.keySet().iterator();
      while (used > memory && kept.size() > 1) {
        used -= bytes(eldest.next());
        eldest.remove();
      }
    }
    return found;
  }

  /// About what a molecule takes in memory: less than its text.
  private long bytes(int place) {
    return ends[2 * place + 1] - ends[2 * place];
  }

  private ConformerSet read(int place) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(bytes(place)));
    try {
      while (bytes.hasRemaining()) {
        if (text.read(bytes, ends[2 * place] + bytes.position()) < 0) {
          throw new EOFException(name + ": became shorter while it was in use");
        }
      }
      try (SdfReader reader = SdfFile.open(name, new ByteArrayInputStream(bytes.array()))) {
        return ConformerDataset.parse(reader, numbers[2 * place]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
