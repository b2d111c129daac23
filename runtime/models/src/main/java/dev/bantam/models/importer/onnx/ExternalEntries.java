package dev.bantam.models.importer.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a tensor says of its external data: file, offset and length. */
final class ExternalEntries {

  static final String LOCATION = "location";
  static final String OFFSET = "offset";
  static final String LENGTH = "length";

  private final Map<String, String> entries = new HashMap<>();

  void put(String key, String value) {
    if (key.equals(LOCATION) || key.equals(OFFSET) || key.equals(LENGTH)) {
      entries.put(key, value);
    }
  }

  Optional<String> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }
}
