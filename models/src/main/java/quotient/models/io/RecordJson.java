package quotient.models.io;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Flat settings records as JSON objects, with the names that the command line uses.
///
/// A component `checkpointEvery` is called `checkpoint-every`. Components are strings, booleans,
/// numbers and enums. This is the one place that looks at records through reflection: it keeps a
/// setting's name and default in one place only, the record.
public final class RecordJson {
  private RecordJson() {}

  /// The names of a record's settings, in order.
  public static List<String> names(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents()).map(c -> kebab(c.getName())).toList();
  }

  /// All settings of the record.
  public static JsonObject toJson(Record settings) {
    JsonObject json = new JsonObject();
    for (RecordComponent component : settings.getClass().getRecordComponents()) {
      Object value = read(component, settings);
      String name = kebab(component.getName());
      switch (value) {
        case Number number -> json.addProperty(name, number);
        case Boolean flag -> json.addProperty(name, flag);
        case Enum<?> constant -> json.addProperty(name, kebab(constant));
        default -> json.addProperty(name, value.toString());
      }
    }
    return json;
  }

  /// The defaults with the values of the JSON object in place of its own.
  ///
  /// @param where named in error messages
  /// @throws FormatException on a name that the record does not have, or a value of another type
  /// @throws IllegalArgumentException if the record's own checks refuse a value
  public static <R extends Record> R merge(R defaults, JsonObject json, String where)
      throws FormatException {
    RecordComponent[] components = defaults.getClass().getRecordComponents();
    List<String> known = Arrays.stream(components).map(c -> kebab(c.getName())).toList();
    for (String name : json.keySet()) {
      if (!known.contains(name)) {
        throw new FormatException(
            where
                + ": there is no setting \""
                + name
                + "\"; known are "
                + String.join(", ", known));
      }
    }
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      JsonElement element = json.get(known.get(i));
      values[i] =
          element == null
              ? read(components[i], defaults)
              : convert(components[i].getType(), element, where + ": " + known.get(i));
    }
    return construct(defaults, components, values);
  }

  private static Object convert(Class<?> type, JsonElement element, String where)
      throws FormatException {
    if (!(element instanceof JsonPrimitive value)) {
      throw new FormatException(where + ": expected one value, found " + element);
    }
    try {
      if (type == int.class) {
        return value.getAsBigDecimal().intValueExact();
      } else if (type == long.class) {
        return value.getAsBigDecimal().longValueExact();
      } else if (type == double.class) {
        return value.getAsDouble();
      } else if (type == boolean.class && value.isBoolean()) {
        return value.getAsBoolean();
      } else if (type == String.class) {
        return value.getAsString();
      } else if (type.isEnum()) {
        return constant(type, value.getAsString(), where);
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw new FormatException(
          where + ": expected a number (" + type.getSimpleName() + "), found " + element, e);
    }
    throw new FormatException(
        where + ": expected a value of type " + type.getSimpleName() + ", found " + element);
  }

  private static Object constant(Class<?> type, String name, String where) throws FormatException {
    StringBuilder known = new StringBuilder();
    for (Object constant : type.getEnumConstants()) {
      String candidate = kebab((Enum<?>) constant);
      if (candidate.equals(name)) {
        return constant;
      }
      known.append(known.isEmpty() ? "" : ", ").append(candidate);
    }
    throw new FormatException(where + ": expected one of " + known + ", found \"" + name + "\"");
  }

  private static Object read(RecordComponent component, Record settings) {
    try {
      return component.getAccessor().invoke(settings);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("settings: cannot read " + component.getName(), e);
    }
  }

  private static <R extends Record> R construct(
      R defaults, RecordComponent[] components, Object[] values) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    @SuppressWarnings("unchecked")
    Class<R> type = (Class<R>) defaults.getClass();
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException("settings: cannot make " + type.getSimpleName(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("settings: cannot make " + type.getSimpleName(), e);
    }
  }

  private static String kebab(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String kebab(String camel) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < camel.length(); i++) {
      char c = camel.charAt(i);
      if (Character.isUpperCase(c)) {
        out.append('-').append(Character.toLowerCase(c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
