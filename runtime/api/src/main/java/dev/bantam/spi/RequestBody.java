package dev.bantam.spi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A request's payload as a JSON object of plain Java values: {@link String}, {@link Long} or {@link
 * Double}, {@link Boolean}, {@link List}, {@link Map} and null. Field names are OpenAI's where
 * OpenAI has the field ({@code prompt}, {@code messages}, {@code max_tokens}, {@code temperature},
 * {@code top_p}, {@code stop}, {@code seed}, {@code stream}).
 *
 * <p>Each getter checks the type and throws a {@link TaskException} with {@link
 * ErrorCode#INVALID_REQUEST} whose message names the field, what was expected and what was found. A
 * JSON null counts as absent.
 */
public final class RequestBody {

  private final Map<String, @Nullable Object> fields;

  private RequestBody(Map<String, @Nullable Object> fields) {
    this.fields = fields;
  }

  /** A payload that was a JSON object. */
  public static RequestBody of(Map<String, ? extends @Nullable Object> fields) {
    return new RequestBody(new LinkedHashMap<>(fields));
  }

  /** A payload that was plain text: the text is the {@code prompt}. */
  public static RequestBody ofText(String text) {
    return of(Map.of("prompt", text));
  }

  /** All fields as they came, in order; for handing on, not for reading single fields. */
  public Map<String, @Nullable Object> fields() {
    return new LinkedHashMap<>(fields);
  }

  public boolean has(String field) {
    return fields.get(field) != null;
  }

  /** A required text field that has at least one character which is not white space. */
  public String text(String field) throws TaskException {
    String text =
        optionalText(field)
            .orElseThrow(
                () -> invalid("\"%s\" is missing; send it as a JSON string".formatted(field)));
    if (text.isBlank()) {
      throw invalid("\"%s\" is empty; send some text".formatted(field));
    }
    return text;
  }

  public Optional<String> optionalText(String field) throws TaskException {
    Object value = fields.get(field);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text);
    }
    throw wrongType(field, "a string", value);
  }

  /** An integer within {@code [min, max]}. */
  public OptionalInt optionalInt(String field, int min, int max) throws TaskException {
    OptionalLong value = optionalLong(field, min, max);
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }

  /** An integer within {@code [min, max]}. */
  public OptionalLong optionalLong(String field, long min, long max) throws TaskException {
    Object value = fields.get(field);
    if (value == null) {
      return OptionalLong.empty();
    }
    if (!(value instanceof Long || value instanceof Integer)) {
      throw wrongType(field, "a whole number", value);
    }
    long number = ((Number) value).longValue();
    if (number < min || number > max) {
      throw invalid(
          "\"%s\" is %d; it must be between %d and %d".formatted(field, number, min, max));
    }
    return OptionalLong.of(number);
  }

  /** A finite number within {@code [min, max]}. */
  public OptionalDouble optionalDouble(String field, double min, double max) throws TaskException {
    Object value = fields.get(field);
    if (value == null) {
      return OptionalDouble.empty();
    }
    if (!(value instanceof Number number)) {
      throw wrongType(field, "a number", value);
    }
    double result = number.doubleValue();
    if (!(result >= min && result <= max)) {
      throw invalid(
          "\"%s\" is %s; it must be between %s and %s".formatted(field, result, min, max));
    }
    return OptionalDouble.of(result);
  }

  public boolean flag(String field) throws TaskException {
    Object value = fields.get(field);
    if (value == null) {
      return false;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrongType(field, "true or false", value);
  }

  /** A string or a list of strings, as OpenAI's {@code stop} is; empty if absent. */
  public List<String> texts(String field) throws TaskException {
    Object value = fields.get(field);
    if (value == null) {
      return List.of();
    }
    if (value instanceof String text) {
      return List.of(text);
    }
    if (!(value instanceof List<?> list)) {
      throw wrongType(field, "a string or a list of strings", value);
    }
    List<String> texts = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof String text)) {
        throw wrongType(field, "a list of strings only", element);
      }
      texts.add(text);
    }
    return List.copyOf(texts);
  }

  /** A list of JSON objects, as OpenAI's {@code messages} is; empty if absent. */
  public List<RequestBody> objects(String field) throws TaskException {
    Object value = fields.get(field);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw wrongType(field, "a list of objects", value);
    }
    List<RequestBody> objects = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof Map<?, ?> map)) {
        throw wrongType(field, "a list of objects only", element);
      }
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, entry) -> copy.put(String.valueOf(key), entry));
      objects.add(new RequestBody(copy));
    }
    return List.copyOf(objects);
  }

  private static TaskException wrongType(String field, String expected, @Nullable Object found) {
    return invalid("\"%s\" must be %s, but it is %s".formatted(field, expected, describe(found)));
  }

  private static String describe(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof String) {
      return "a string";
    }
    if (value instanceof Number number) {
      return "the number " + number;
    }
    if (value instanceof Boolean flag) {
      return flag.toString();
    }
    return value instanceof List ? "a list" : "an object";
  }

  private static TaskException invalid(String message) {
    return new TaskException(ErrorCode.INVALID_REQUEST, message);
  }

  @Override
  public String toString() {
    return "RequestBody" + fields.keySet();
  }
}
