package quotient.models.io;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// The lines of a text file, plain or gzip'd (told by content), without their line ends.
///
/// Memory is one block and one line. A line is text in UTF-8, or in Latin-1 where its bytes are not
/// valid UTF-8. *Confined.*
public final class TextLines implements Closeable {
  /// Longer lines are taken for binary data.
  public static final int MAX_LINE = 1 << 22;

  private static final int BLOCK = 1 << 16;

  private final String reader;
  private final String file;
  private final InputStream in;
  private final byte[] block = new byte[BLOCK];
  private int position;
  private int filled;
  private byte[] line = new byte[256];
  private int length;
  private long number;
  private long before;

  private TextLines(String reader, String file, InputStream in) {
    this.reader = reader;
    this.file = file;
    this.in = in;
  }

  /// Opens a file.
  ///
  /// @param reader the class whose name errors carry
  /// @throws NoSuchFileException if there is no such file
  public static TextLines open(String reader, Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "no such file; check the path");
    }
    if (Files.isDirectory(file)) {
      throw new FormatException(reader + ": " + file + " is a folder; name one of its files");
    }
    InputStream raw = Files.newInputStream(file);
    try {
      return of(reader, file.toString(), raw);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /// Reads from a stream, which {@link #close} closes.
  ///
  /// @param name what errors call the stream
  public static TextLines of(String reader, String name, InputStream stream) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(stream, BLOCK);
    buffered.mark(2);
    boolean zipped = buffered.read() == 0x1f && buffered.read() == 0x8b;
    buffered.reset();
    try {
      InputStream in = zipped ? new GZIPInputStream(buffered, BLOCK) : buffered;
      return new TextLines(reader, name, in);
    } catch (ZipException | EOFException e) {
      throw new FormatException(reader + ": " + name + ": broken gzip header; unpack it anew", e);
    }
  }

  /// Moves to the next line; false at the end.
  public boolean next() throws IOException {
    length = 0;
    boolean any = false;
    while (true) {
      if (position == filled && !fill()) {
        if (any) {
          number++;
        }
        return any;
      }
      any = true;
      int from = position;
      while (position < filled && block[position] != '\n') {
        position++;
      }
      append(from, position);
      if (position < filled) {
        position++;
        if (length > 0 && line[length - 1] == '\r') {
          length--;
        }
        number++;
        return true;
      }
    }
  }

  /// Number of the current line, from 1; 0 before the first.
  public long number() {
    return number;
  }

  /// Number of bytes of the unpacked text up to the next line.
  public long offset() {
    return before + position;
  }

  /// Name of the file or stream.
  public String file() {
    return file;
  }

  /// Bytes of the current line; valid until the next call, beyond {@link #length} arbitrary.
  public byte[] bytes() {
    return line;
  }

  /// Number of bytes of the current line.
  public int length() {
    return length;
  }

  /// The current line as text.
  public String text() {
    return text(0, length);
  }

  /// A part of the current line as text, cut at its end.
  public String text(int from, int to) {
    int end = Math.min(to, length);
    if (from >= end) {
      return "";
    }
    for (int i = from; i < end; i++) {
      if (line[i] < 0) {
        return decode(from, end);
      }
    }
    return new String(line, from, end - from, StandardCharsets.ISO_8859_1);
  }

  /// True if the current line holds nothing but white space.
  public boolean isBlank() {
    for (int i = 0; i < length; i++) {
      if (line[i] != ' ' && line[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  /// True if the current line begins with that ASCII text.
  public boolean startsWith(String prefix) {
    if (length < prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (line[i] != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// An error at the current line.
  public FormatException error(String problem) {
    return error(number, problem);
  }

  /// A piece of a text at fault, in quotes and short enough for one line of output.
  public static String quote(String text) {
    String flat = text.strip();
    return '"' + (flat.length() <= 40 ? flat : flat.substring(0, 37) + "...") + '"';
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private FormatException error(long line, String problem) {
    return new FormatException(reader + ": " + file + " line " + line + ": " + problem);
  }

  private boolean fill() throws IOException {
    before += filled;
    position = 0;
    try {
      filled = in.read(block, 0, BLOCK);
    } catch (ZipException | EOFException e) {
      filled = 0;
      throw new FormatException(
          reader + ": " + file + " after line " + number + ": damaged gzip data; copy it anew", e);
    }
    if (filled <= 0) {
      filled = 0;
      return false;
    }
    return true;
  }

  private void append(int from, int to) throws IOException {
    int count = to - from;
    if (length + count > MAX_LINE) {
      throw error(number + 1, "line longer than " + MAX_LINE + " bytes; not a text file?");
    }
    if (length + count > line.length) {
      line = Arrays.copyOf(line, Math.max(2 * line.length, length + count));
    }
    System.arraycopy(block, from, line, length, count);
    length += count;
  }

  private String decode(int from, int to) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(line, from, to - from))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      return new String(line, from, to - from, StandardCharsets.ISO_8859_1);
    }
  }
}
