package quotient.models.io;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/// Reads a Python pickle (protocols 0 to 5) as data, and executes nothing.
///
/// A pickle is a program for a stack machine that may call any Python function by name. Here a name
/// is only a name: a call becomes a {@link Call} that records what would have been called with what,
/// and the reader above decides which few of them it understands. Values: `None` is {@link #NONE},
/// `int` is `Long` or `BigInteger`, `float` is `Double`, `str` is `String`, `bytes` is {@link Bytes},
/// lists, tuples and sets are `List`, dictionaries are `Map`. *Confined.*
final class Pickle {
  /// Python's None.
  static final Object NONE =
      new Object() {
        @Override
        public String toString() {
          return "None";
        }
      };

  private static final String TRUNCATED = "ends inside an instruction; it is cut short";

  /// A name that Python would import.
  record Global(String module, String name) {
    boolean is(String fullName) {
      return toString().equals(fullName);
    }

    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  /// A call that is not made.
  ///
  /// @param function what would have been called
  /// @param arguments usually a list
  record Call(Object function, Object arguments) {}

  /// A reference to something stored outside of the pickle.
  record Persistent(Object id) {}

  /// Python's bytes.
  ///
  /// @param content not to be written
  record Bytes(byte[] content) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(content);
    }
  }

  private final ByteBuffer in;
  private final String name;
  private final Map<Integer, Object> memo = new HashMap<>();
  private final Deque<List<Object>> outer = new ArrayDeque<>();
  private List<Object> stack = new ArrayList<>();

  private Pickle(byte[] program, String name) {
    this.in = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    this.name = name;
  }

  /// The object that a pickle describes; `name` stands in error messages.
  ///
  /// @throws FormatException if it is no pickle, or damaged
  static Object read(byte[] program, String name) throws FormatException {
    Pickle pickle = new Pickle(program, name);
    try {
      return pickle.run();
    } catch (BufferUnderflowException e) {
      throw new FormatException(name + ": " + TRUNCATED, e);
    } catch (IndexOutOfBoundsException
        | ClassCastException
        | IllegalArgumentException
        | NoSuchElementException e) {
      throw pickle.damaged("an instruction that does not fit its arguments", e);
    }
  }

  private FormatException damaged(String what, Exception cause) {
    return new FormatException(
        name + ": not a readable pickle: " + what + " before byte " + in.position(), cause);
  }

  private Object run() throws FormatException {
    while (true) {
      int code = in.get() & 0xff;
      if (code == '.') {
        return pop();
      }
      boolean known = constant(code) || container(code) || memory(code) || object(code);
      if (!known) {
        throw new FormatException(
            name
                + ": not a readable pickle: instruction 0x"
                + Integer.toHexString(code)
                + " at byte "
                + (in.position() - 1));
      }
    }
  }

  // ---- numbers and text ----

  private boolean constant(int code) throws FormatException {
    switch (code) {
      case 0x80 -> in.get(); // PROTO
      case 0x95 -> in.getLong(); // FRAME
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) in.getInt());
      case 'K' -> push((long) (in.get() & 0xff));
      case 'M' -> push((long) (in.getShort() & 0xffff));
      case 0x8a -> push(integer(in.get() & 0xff)); // LONG1
      case 0x8b -> push(integer(length(in.getInt()))); // LONG4
      case 'I' -> push(decimal(line()));
      case 'L' -> push(decimal(line().replace("L", "")));
      case 'F' -> push(Double.parseDouble(line()));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
      case 'X' -> push(text(length(in.getInt())));
      case 0x8c -> push(text(in.get() & 0xff)); // SHORT_BINUNICODE
      case 0x8d -> push(text(length(in.getLong()))); // BINUNICODE8
      case 'V', 'S' -> push(line());
      case 'T', 'B' -> push(new Bytes(bytes(length(in.getInt()))));
      case 'U', 'C' -> push(new Bytes(bytes(in.get() & 0xff)));
      case 0x8e, 0x96 -> push(new Bytes(bytes(length(in.getLong())))); // BINBYTES8, BYTEARRAY8
      default -> {
        return false;
      }
    }
    return true;
  }

  private int length(long length) throws FormatException {
    if (length < 0 || length > in.remaining()) {
      throw new FormatException(name + ": " + TRUNCATED);
    }
    return (int) length;
  }

  private byte[] bytes(int length) {
    byte[] out = new byte[length];
    in.get(out);
    return out;
  }

  private String text(int length) {
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  private Object integer(int length) {
    byte[] little = bytes(length);
    byte[] big = new byte[length];
    for (int i = 0; i < length; i++) {
      big[i] = little[length - 1 - i];
    }
    return narrow(length == 0 ? BigInteger.ZERO : new BigInteger(big));
  }

  private static Object decimal(String text) {
    return switch (text) {
      case "00" -> false;
      case "01" -> true;
      default -> narrow(new BigInteger(text));
    };
  }

  private static Object narrow(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private String line() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte b = in.get(); b != '\n'; b = in.get()) {
      out.write(b);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  // ---- containers ----

  private boolean container(int code) {
    switch (code) {
      case '(' -> mark();
      case '0' -> pop();
      case '1' -> popMark();
      case '2' -> push(stack.getLast());
      case ']', ')' -> push(new ArrayList<>());
      case 0x8f -> push(new ArrayList<>()); // EMPTY_SET
      case '}' -> push(new LinkedHashMap<>());
      case 'l', 't', 0x91 -> push(popMark()); // LIST, TUPLE, FROZENSET
      case 'd' -> {
        List<Object> items = popMark();
        push(new LinkedHashMap<>());
        putAll(items);
      }
      case 0x85 -> push(last(1));
      case 0x86 -> push(last(2));
      case 0x87 -> push(last(3));
      case 'a' -> appendAll(last(1));
      case 'e', 0x90 -> appendAll(popMark()); // APPENDS, ADDITEMS
      case 's' -> putAll(last(2));
      case 'u' -> putAll(popMark());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() {
    return stack.removeLast();
  }

  private void mark() {
    outer.push(stack);
    stack = new ArrayList<>();
  }

  private List<Object> popMark() {
    List<Object> items = stack;
    stack = outer.pop();
    return items;
  }

  private List<Object> last(int count) {
    List<Object> tail = stack.subList(stack.size() - count, stack.size());
    List<Object> items = new ArrayList<>(tail);
    tail.clear();
    return items;
  }

  /// To a list; what is appended to anything else is forgotten.
  @SuppressWarnings("unchecked")
  private void appendAll(List<Object> items) {
    if (stack.getLast() instanceof List<?> list) {
      ((List<Object>) list).addAll(items);
    }
  }

  /// To a dictionary, or one that a call would make; what is put into anything else is forgotten.
  @SuppressWarnings("unchecked")
  private void putAll(List<Object> items) {
    if (stack.getLast() instanceof Map<?, ?> map) {
      for (int i = 0; i < items.size(); i += 2) {
        if (items.get(i) instanceof String || items.get(i) instanceof Number) {
          ((Map<Object, Object>) map).put(items.get(i), items.get(i + 1));
        }
      }
    }
  }

  // ---- memory ----

  private boolean memory(int code) {
    switch (code) {
      case 'q' -> memo.put(in.get() & 0xff, stack.getLast());
      case 'r' -> memo.put(in.getInt(), stack.getLast());
      case 'p' -> memo.put(Integer.parseInt(line()), stack.getLast());
      case 0x94 -> memo.put(memo.size(), stack.getLast()); // MEMOIZE
      case 'h' -> push(recalled(in.get() & 0xff));
      case 'j' -> push(recalled(in.getInt()));
      case 'g' -> push(recalled(Integer.parseInt(line())));
      default -> {
        return false;
      }
    }
    return true;
  }

  private Object recalled(int place) {
    Object value = memo.get(place);
    if (value == null) {
      throw new IllegalArgumentException("nothing is kept at place " + place);
    }
    return value;
  }

  // ---- objects: named, never made ----

  private boolean object(int code) {
    switch (code) {
      case 'c' -> push(new Global(line(), line()));
      case 0x93 -> { // STACK_GLOBAL
        List<Object> names = last(2);
        push(new Global((String) names.get(0), (String) names.get(1)));
      }
      case 'R', 0x81 -> { // REDUCE, NEWOBJ
        List<Object> call = last(2);
        push(called(call.get(0), call.get(1)));
      }
      case 0x92 -> { // NEWOBJ_EX
        List<Object> call = last(3);
        push(new Call(call.get(0), call.get(1)));
      }
      case 'i' -> {
        Global function = new Global(line(), line());
        push(new Call(function, popMark()));
      }
      case 'o' -> {
        List<Object> items = popMark();
        push(new Call(items.getFirst(), items.subList(1, items.size())));
      }
      case 'b' -> pop(); // BUILD: the state of an object that is not made
      case 'P' -> push(new Persistent(line()));
      case 'Q' -> push(new Persistent(pop()));
      default -> {
        return false;
      }
    }
    return true;
  }

  /// An ordered dictionary is filled after the call that makes it; everything else stays a call.
  private static Object called(Object function, Object arguments) {
    boolean ordered =
        function instanceof Global global
            && global.is("collections.OrderedDict")
            && arguments instanceof List<?> list
            && list.isEmpty();
    return ordered ? new LinkedHashMap<>() : new Call(function, arguments);
  }
}
