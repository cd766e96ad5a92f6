package quotient.models.io;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/// Text that goes to a file, which then appears complete or not at all, or to a given stream.
///
/// Files are written beside their final name ({@link AtomicFile}); names that end in `.gz` are
/// compressed. Closing without {@link #commit} removes an unfinished file. *Confined.*
public final class TextOutput implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final Optional<AtomicFile> file;
  private final OutputStream out;

  private TextOutput(Optional<AtomicFile> file, OutputStream out) {
    this.file = file;
    this.out = out;
  }

  /// Opens a file.
  ///
  /// @throws FileAlreadyExistsException if it exists and may not be overwritten
  /// @throws IOException also if it is a folder or a device
  public static TextOutput create(Path target, boolean overwrite) throws IOException {
    if (Files.exists(target)) {
      if (!Files.isRegularFile(target)) {
        throw new IOException(target + " is not a regular file; give another output name");
      }
      if (!overwrite) {
        throw new FileAlreadyExistsException(
            target.toString(), null, "exists already; allow overwriting or give another name");
      }
    }
    AtomicFile file = AtomicFile.create(target);
    try {
      OutputStream raw = new BufferedOutputStream(new Unclosed(file.stream()), BUFFER);
      OutputStream out =
          target.toString().endsWith(".gz")
              ? new BufferedOutputStream(new GZIPOutputStream(raw, BUFFER), BUFFER)
              : raw;
      return new TextOutput(Optional.of(file), out);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /// Writes to a stream of the caller's, which is flushed at {@link #commit} and never closed.
  public static TextOutput of(OutputStream stream) {
    return new TextOutput(Optional.empty(), stream);
  }

  /// Appends text in UTF-8.
  public void write(CharSequence text) throws IOException {
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /// Finishes the file and gives it its name; nothing can be written afterwards. Flushes a stream.
  public void commit() throws IOException {
    if (file.isPresent()) {
      out.close();
      file.get().commit();
    } else {
      out.flush();
    }
  }

  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
    }
  }

  /// Lets a compressing stream end without closing the file, which must still be forced to disk.
  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
