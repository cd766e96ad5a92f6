package quotient.models.io;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;

/// A safetensors file in memory: named tensors and a flat map of strings.
///
/// Layout: 8-byte little-endian header length, JSON header, raw little-endian row-major data. The
/// header is validated before anything is believed: lengths, offsets, overlaps, sizes. Tensors that were
/// read stay in their stored bytes until asked for. *Immutable* once read; *confined* while being filled.
public final class Safetensors {
  private static final int MAX_HEADER = 100_000_000;
  private static final String METADATA = "__metadata__";

  /// Element types of the format that this program reads.
  public enum Type {
    /// 64-bit float.
    F64(8),
    /// 32-bit float.
    F32(4),
    /// 16-bit float.
    F16(2),
    /// The upper half of a 32-bit float.
    BF16(2),
    /// Signed integers.
    I64(8),
    /// Signed integers.
    I32(4),
    /// Signed integers.
    I16(2),
    /// Signed integers.
    I8(1),
    /// Unsigned bytes.
    U8(1),
    /// One byte, 0 or 1.
    BOOL(1);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    /// Bytes per element.
    public int bytes() {
      return bytes;
    }
  }

  /// Numbers as the file stores them, or as they lie in somebody's tensor.
  private sealed interface Content {}

  private record Stored(byte[] bytes) implements Content {}

  private record View(float[] data, int offset) implements Content {}

  private record Entry(Type type, Shape shape, Content content) {
    /// Numbers `[from, to)` as the file stores them.
    ByteBuffer buffer(int from, int to) {
      return switch (content) {
        case Stored(byte[] bytes) ->
            ByteBuffer.wrap(bytes, from * type.bytes, (to - from) * type.bytes)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN);
        case View(float[] data, int offset) -> {
          ByteBuffer copy =
              ByteBuffer.allocate(Math.multiplyExact(to - from, type.bytes))
                  .order(ByteOrder.LITTLE_ENDIAN);
          copy.asFloatBuffer().put(data, offset + from, to - from);
          yield copy;
        }
      };
    }

    ByteBuffer buffer() {
      return buffer(0, shape.size());
    }
  }

  /// Numbers that are written at a time.
  private static final int PIECE = 1 << 16;

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /// An empty file, to be filled and written.
  public Safetensors() {}

  // ---- reading ----

  /// @throws FormatException if the file is not valid safetensors
  public static Safetensors read(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return read(channel, Files.size(path), path.toString());
    }
  }

  /// Reads a stream to its end; `name` stands in error messages.
  public static Safetensors read(InputStream stream, String name) throws IOException {
    return read(Channels.newChannel(stream), Long.MAX_VALUE, name);
  }

  private static Safetensors read(ReadableByteChannel channel, long size, String name)
      throws IOException {
    long headerLength = readBuffer(channel, 8, name, "header length").getLong();
    if (headerLength < 2 || headerLength > Math.min(MAX_HEADER, size - 8)) {
      throw new FormatException(
          name
              + ": not a safetensors file: the first eight bytes give a header of "
              + Long.toUnsignedString(headerLength)
              + " bytes");
    }
    byte[] text = readBuffer(channel, (int) headerLength, name, "header").array();
    JsonObject header = parseHeader(text, name);
    Safetensors file = new Safetensors();
    file.readMetadata(header, name);
    long dataSize = size == Long.MAX_VALUE ? Long.MAX_VALUE : size - 8 - headerLength;
    file.readTensors(channel, header, dataSize, name);
    return file;
  }

  private static JsonObject parseHeader(byte[] text, String name) throws FormatException {
    try {
      JsonElement root = JsonParser.parseString(new String(text, StandardCharsets.UTF_8));
      if (root.isJsonObject()) {
        return root.getAsJsonObject();
      }
    } catch (JsonParseException e) {
      throw new FormatException(name + ": not a safetensors file: its header is not JSON", e);
    }
    throw new FormatException(name + ": not a safetensors file: its header is no JSON object");
  }

  private void readMetadata(JsonObject header, String name) throws FormatException {
    JsonElement map = header.remove(METADATA);
    if (map == null) {
      return;
    }
    if (!map.isJsonObject()) {
      throw new FormatException(name + ": " + METADATA + " is not a map of strings");
    }
    for (Map.Entry<String, JsonElement> e : map.getAsJsonObject().entrySet()) {
      if (!(e.getValue() instanceof JsonPrimitive value)) {
        throw new FormatException(name + ": " + METADATA + "." + e.getKey() + " is not a string");
      }
      metadata.put(e.getKey(), value.getAsString());
    }
  }

  private record Placed(String name, Type type, Shape shape, long from, long to) {}

  private void readTensors(
      ReadableByteChannel channel, JsonObject header, long dataSize, String name)
      throws IOException {
    List<Placed> placed = new ArrayList<>();
    for (Map.Entry<String, JsonElement> e : header.entrySet()) {
      placed.add(parsePlaced(e.getKey(), e.getValue(), name));
    }
    List<Placed> byOffset = new ArrayList<>(placed);
    byOffset.sort(Comparator.comparingLong(Placed::from).thenComparingLong(Placed::to));
    long expected = 0;
    for (Placed p : byOffset) {
      if (p.from != expected || p.to > dataSize) {
        throw new FormatException(
            name
                + ": tensor "
                + p.name
                + ": data offsets ["
                + p.from
                + ", "
                + p.to
                + "] leave a gap, overlap or exceed the file; the file is damaged or cut short");
      }
      expected = p.to;
    }
    if (dataSize != Long.MAX_VALUE && expected != dataSize) {
      throw new FormatException(
          name + ": " + (dataSize - expected) + " bytes follow the last tensor");
    }
    Map<String, Entry> read = new LinkedHashMap<>();
    for (Placed p : byOffset) {
      int length = Math.toIntExact(p.to - p.from);
      byte[] bytes = readBuffer(channel, length, name, "tensor " + p.name).array();
      read.put(p.name, new Entry(p.type, p.shape, new Stored(bytes)));
    }
    for (Placed p : placed) {
      entries.put(p.name, Objects.requireNonNull(read.get(p.name)));
    }
  }

  private static Placed parsePlaced(String tensor, JsonElement element, String name)
      throws FormatException {
    try {
      JsonObject o = element.getAsJsonObject();
      Type type = Type.valueOf(o.get("dtype").getAsString());
      List<JsonElement> dims = o.getAsJsonArray("shape").asList();
      int[] shape = new int[dims.size()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = dims.get(i).getAsInt();
      }
      List<JsonElement> offsets = o.getAsJsonArray("data_offsets").asList();
      long from = offsets.get(0).getAsLong();
      long to = offsets.get(1).getAsLong();
      Shape s = Shape.of(shape);
      if (from < 0 || to - from != (long) s.size() * type.bytes()) {
        throw new FormatException(
            name
                + ": tensor "
                + tensor
                + ": "
                + type
                + " "
                + s
                + " does not fill its data offsets ["
                + from
                + ", "
                + to
                + "]");
      }
      return new Placed(tensor, type, s, from, to);
    } catch (RuntimeException e) {
      throw new FormatException(
          name + ": tensor " + tensor + ": unreadable header entry " + element, e);
    }
  }

  private static ByteBuffer readBuffer(
      ReadableByteChannel channel, int length, String name, String what) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new FormatException(
            name + ": ends inside its " + what + "; the file is cut short", new EOFException());
      }
    }
    return buffer.flip();
  }

  // ---- contents ----

  /// The flat map of strings; change it before writing.
  public Map<String, String> metadata() {
    return metadata;
  }

  /// In the order of the header.
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  public boolean contains(String name) {
    return entries.containsKey(name);
  }

  /// @throws FormatException if there is no such tensor
  public Shape shape(String name) throws FormatException {
    return entry(name).shape;
  }

  /// @throws FormatException if there is no such tensor
  public Type type(String name) throws FormatException {
    return entry(name).type;
  }

  private Entry entry(String name) throws FormatException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new FormatException("safetensors: no tensor is called " + name);
    }
    return entry;
  }

  /// The numbers of a floating or integer tensor as floats.
  public float[] floats(String name) throws FormatException {
    Entry e = entry(name);
    float[] out = new float[e.shape.size()];
    if (e.type == Type.F32) {
      e.buffer().asFloatBuffer().get(out);
      return out;
    }
    double[] wide = doubles(name);
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) wide[i];
    }
    return out;
  }

  /// The numbers of a floating or integer tensor as a float tensor of the stored shape.
  public FloatTensor tensor(String name) throws FormatException {
    return FloatTensor.view(floats(name), 0, entry(name).shape);
  }

  /// The numbers of a floating or integer tensor as doubles.
  public double[] doubles(String name) throws FormatException {
    Entry e = entry(name);
    double[] out = new double[e.shape.size()];
    ByteBuffer b = e.buffer();
    for (int i = 0; i < out.length; i++) {
      out[i] =
          switch (e.type) {
            case F64 -> b.getDouble();
            case F32 -> b.getFloat();
            case F16 -> Float.float16ToFloat(b.getShort());
            case BF16 -> Float.intBitsToFloat(b.getShort() << 16);
            case I64 -> b.getLong();
            case I32 -> b.getInt();
            case I16 -> b.getShort();
            case I8 -> b.get();
            case U8, BOOL -> b.get() & 0xff;
          };
    }
    return out;
  }

  /// The numbers of an integer or boolean tensor.
  ///
  /// @throws FormatException if the tensor is floating or a number exceeds an int
  public int[] ints(String name) throws FormatException {
    Entry e = entry(name);
    int[] out = new int[e.shape.size()];
    ByteBuffer b = e.buffer();
    for (int i = 0; i < out.length; i++) {
      long value =
          switch (e.type) {
            case I64 -> b.getLong();
            case I32 -> b.getInt();
            case I16 -> b.getShort();
            case I8 -> b.get();
            case U8, BOOL -> b.get() & 0xff;
            case F64, F32, F16, BF16 ->
                throw new FormatException(
                    "safetensors: " + name + " holds " + e.type + ", integers were expected");
          };
      if ((int) value != value) {
        throw new FormatException("safetensors: " + name + " holds " + value + ", not an int");
      }
      out[i] = (int) value;
    }
    return out;
  }

  // ---- filling and writing ----

  /// Adds a copy of a float tensor.
  public Safetensors put(String name, FloatTensor tensor) {
    return put(name, tensor.shape(), tensor.data(), tensor.offset());
  }

  /// Adds a copy of `shape.size()` floats from the offset.
  public Safetensors put(String name, Shape shape, float[] data, int offset) {
    byte[] bytes = new byte[Math.multiplyExact(shape.size(), 4)];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .put(data, offset, shape.size());
    entries.put(name, new Entry(Type.F32, shape, new Stored(bytes)));
    return this;
  }

  /// Adds a float tensor as it will be when the file is written: nothing is copied, and whoever changes it
  /// before changes what is written.
  public Safetensors putView(String name, FloatTensor tensor) {
    entries.put(
        name, new Entry(Type.F32, tensor.shape(), new View(tensor.data(), tensor.offset())));
    return this;
  }

  /// Adds a copy of doubles.
  public Safetensors put(String name, Shape shape, double[] data) {
    byte[] bytes = new byte[Math.multiplyExact(shape.size(), 8)];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asDoubleBuffer()
        .put(data, 0, shape.size());
    entries.put(name, new Entry(Type.F64, shape, new Stored(bytes)));
    return this;
  }

  /// Adds a copy of 64-bit integers.
  public Safetensors put(String name, Shape shape, long[] data) {
    byte[] bytes = new byte[Math.multiplyExact(shape.size(), 8)];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(data, 0, shape.size());
    entries.put(name, new Entry(Type.I64, shape, new Stored(bytes)));
    return this;
  }

  /// Adds numbers as they are stored, little-endian and row-major; the bytes become the file's.
  public Safetensors put(String name, Type type, Shape shape, byte[] bytes) {
    if (bytes.length != (long) shape.size() * type.bytes()) {
      throw new IllegalArgumentException(
          "safetensors: " + name + ": " + bytes.length + " bytes for " + type + " " + shape);
    }
    entries.put(name, new Entry(type, shape, new Stored(bytes)));
    return this;
  }

  /// Adds a float tensor rounded to 16 bits: eleven significant bits, less below 6e-5.
  ///
  /// @throws IllegalArgumentException if a number is not finite or beyond 65504
  public Safetensors putHalf(String name, FloatTensor tensor) {
    byte[] bytes = new byte[Math.multiplyExact(tensor.size(), 2)];
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tensor.size(); i++) {
      float value = tensor.data()[tensor.offset() + i];
      short half = Float.floatToFloat16(value);
      if (!Float.isFinite(Float.float16ToFloat(half))) {
        throw new IllegalArgumentException(
            "safetensors: " + name + ": " + value + " at " + i + " does not fit into 16 bits");
      }
      b.putShort(half);
    }
    entries.put(name, new Entry(Type.F16, tensor.shape(), new Stored(bytes)));
    return this;
  }

  /// Writes through a side file; see {@link AtomicFile}.
  public void write(Path path) throws IOException {
    try (AtomicFile file = AtomicFile.create(path)) {
      writeTo(file.stream());
      file.commit();
    }
  }

  private void writeTo(OutputStream out) throws IOException {
    byte[] header = header();
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(header.length).array());
    out.write(header);
    for (Entry e : entries.values()) {
      int count = e.shape.size();
      for (int from = 0; from < count; from += PIECE) {
        ByteBuffer piece = e.buffer(from, Math.min(count, from + PIECE));
        out.write(piece.array(), piece.arrayOffset(), piece.capacity());
      }
    }
  }

  private byte[] header() {
    JsonObject root = new JsonObject();
    if (!metadata.isEmpty()) {
      JsonObject map = new JsonObject();
      metadata.forEach(map::addProperty);
      root.add(METADATA, map);
    }
    long offset = 0;
    for (Map.Entry<String, Entry> e : entries.entrySet()) {
      JsonObject o = new JsonObject();
      o.addProperty("dtype", e.getValue().type.name());
      JsonArray shape = new JsonArray();
      for (int i = 0; i < e.getValue().shape.rank(); i++) {
        shape.add(e.getValue().shape.dim(i));
      }
      o.add("shape", shape);
      JsonArray offsets = new JsonArray();
      offsets.add(offset);
      offset += (long) e.getValue().shape.size() * e.getValue().type.bytes;
      offsets.add(offset);
      o.add("data_offsets", offsets);
      root.add(e.getKey(), o);
    }
    byte[] text = root.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    return padded;
  }
}
