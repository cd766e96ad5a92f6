package quotient.models.molecule;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Structure-data files: any number of records of a connection table and named data items.
///
/// Read: V2000 and V3000, plain or gzip'd, with charges, isotopes and radicals from `M` lines, as a
/// stream whose memory does not grow with the file. Write: {@link SdfWriter}. Source: Dalby et al.
/// 1992, and the CTfile formats of BIOVIA 2020.
public final class SdfFile {
  private SdfFile() {}

  /// Opens a file for reading, record by record.
  public static SdfReader open(Path file) throws IOException {
    return SdfReader.open(file);
  }

  /// Reads from a stream, which closing the reader closes.
  ///
  /// @param name what errors call the stream
  public static SdfReader open(String name, InputStream stream) throws IOException {
    return SdfReader.of(name, stream);
  }

  /// All records of a file that is known to fit into memory.
  ///
  /// @throws quotient.models.io.FormatException at the first broken record
  public static List<SdfRecord> readAll(Path file) throws IOException {
    List<SdfRecord> records = new ArrayList<>();
    try (SdfReader reader = open(file)) {
      for (Optional<SdfRecord> r = reader.next(); r.isPresent(); r = reader.next()) {
        records.add(r.get());
      }
    }
    return records;
  }
}
