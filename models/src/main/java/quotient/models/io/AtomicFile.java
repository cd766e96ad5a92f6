package quotient.models.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes `name.part` beside the target, forces it to disk, and renames it: nothing half-written
/// ever has the final name.
///
///     try (AtomicFile file = AtomicFile.create(path)) {
///       file.stream().write(bytes);
///       file.commit();
///     }
///
/// Closing without commit removes the side file. *Confined.*
public final class AtomicFile implements AutoCloseable {
  private final Path target;
  private final Path part;
  private final FileChannel channel;
  private final OutputStream stream;
  private boolean committed;

  private AtomicFile(Path target, Path part, FileChannel channel) {
    this.target = target;
    this.part = part;
    this.channel = channel;
    this.stream = Channels.newOutputStream(channel);
  }

  /// Opens the side file, replacing one that an interrupted run left behind.
  public static AtomicFile create(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Path part = absolute.resolveSibling(absolute.getFileName() + ".part");
    FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    return new AtomicFile(absolute, part, channel);
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

  /// The open side file, for bulk and positioned writes.
  public FileChannel channel() {
    return channel;
  }

  /// Forces the content to disk and gives it its final name, replacing what stood there.
  public void commit() throws IOException {
    channel.force(true);
    channel.close();
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }
    committed = true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (!committed) {
      Files.deleteIfExists(part);
    }
  }
}
