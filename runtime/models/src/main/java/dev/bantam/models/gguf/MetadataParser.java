package dev.bantam.models.gguf;

import dev.bantam.models.ModelException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the key-value part of a GGUF's header. */
final class MetadataParser {

  private static final int MAX_KEY_BYTES = 65535;
  private static final int MAX_DEPTH = 4;
  private static final int LEAST_ENTRY_BYTES = 8 + 1 + 4 + 1;
  private static final int ENTRY_HEAP = 128;
  private static final int LIST_HEAP = 48;

  private final GgufInput input;

  MetadataParser(GgufInput input) {
    this.input = input;
  }

  /** Reads the number of keys; the keys themselves follow the number of tensors. */
  int count() throws ModelException {
    return input.count("number of keys", LEAST_ENTRY_BYTES, ENTRY_HEAP);
  }

  Map<String, GgufMetadata.Entry> entries(int count) throws ModelException {
    Map<String, GgufMetadata.Entry> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      long offset = input.position();
      String key = input.string("key %d of %d".formatted(i + 1, count), MAX_KEY_BYTES);
      if (key.isEmpty()) {
        throw input.malformed("key %d of %d".formatted(i + 1, count), "it is empty");
      }
      GgufValue value = value(key, type(key), 0);
      if (entries.put(key, new GgufMetadata.Entry(value, offset)) != null) {
        throw input.malformed(key, "the key occurs twice");
      }
    }
    return entries;
  }

  private ValueType type(String key) throws ModelException {
    int code = input.int32(key);
    for (ValueType type : ValueType.values()) {
      if (type.ordinal() == code) {
        return type;
      }
    }
    throw input.malformed(
        key,
        "%s is no value type (there are 0 to %d)"
            .formatted(Integer.toUnsignedString(code), ValueType.values().length - 1));
  }

  private GgufValue value(String key, ValueType type, int depth) throws ModelException {
    return switch (type) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 ->
          new GgufValue.Whole(whole(key, type));
      case BOOL -> new GgufValue.Flag(whole(key, type) != 0);
      case FLOAT32, FLOAT64 -> new GgufValue.Real(real(key, type));
      case STRING -> new GgufValue.Text(input.string(key, Integer.MAX_VALUE));
      case ARRAY -> array(key, depth + 1);
    };
  }

  private GgufValue array(String key, int depth) throws ModelException {
    if (depth > MAX_DEPTH) {
      throw input.malformed(key, "lists are nested deeper than %d".formatted(MAX_DEPTH));
    }
    ValueType type = type(key);
    return switch (type) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64, BOOL -> wholes(key, type);
      case FLOAT32, FLOAT64 -> reals(key, type);
      case STRING -> texts(key);
      case ARRAY -> lists(key, depth);
    };
  }

  private GgufValue wholes(String key, ValueType type) throws ModelException {
    long[] values = new long[input.count(key, type.bytes(), Long.BYTES)];
    for (int i = 0; i < values.length; i++) {
      values[i] = whole(key, type);
    }
    return new GgufValue.Wholes(values);
  }

  private GgufValue reals(String key, ValueType type) throws ModelException {
    double[] values = new double[input.count(key, type.bytes(), Double.BYTES)];
    for (int i = 0; i < values.length; i++) {
      values[i] = real(key, type);
    }
    return new GgufValue.Reals(values);
  }

  private GgufValue texts(String key) throws ModelException {
    int count = input.count(key, Long.BYTES, Long.BYTES);
    List<String> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(input.string(key, Integer.MAX_VALUE));
    }
    return new GgufValue.Texts(values);
  }

  private GgufValue lists(String key, int depth) throws ModelException {
    int count = input.count(key, 4 + 8, LIST_HEAP);
    List<GgufValue> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(array(key, depth + 1));
    }
    return new GgufValue.Lists(values);
  }

  private long whole(String key, ValueType type) throws ModelException {
    return switch (type) {
      case UINT8 -> input.unsignedByte(key);
      case INT8 -> (byte) input.unsignedByte(key);
      case UINT16 -> input.int16(key) & 0xffff;
      case INT16 -> input.int16(key);
      case UINT32 -> input.int32(key) & 0xffffffffL;
      case INT32 -> input.int32(key);
      case UINT64, INT64 -> input.int64(key);
      case BOOL -> bool(key);
      case FLOAT32, FLOAT64, STRING, ARRAY -> throw new IllegalArgumentException(type.name());
    };
  }

  private long bool(String key) throws ModelException {
    int value = input.unsignedByte(key);
    if (value > 1) {
      throw input.malformed(key, "a boolean is %d, neither 0 nor 1".formatted(value));
    }
    return value;
  }

  private double real(String key, ValueType type) throws ModelException {
    return type == ValueType.FLOAT32
        ? Float.intBitsToFloat(input.int32(key))
        : Double.longBitsToDouble(input.int64(key));
  }

  /** GGUF's value types, in the order of their numbers. */
  private enum ValueType {
    UINT8(1),
    INT8(1),
    UINT16(2),
    INT16(2),
    UINT32(4),
    INT32(4),
    FLOAT32(4),
    BOOL(1),
    STRING(8),
    ARRAY(12),
    UINT64(8),
    INT64(8),
    FLOAT64(8);

    private final int bytes;

    ValueType(int bytes) {
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }
  }
}
