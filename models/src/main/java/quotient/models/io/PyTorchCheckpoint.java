package quotient.models.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import quotient.tensor.Shape;

/// Reads the weights of a PyTorch or Lightning file without executing anything of it.
///
/// Layout: a zip archive with `NAME/data.pkl`, a pickle whose tensors refer to the raw little-endian
/// storages `NAME/data/KEY`. Of the names in the pickle only tensors, parameters, ordered dictionaries
/// and storage types are understood ({@link Pickle}); any other object stays a name, and is an error
/// only in the place of a tensor. Weights are taken from the entry `state_dict` if there is one, else
/// from the top. Files of PyTorch before 1.6 are no archives and are refused.
public final class PyTorchCheckpoint {
  private static final long MAX_PICKLE = 256L << 20;
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8L;
  private static final String STATE = "state_dict";

  private static final Map<String, Safetensors.Type> STORAGES =
      Map.of(
          "DoubleStorage", Safetensors.Type.F64,
          "FloatStorage", Safetensors.Type.F32,
          "HalfStorage", Safetensors.Type.F16,
          "BFloat16Storage", Safetensors.Type.BF16,
          "LongStorage", Safetensors.Type.I64,
          "IntStorage", Safetensors.Type.I32,
          "ShortStorage", Safetensors.Type.I16,
          "CharStorage", Safetensors.Type.I8,
          "ByteStorage", Safetensors.Type.U8,
          "BoolStorage", Safetensors.Type.BOOL);

  private final ZipFile zip;
  private final String name;
  private final String folder;
  private final Map<String, byte[]> storages = new LinkedHashMap<>();
  private long total;

  private PyTorchCheckpoint(ZipFile zip, String name, String folder) {
    this.zip = zip;
    this.name = name;
    this.folder = folder;
  }

  /// Whether a file begins as a zip archive does.
  public static boolean isArchive(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] start = in.readNBytes(4);
      return start.length == 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3;
    }
  }

  /// The tensors of the file under their own names; epoch, step and version, if it tells them, as
  /// metadata.
  ///
  /// @throws FormatException if the file is none of PyTorch's, damaged, or holds no tensors
  public static Safetensors read(Path path) throws IOException {
    if (!isArchive(path)) {
      throw new FormatException(
          path
              + ": not a zip archive; PyTorch writes such files since 1.6: load older ones there and"
              + " save them again");
    }
    try (ZipFile zip = new ZipFile(path.toFile())) {
      return new PyTorchCheckpoint(zip, path.toString(), folder(zip, path)).tensors();
    } catch (ZipException e) {
      throw new FormatException(path + ": a damaged zip archive: " + e.getMessage(), e);
    }
  }

  private static String folder(ZipFile zip, Path path) throws FormatException {
    return zip.stream()
        .map(ZipEntry::getName)
        .filter(n -> n.endsWith("/data.pkl") && n.indexOf('/') == n.length() - 9)
        .map(n -> n.substring(0, n.length() - 8))
        .findFirst()
        .orElseThrow(() ->
            new FormatException(
                path + ": a zip archive without data.pkl; not a file of torch.save"));
  }

  private Safetensors tensors() throws IOException {
    requireLittleEndian();
    byte[] program = bytes("data.pkl", Optional.empty(), MAX_PICKLE);
    Object root = Pickle.read(program, name + ": data.pkl");
    if (!(root instanceof Map<?, ?> top)) {
      throw new FormatException(name + ": holds no dictionary of tensors but " + describe(root));
    }
    Map<?, ?> state = top;
    if (top.get(STATE) instanceof Map<?, ?> inner) {
      state = inner;
    } else if (top.containsKey(STATE)) {
      throw new FormatException(
          name + ": its " + STATE + " is no dictionary but " + describe(top.get(STATE)));
    }
    Safetensors out = new Safetensors();
    for (Map.Entry<?, ?> e : state.entrySet()) {
      if (e.getKey() instanceof String key && isTensor(e.getValue())) {
        put(out, key, e.getValue());
      } else if (state != top && e.getValue() instanceof Pickle.Call call) {
        throw new FormatException(
            name
                + ": "
                + e.getKey()
                + " is no tensor but "
                + describe(call)
                + ", which is not read");
      }
    }
    if (out.names().isEmpty()) {
      throw new FormatException(
          name + ": holds no tensors" + (state == top ? ", and no " + STATE : " in " + STATE));
    }
    for (String key : List.of("epoch", "global_step", "pytorch-lightning_version")) {
      if (top.get(key) instanceof Long || top.get(key) instanceof String) {
        out.metadata().put(key, String.valueOf(top.get(key)));
      }
    }
    return out;
  }

  private void requireLittleEndian() throws IOException {
    if (zip.getEntry(folder + "byteorder") != null) {
      String order =
          new String(bytes("byteorder", Optional.empty(), 16), StandardCharsets.US_ASCII);
      if (!order.strip().equals("little")) {
        throw new FormatException(name + ": written with byte order " + order + "; need little");
      }
    }
  }

  private byte[] bytes(String entry, Optional<Long> size, long limit) throws IOException {
    ZipEntry found = zip.getEntry(folder + entry);
    if (found == null) {
      throw new FormatException(name + ": has no entry " + folder + entry);
    }
    long expected = size.orElse(found.getSize());
    if (expected < 0 || expected > limit || found.getSize() != expected) {
      throw new FormatException(
          name
              + ": entry "
              + folder
              + entry
              + ": "
              + found.getSize()
              + " bytes, expected "
              + (size.isPresent() ? Long.toString(expected) : "at most " + limit));
    }
    if (found.getMethod() != ZipEntry.STORED) {
      throw new FormatException(
          name + ": entry " + folder + entry + " is compressed; torch.save stores it as it is");
    }
    try (InputStream in = zip.getInputStream(found)) {
      byte[] content = in.readNBytes((int) expected);
      if (content.length != expected) {
        throw new FormatException(name + ": entry " + folder + entry + " is cut short");
      }
      return content;
    }
  }

  // ---- tensors ----

  private static boolean isTensor(Object value) {
    return value instanceof Pickle.Call call
        && call.function() instanceof Pickle.Global function
        && (function.is("torch._utils._rebuild_tensor_v2")
            || function.is("torch._utils._rebuild_tensor")
            || function.is("torch._utils._rebuild_parameter"));
  }

  /// Adds a tensor: (storage, offset, sizes, strides, ...), or a parameter: (tensor, ...).
  private void put(Safetensors out, String key, Object value) throws IOException {
    try {
      Pickle.Call call = (Pickle.Call) value;
      List<?> arguments = (List<?>) call.arguments();
      if (((Pickle.Global) call.function()).is("torch._utils._rebuild_parameter")) {
        if (!isTensor(arguments.getFirst()) || arguments.getFirst() == value) {
          throw new FormatException(name + ": " + key + ": a parameter without a tensor");
        }
        put(out, key, arguments.getFirst());
        return;
      }
      List<?> id = (List<?>) ((Pickle.Persistent) arguments.get(0)).id();
      long offset = (Long) arguments.get(1);
      int[] sizes = dims((List<?>) arguments.get(2));
      int[] strides = dims((List<?>) arguments.get(3));
      if (!"storage".equals(id.get(0)) || sizes.length != strides.length || offset < 0) {
        throw new FormatException(name + ": " + key + ": a tensor over no storage");
      }
      Safetensors.Type type = type(key, id.get(1));
      byte[] storage = storage((String) id.get(2), (Long) id.get(4), type);
      Shape shape = Shape.of(sizes);
      byte[] data = gather(key, storage, type.bytes(), offset, sizes, strides, shape.size());
      out.put(key, type, shape, data);
    } catch (ClassCastException
        | IndexOutOfBoundsException
        | IllegalArgumentException
        | ArithmeticException e) {
      throw new FormatException(name + ": " + key + ": not a tensor as torch.save writes it", e);
    }
  }

  private static int[] dims(List<?> numbers) {
    int[] out = new int[numbers.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.toIntExact((Long) numbers.get(i));
      if (out[i] < 0) {
        throw new IllegalArgumentException("negative size or stride");
      }
    }
    return out;
  }

  private Safetensors.Type type(String key, Object kind) throws FormatException {
    if (kind instanceof Pickle.Global global && global.module().equals("torch")) {
      Safetensors.Type type = STORAGES.get(global.name());
      if (type != null) {
        return type;
      }
    }
    throw new FormatException(name + ": " + key + ": numbers of kind " + describe(kind));
  }

  private byte[] storage(String key, long elements, Safetensors.Type type) throws IOException {
    byte[] known = storages.get(key);
    if (known != null) {
      return known;
    }
    long size = Math.multiplyExact(elements, (long) type.bytes());
    byte[] read = bytes("data/" + key, Optional.of(size), MAX_BYTES);
    storages.put(key, read);
    return read;
  }

  /// The elements of a strided view, row-major.
  private byte[] gather(
      String key, byte[] storage, int width, long offset, int[] sizes, int[] strides, int count)
      throws FormatException {
    long last = offset;
    for (int k = 0; k < sizes.length; k++) {
      last += Math.max(0, sizes[k] - 1L) * strides[k];
    }
    long available = storage.length / width;
    total = Math.addExact(total, (long) count * width);
    boolean beyond = count > 0 && (last >= available || count > available);
    if (beyond || total > 4 * MAX_BYTES) {
      throw new FormatException(
          name + ": " + key + ": reaches beyond its storage of " + available + " numbers");
    }
    int first = Math.multiplyExact((int) offset, width);
    if (isContiguous(sizes, strides)) {
      return Arrays.copyOfRange(storage, first, first + Math.multiplyExact(count, width));
    }
    byte[] out = new byte[Math.multiplyExact(count, width)];
    int[] index = new int[sizes.length];
    for (int i = 0; i < count; i++) {
      long from = offset;
      for (int k = 0; k < index.length; k++) {
        from += (long) index[k] * strides[k];
      }
      System.arraycopy(storage, (int) from * width, out, i * width, width);
      for (int k = index.length - 1; k >= 0 && ++index[k] == sizes[k]; k--) {
        index[k] = 0;
      }
    }
    return out;
  }

  private static boolean isContiguous(int[] sizes, int[] strides) {
    long expected = 1;
    for (int k = sizes.length - 1; k >= 0; k--) {
      if (sizes[k] > 1 && strides[k] != expected) {
        return false;
      }
      expected *= sizes[k];
    }
    return true;
  }

  private static String describe(Object value) {
    return switch (value) {
      case Pickle.Call call -> "an object of " + call.function();
      case Pickle.Global global -> global.toString();
      default -> "a " + value.getClass().getSimpleName();
    };
  }
}
