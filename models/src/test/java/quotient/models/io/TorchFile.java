package quotient.models.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes files as `torch.save` does, instruction by instruction, for tests.
public final class TorchFile {
  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
  private final Map<String, byte[]> storages = new LinkedHashMap<>();

  /// A pickle of protocol 2.
  public TorchFile() {
    bytes(0x80, 2);
  }

  private void bytes(int... values) {
    for (int v : values) {
      pickle.write(v);
    }
  }

  /// One instruction without argument.
  public TorchFile code(char c) {
    bytes(c);
    return this;
  }

  /// A dictionary that is filled until {@link #end}.
  public TorchFile dictionary() {
    bytes('}', '(');
    return this;
  }

  /// As above, of the kind that modules give.
  public TorchFile orderedDictionary() {
    global("collections", "OrderedDict");
    bytes(')', 'R', '(');
    return this;
  }

  /// Ends a dictionary.
  public TorchFile end() {
    bytes('u');
    return this;
  }

  public TorchFile text(String text) {
    byte[] utf = text.getBytes(StandardCharsets.UTF_8);
    bytes('X');
    number(utf.length);
    pickle.writeBytes(utf);
    return this;
  }

  public TorchFile integer(int value) {
    bytes('J');
    number(value);
    return this;
  }

  public TorchFile global(String module, String name) {
    pickle.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  private void number(int value) {
    pickle.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  /// A contiguous tensor of floats with a storage of its own.
  public TorchFile tensor(float[] values, int... sizes) {
    ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    b.asFloatBuffer().put(values);
    String key = Integer.toString(storages.size());
    storages.put(key, b.array());
    int[] strides = new int[sizes.length];
    int stride = 1;
    for (int k = sizes.length - 1; k >= 0; k--) {
      strides[k] = stride;
      stride *= sizes[k];
    }
    return view("FloatStorage", key, values.length, 0, sizes, strides);
  }

  /// A tensor over a storage that may be shared.
  public TorchFile view(
      String kind, String key, int elements, int offset, int[] sizes, int[] strides) {
    global("torch._utils", "_rebuild_tensor_v2");
    bytes('(', '(');
    text("storage").global("torch", kind).text(key).text("cpu").integer(elements);
    bytes('t', 'Q');
    integer(offset);
    tuple(sizes);
    tuple(strides);
    bytes(0x89);
    global("collections", "OrderedDict");
    bytes(')', 'R', 't', 'R');
    return this;
  }

  private void tuple(int[] values) {
    bytes('(');
    for (int v : values) {
      integer(v);
    }
    bytes('t');
  }

  /// A storage that a view may name.
  public TorchFile storage(String key, byte[] content) {
    storages.put(key, content);
    return this;
  }

  /// Writes the archive; nothing is compressed, as torch.save has it.
  public void write(Path path) throws IOException {
    bytes('.');
    write(path, pickle.toByteArray(), storages);
  }

  static void write(Path path, byte[] program, Map<String, byte[]> storages) throws IOException {
    try (OutputStream file = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      entry(zip, "archive/data.pkl", program);
      entry(zip, "archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
      for (Map.Entry<String, byte[]> e : storages.entrySet()) {
        entry(zip, "archive/data/" + e.getKey(), e.getValue());
      }
      entry(zip, "archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
