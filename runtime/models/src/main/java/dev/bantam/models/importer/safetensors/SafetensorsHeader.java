package dev.bantam.models.importer.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.bantam.models.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a safetensors header, JSON of the form {@code {"NAME": {"dtype": "F16", "shape": [2, 3],
 * "data_offsets": [0, 12]}, ...}}, token by token, and checks it against the file's size. The
 * format is described in the README of the safetensors library.
 */
final class SafetensorsHeader {

  private static final int MAX_TENSORS = 1 << 16;
  private static final int MAX_DIMENSIONS = 8;
  private static final int MAX_NAME = 1 << 10;

  /** Text about the file, which nobody needs here. */
  private static final String METADATA = "__metadata__";

  private final Path file;
  private final long dataStart;
  private final long dataBytes;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  /**
   * @param dataStart byte of the file at which the first tensor may begin
   * @param dataBytes bytes from there to the file's end
   */
  SafetensorsHeader(Path file, long dataStart, long dataBytes) {
    this.file = file;
    this.dataStart = dataStart;
    this.dataBytes = dataBytes;
  }

  /** All tensors by name. */
  Map<String, StoredTensor> read(InputStream json) throws ModelException {
    try (JsonParser parser = JsonFile.FACTORY.createParser(json)) {
      expect(parser.nextToken() == JsonToken.START_OBJECT, "header", "it is no JSON object");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        expect(name.length() <= MAX_NAME, "header", "a tensor's name is too long");
        parser.nextToken();
        if (name.equals(METADATA)) {
          parser.skipChildren();
        } else {
          add(name, tensor(name, parser));
        }
      }
      expect(parser.currentToken() == JsonToken.END_OBJECT, "header", "it ends too early");
      expect(parser.nextToken() == null, "header", "something follows the JSON object");
    } catch (IOException e) {
      throw JsonFile.failure(file, e);
    }
    checkApart();
    return tensors;
  }

  private void add(String name, StoredTensor tensor) throws ModelException {
    expect(tensors.size() < MAX_TENSORS, "header", "it names more than %d tensors", MAX_TENSORS);
    expect(tensors.put(name, tensor) == null, name, "the header names the tensor twice");
  }

  private StoredTensor tensor(String name, JsonParser parser) throws ModelException, IOException {
    expect(parser.currentToken() == JsonToken.START_OBJECT, name, "its entry is no JSON object");
    String dtype = "";
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "dtype" -> dtype = text(name, parser);
        case "shape" -> shape = numbers(name, parser);
        case "data_offsets" -> offsets = numbers(name, parser);
        default -> parser.skipChildren();
      }
    }
    if (shape == null || offsets == null || offsets.size() != 2) {
      throw FolderErrors.malformed(
          file, name, "its entry needs \"dtype\", \"shape\" and two \"data_offsets\"");
    }
    return placed(name, dtype(name, dtype), shape, offsets.get(0), offsets.get(1));
  }

  private StoredTensor placed(String name, Dtype dtype, List<Long> shape, long begin, long end)
      throws ModelException {
    expect(
        begin <= end && end <= dataBytes,
        name,
        "its bytes are said to be %d to %d of %d",
        begin,
        end,
        dataBytes);
    expect(
        needed(name, dtype, shape) == end - begin,
        name,
        "shape %s of %s does not fit into the %d bytes it has",
        shape,
        dtype,
        end - begin);
    return new StoredTensor(name, dtype, shape, dataStart + begin, end - begin);
  }

  private long needed(String name, Dtype dtype, List<Long> shape) throws ModelException {
    try {
      long bits = dtype.bits();
      for (long dimension : shape) {
        bits = Math.multiplyExact(bits, dimension);
      }
      return bits / Byte.SIZE;
    } catch (ArithmeticException e) {
      throw FolderErrors.malformed(file, name, "shape %s is too large".formatted(shape));
    }
  }

  private Dtype dtype(String name, String dtype) throws ModelException {
    return Dtype.ofName(dtype)
        .orElseThrow(
            () ->
                FolderErrors.unsupported(
                    file,
                    name,
                    "dtype \"%s\" is not known; supported are %s"
                        .formatted(shortened(dtype), Dtype.importable())));
  }

  private String text(String name, JsonParser parser) throws ModelException, IOException {
    expect(parser.currentToken() == JsonToken.VALUE_STRING, name, "its dtype is no string");
    return parser.getText();
  }

  private List<Long> numbers(String name, JsonParser parser) throws ModelException, IOException {
    expect(parser.currentToken() == JsonToken.START_ARRAY, name, "shape and offsets must be lists");
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
      expect(numbers.size() < MAX_DIMENSIONS, name, "it has more than %d dimensions", 8);
      expect(
          parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER && parser.getLongValue() >= 0,
          name,
          "%s is no size",
          shortened(parser.getText()));
      numbers.add(parser.getLongValue());
    }
    expect(parser.currentToken() == JsonToken.END_ARRAY, name, "shape and offsets must be numbers");
    return numbers;
  }

  /** Bytes that belong to two tensors would be a way to make much of little. */
  private void checkApart() throws ModelException {
    List<StoredTensor> inOrder =
        tensors.values().stream()
            .sorted(
                Comparator.comparingLong(StoredTensor::offset)
                    .thenComparingLong(StoredTensor::bytes))
            .toList();
    for (int i = 1; i < inOrder.size(); i++) {
      StoredTensor before = inOrder.get(i - 1);
      expect(
          before.offset() + before.bytes() <= inOrder.get(i).offset(),
          inOrder.get(i).name(),
          "its bytes overlap those of %s",
          before.name());
    }
  }

  private void expect(boolean sound, String subject, String problem, Object... arguments)
      throws ModelException {
    if (!sound) {
      throw FolderErrors.malformed(file, subject, problem.formatted(arguments));
    }
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
