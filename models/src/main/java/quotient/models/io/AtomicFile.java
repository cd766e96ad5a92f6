package quotient.models.io;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Writes `name.part` beside the target, forces it to disk, and renames it: nothing half-written
/// ever has the final name.
///
///     try (AtomicFile file = AtomicFile.create(path)) {
///       file.stream().write(bytes);
///       file.commit();
///     }
///
/// Closing without commit removes the side file. Interrupting the thread does not break the writing.
/// *Confined.*
public final class AtomicFile implements AutoCloseable {
  private final Path target;
  private final Path part;
  private final FileOutputStream stream;
  private boolean committed;

  private AtomicFile(Path target, Path part, FileOutputStream stream) {
    this.target = target;
    this.part = part;
    this.stream = stream;
  }

  /// Opens the side file, replacing one that an interrupted run left behind.
  public static AtomicFile create(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Path part = absolute.resolveSibling(absolute.getFileName() + ".part");
    return new AtomicFile(absolute, part, new FileOutputStream(part.toFile()));
  }

  /// Writes a whole file at once.
  public static void write(Path target, byte[] content) throws IOException {
    try (AtomicFile file = create(target)) {
      file.stream().write(content);
      file.commit();
    }
  }

  /// Unbuffered; wrap it for small writes and flush before {@link #commit}.
  public OutputStream stream() {
    return stream;
  }

  /// Forces the content to disk and gives it its final name, replacing what stood there.
  public void commit() throws IOException {
    stream.getFD().sync();
    stream.close();
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }
    committed = true;
  }

  @Override
  public void close() throws IOException {
    stream.close();
    if (!committed) {
      Files.deleteIfExists(part);
    }
  }
}
