package dev.bantam.runtime.store;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.Map;

/**
 * How records are written that a device keeps of itself: keys in snake_case, for people to read.
 */
public final class RecordJson {

  /** Reads and writes them; keys that it does not know are overlooked. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addModule(new Jdk8Module())
          .build();

  private RecordJson() {}

  /** As a file would have it. */
  public static Map<String, ?> fields(Record record) {
    return MAPPER.convertValue(
        record, MAPPER.getTypeFactory().constructMapType(Map.class, String.class, Object.class));
  }
}
